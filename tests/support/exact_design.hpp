// What a design computes, evaluated straight from docs/design-semantics.md in rationals, slowly. It
// shares no code with the executor or the checker.
#pragma once

#include <vector>

#include "certifix/design/design.hpp"

namespace certifix::test {

struct ExactRow {
  num::Integer code;
  num::Rational value;                 // code * 2^lsb
  num::Rational pre;                   // the value before the activation
  std::vector<num::Integer> summands;  // shifted products, then the constant with the half ulp
};

// All blocks; block 0 holds the input codes. x: real inputs, rounded half up, then clamped if the
// design clamps.
std::vector<std::vector<ExactRow>> evaluate_design(const design::Design& design,
                                                   const std::vector<num::Rational>& x);

}  // namespace certifix::test
