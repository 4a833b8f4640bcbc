// Chapter 2 of docs/soundness.md: numbers on the grid.
//
// An Integer n stands for n u with u = 2^-P. Sums are exact. A product of two such numbers counts
// units of u^2: sums of products are collected exactly and brought back to the grid once, rounded
// downwards where they serve as a lower bound, upwards where they serve as an upper bound.
#pragma once

#include <optional>

#include "certifix/num/exact/rational.hpp"

namespace certifix::check {

using num::Integer;
using num::Rational;

// The closed interval [lower, upper], lower <= upper. In units of u unless a name says otherwise.
struct Range {
  Integer lower;
  Integer upper;
};

// x as a multiple of 2^-precision: the nearest below, above, or on either side.
Integer grid_below(const Rational& x, int precision);
Integer grid_above(const Rational& x, int precision);
Integer grid_nearest(const Rational& x, int precision);
// value * 2^exponent as a multiple of 2^-precision; nothing if it is none.
std::optional<Integer> on_grid(const Integer& value, long exponent, int precision);

// sum += a b.
inline void add_product(Integer& sum, const Integer& a, const Integer& b) {
  mpz_addmul(sum.get_mpz_t(), a.get_mpz_t(), b.get_mpz_t());
}
// sum += a [x].
void add_product(Range& sum, const Integer& a, const Range& x);
// sum += [x] [y].
void add_product(Range& sum, const Range& x, const Range& y);

// Units of u^2 to units of u, outward.
Range to_grid(const Range& squares, int precision);
// Units of u to units of u^2, exact.
Integer to_squares(const Integer& x, int precision);

Range operator+(const Range& x, const Range& y);
// Both contain the same value, so they meet.
Range intersection(const Range& x, const Range& y);
// max |x| over the range.
Integer magnitude(const Range& x);
// The least integer whose square is at least x >= 0.
Integer ceil_sqrt(const Integer& x);

}  // namespace certifix::check
