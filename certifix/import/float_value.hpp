// The one exact conversion from floating point (see certifix/num/exact/rational.hpp).
//
//   float_value(0.75)   // 3/4
//   float_value(0.1)    // 3602879701896397 * 2^-55, not 1/10
#pragma once

#include "certifix/num/exact/rational.hpp"

namespace certifix::import {

// Exactly the value of x. Throws Error (bad_number, no origin) for NaN and infinities.
num::Rational float_value(double x);

}  // namespace certifix::import
