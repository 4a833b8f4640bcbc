// Values that a circuit multiplies by with few adders, near a given weight.
//
// A value stands for a sum of signed powers of two; its canonical form has no two neighbouring
// digits and the fewest of them (as cost::csd_digits counts on integers). Here values are doubles
// with at most 53 significant bits, hence exact.
#pragma once

#include <vector>

namespace certifix::optimize {

// Non-zero digits of the canonical form; 0 for 0.
int signed_digits(double value);
// The exponent of the lowest bit that is set; value != 0.
int lowest_bit(double value);
// Two's complement width of value / 2^lsb, which must be an integer; 0 has width 1.
int width_at(double value, int lsb);
// The multiple of 2^lsb nearest to w, half up. Beyond 53 significant bits it is w itself.
double nearest_multiple(double w, int lsb);

// Candidates for a weight: the multiples of 2^lsb just below and above w, for every lsb from
// `finest` up to where they are 0 and the next power of two; without those that another one beats
// on the same side of w, being at least as near, as short, and as coarse. The nearest come first.
// Empty if w has no multiple of 2^finest within 53 bits.
std::vector<double> few_digit_values(double w, int finest);

}  // namespace certifix::optimize
