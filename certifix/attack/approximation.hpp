// Exact numbers as doubles, for the search only: whatever it reports is evaluated again exactly.
#pragma once

#include "certifix/num/exact/rational.hpp"

namespace certifix::attack {

// Within one unit in the last place of x.
inline double approximation(const num::Rational& x) {
  return mpq_class(x.numerator(), x.denominator()).get_d();
}

}  // namespace certifix::attack
