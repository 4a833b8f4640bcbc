// Canonical signed digits: the shortest sum of powers of two, added or subtracted, that gives an
// integer. No two neighbours are both non-zero, and the form is unique (Reitwiesner 1960).
//
// Example: 7 = 8 - 1 has the digits {0, negative}, {3, positive}.
#pragma once

#include <vector>

#include "certifix/num/exact/rational.hpp"

namespace certifix::netlist {

struct Digit {
  int shift;  // the digit is +2^shift or -2^shift
  bool negative;

  friend bool operator==(const Digit&, const Digit&) = default;
};

// The non-zero digits of x, lowest first; none for 0.
std::vector<Digit> signed_digits(const num::Integer& x);

}  // namespace certifix::netlist
