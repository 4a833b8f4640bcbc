// Chapter 2 of docs/soundness.md: numbers on the grid.
//
// Values and errors are integers n that stand for n u, u = 2^-P; weights, slopes and coefficients
// stand for n v, v = 2^-C. Sums are exact. A product of the two counts units of uv: sums of
// products are collected exactly and brought back to u once, rounded downwards where they serve as
// a lower bound, upwards where they serve as an upper bound.
//
// Coefficients are Words where these suffice, and Integers otherwise; their products count v^2.
#pragma once

#include <limits>
#include <optional>
#include <type_traits>

#include "certifix/check/certificate.hpp"
#include "certifix/num/exact/rational.hpp"

namespace certifix::check {

using num::Integer;
using num::Rational;

using Word = long;
static_assert(std::numeric_limits<Word>::digits == 63, "GMP takes longs, a Word has 64 bits");
__extension__ typedef __int128 DoubleWord;
// Thrown where a Word or a DoubleWord would overflow.
struct TooWide {};

// What sums of products of coefficients are collected in.
template <class Coefficient>
using Products = std::conditional_t<std::is_same_v<Coefficient, Word>, DoubleWord, Integer>;

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
inline void add_product(DoubleWord& sum, Word a, Word b) {
  if (__builtin_add_overflow(sum, static_cast<DoubleWord>(a) * b, &sum)) throw TooWide();
}
inline Word absolute(Word x) { return x < 0 ? -x : x; }
inline Integer absolute(const Integer& x) { return abs(x); }
inline DoubleWord negative(DoubleWord x) {
  if (__builtin_sub_overflow(DoubleWord{0}, x, &x)) throw TooWide();
  return x;
}
inline Integer negative(const Integer& x) { return -x; }
inline void add_product(Integer& sum, Word a, const Integer& b) {
  const auto magnitude = static_cast<unsigned long>(a);
  if (a >= 0)
    mpz_addmul_ui(sum.get_mpz_t(), b.get_mpz_t(), magnitude);
  else
    mpz_submul_ui(sum.get_mpz_t(), b.get_mpz_t(), 0UL - magnitude);
}
// Whether |x| is at most the largest Word.
inline bool is_word(const Integer& x) {
  return mpz_cmpabs_ui(x.get_mpz_t(), std::numeric_limits<Word>::max()) <= 0;
}
// The same integer.
template <class Coefficient>
Coefficient coefficient(const Integer& x) {
  if constexpr (std::is_same_v<Coefficient, Word>) {
    if (!is_word(x)) throw TooWide();
    return x.get_si();
  } else {
    return x;
  }
}
// x 2^bits, units of v to units of v^2.
inline DoubleWord shifted_up(Word x, int bits) { return static_cast<DoubleWord>(x) << bits; }
inline Integer shifted_up(const Integer& x, int bits) {
  return x << static_cast<unsigned long>(bits);
}
// floor(x / 2^bits), and whether nothing was lost.
inline Word shifted_down(DoubleWord x, int bits, bool& exact) {
  const DoubleWord result = x >> bits;
  constexpr Word kMost = std::numeric_limits<Word>::max();
  if (result > kMost || result < -kMost) throw TooWide();
  exact = result << bits == x;
  return static_cast<Word>(result);
}
inline Integer shifted_down(const Integer& x, int bits, bool& exact) {
  exact = mpz_divisible_2exp_p(x.get_mpz_t(), static_cast<unsigned long>(bits));
  return num::floor_shift(x, static_cast<unsigned long>(bits));
}

// sum += a [x].
void add_product(Range& sum, const Integer& a, const Range& x);
// sum += [x] [y].
void add_product(Range& sum, const Range& x, const Range& y);

// Units of uv to units of u, outward.
Range to_values(const Range& products, Precision precision);
// Units of u to units of uv, exact.
Integer to_products(const Integer& x, Precision precision);

Range operator+(const Range& x, const Range& y);
// Both contain the same value, so they meet.
Range intersection(const Range& x, const Range& y);
// max |x| over the range.
Integer magnitude(const Range& x);
// sum += a max |x| for a >= 0.
template <class Coefficient>
void add_magnitude(Integer& sum, const Coefficient& a, const Range& x) {
  const Integer& end = mpz_cmpabs(x.lower.get_mpz_t(), x.upper.get_mpz_t()) > 0 ? x.lower : x.upper;
  if (end >= 0)
    add_product(sum, a, end);
  else
    add_product(sum, Coefficient(-a), end);
}
// The least integer whose square is at least x >= 0.
Integer ceil_sqrt(const Integer& x);

}  // namespace certifix::check
