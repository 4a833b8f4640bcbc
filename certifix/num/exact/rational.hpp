// Exact numbers: integers and rationals over GMP.
//
// Rational is built from integers only; there is no conversion from double here. The one exact
// conversion from double lives in import (certifix/import/float_value.hpp), so that no trusted code
// can touch floating point by accident.
//
// Example:
//   const Rational x = Rational(7, 10);
//   round_half_up(x, -4)   // 11: the code of 0.7 on the grid 2^-4, since 0.7 * 16 = 11.2
//   text(x)                // "7/10"
#pragma once

#include <gmpxx.h>

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace certifix::num {

using Integer = mpz_class;

class Rational {
 public:
  Rational() = default;  // zero
  Rational(int value) : value_(value) {}
  Rational(const Integer& value) : value_(value) {}
  Rational(double) = delete;
  // numerator / denominator in lowest terms; the denominator must not be 0.
  Rational(const Integer& numerator, const Integer& denominator);

  const Integer& numerator() const { return value_.get_num(); }
  const Integer& denominator() const { return value_.get_den(); }  // > 0
  int sign() const { return sgn(value_); }
  bool is_integer() const { return value_.get_den() == 1; }

  Rational operator-() const { return Rational() -= *this; }
  Rational& operator+=(const Rational& other) { return value_ += other.value_, *this; }
  Rational& operator-=(const Rational& other) { return value_ -= other.value_, *this; }
  Rational& operator*=(const Rational& other) { return value_ *= other.value_, *this; }
  Rational& operator/=(const Rational& other);  // other must not be 0
  friend Rational operator+(Rational a, const Rational& b) { return a += b; }
  friend Rational operator-(Rational a, const Rational& b) { return a -= b; }
  friend Rational operator*(Rational a, const Rational& b) { return a *= b; }
  friend Rational operator/(Rational a, const Rational& b) { return a /= b; }
  friend bool operator==(const Rational& a, const Rational& b) { return a.value_ == b.value_; }
  friend std::strong_ordering operator<=>(const Rational& a, const Rational& b) {
    return cmp(a.value_, b.value_) <=> 0;
  }

 private:
  mpq_class value_;
};

Rational abs(const Rational& x);
Rational power_of_two(long exponent);               // 2^exponent, any sign
Rational scaled(const Rational& x, long exponent);  // x * 2^exponent

// The integers nearest to x from below and above.
Integer floor(const Rational& x);
Integer ceil(const Rational& x);
// Codes on the grid 2^lsb: floor(x / 2^lsb), ceil(x / 2^lsb), floor(x / 2^lsb + 1/2).
Integer floor_to(const Rational& x, long lsb);
Integer ceil_to(const Rational& x, long lsb);
Integer round_half_up(const Rational& x, long lsb);

// floor(x / 2^shift) and ceil(x / 2^shift) of an integer, shift >= 0.
Integer floor_shift(const Integer& x, unsigned long shift);
Integer ceil_shift(const Integer& x, unsigned long shift);
// Bits of |x| in binary: 0 for 0, 1 for 1, 8 for 255.
long bit_length(const Integer& x);

// The canonical exact text of a number, the only form in problem.txt and certificate.txt:
//   integer            -12
//   dyadic   m p -k    3p-2      m odd, k >= 1: m * 2^-k
//   other    n/d       7/10      lowest terms, d > 1 and not a power of two
std::string text(const Rational& x);
// The inverse of text(); nullopt for anything that text() would not have written, and for more than
// max_bits bits in numerator or denominator.
std::optional<Rational> parse_text(std::string_view text, long max_bits = 1 << 16);

// A decimal literal as people write it: [+-]digits[.digits][(e|E)[+-]digits], exactly the rational
// it prints; nullopt for anything else, and for an exponent beyond +-max_exponent or over 10,000
// digits.
std::optional<Rational> parse_decimal(std::string_view text, int max_exponent = 5000);

// Decimal text with `digits` significant digits, rounded towards the direction named; for bounds
// that people read. Never used to decide.
std::string decimal_up(const Rational& x, int digits = 6);
std::string decimal_down(const Rational& x, int digits = 6);

}  // namespace certifix::num
