// A fixed-point format as bit weights: (signedness, msb, lsb).
//
// A value of the format is code * 2^lsb. `msb` is the weight of the highest magnitude bit (the sign
// bit of a signed format has weight msb and counts negatively, two's complement):
//   signed    codes [-2^(msb-lsb), 2^(msb-lsb) - 1]     width = msb - lsb + 1
//   unsigned  codes [0, 2^(msb-lsb+1) - 1]              width = msb - lsb + 1
// Example: 8-bit Q1.6 is {true, 1, -6}: width 8, values -2 .. 2 - 2^-6.
//
// The names of other notations (ap_fixed<W,I>, Qm.n) appear in the emitters only.
#pragma once

#include "certifix/num/exact/rational.hpp"

namespace certifix::num {

struct FixedFormat {
  bool is_signed = true;
  int msb = 0;
  int lsb = 0;

  int width() const { return msb - lsb + 1; }
  Integer min_code() const;
  Integer max_code() const;
  bool contains(const Integer& low_code, const Integer& high_code) const;

  // The narrowest format of this lsb that holds every code in [low, high]: unsigned when low >= 0.
  // Width is at least 1.
  static FixedFormat smallest(const Integer& low_code, const Integer& high_code, int lsb);

  friend bool operator==(const FixedFormat&, const FixedFormat&) = default;
};

// Bits of the narrowest two's complement word that holds every code in [low, high]; at least 1.
int signed_width(const Integer& low_code, const Integer& high_code);

}  // namespace certifix::num
