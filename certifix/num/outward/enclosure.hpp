// Doubles that enclose: the arithmetic of the analysis. Nothing here is trusted; the checker
// repeats everything in exact arithmetic. It is sound all the same, so that the checker agrees.
//
// No rounding mode is changed. Operations run in round-to-nearest and are then widened:
//   - single operations by one ulp (next_up, next_down), which covers a rounding error of half an
//     ulp and underflow;
//   - sums of n products by an a-priori term. For round-to-nearest, in any order of summation,
//       |fl(sum x_i y_i) - sum x_i y_i| <= gamma_n sum |x_i y_i| + n eta,  gamma_n = n u / (1 - n
//       u),
//     with u = 2^-53 and eta = 2^-1074 (Rump, Acta Numerica 2010, section 2). sum_error() evaluates
//     that bound upward from the computed sum of absolute values.
//
// A coefficient that is itself off by k relative half-ulps is paid for by counting k more
// operations in n: the products' relative errors add up.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "certifix/num/exact/rational.hpp"

namespace certifix::num {

// The least double above x; infinity and NaN stay. (std::nextafter is a library call.)
inline double next_up(double x) {
  if (!(x < std::numeric_limits<double>::infinity())) return x;
  if (x == 0) return std::numeric_limits<double>::denorm_min();
  const auto bits = std::bit_cast<std::int64_t>(x);
  return std::bit_cast<double>(x > 0 ? bits + 1 : bits - 1);
}
inline double next_down(double x) { return -next_up(-x); }

// A closed interval of doubles; lower <= upper.
struct Enclosure {
  double lower = 0;
  double upper = 0;

  double magnitude() const { return std::max(std::fabs(lower), std::fabs(upper)); }
  double midpoint() const { return lower + (upper - lower) / 2; }  // near it; no guarantee needed
  double radius() const { return (upper - lower) / 2; }            // likewise
  bool contains_zero() const { return lower <= 0 && upper >= 0; }

  friend bool operator==(const Enclosure&, const Enclosure&) = default;
};

inline Enclosure operator+(Enclosure a, Enclosure b) {
  return {next_down(a.lower + b.lower), next_up(a.upper + b.upper)};
}
inline Enclosure widened(Enclosure a, double radius) {
  return {next_down(a.lower - radius), next_up(a.upper + radius)};
}
inline Enclosure hull(Enclosure a, Enclosure b) {
  return {std::min(a.lower, b.lower), std::max(a.upper, b.upper)};
}
// Both enclose the same value, so they overlap.
inline Enclosure intersection(Enclosure a, Enclosure b) {
  return {std::max(a.lower, b.lower), std::min(a.upper, b.upper)};
}

// An upper bound of the rounding error of a sum of `n` products (or terms), of which `absolute` is
// the sum of absolute values as computed in the same arithmetic. n < 2^40.
inline double sum_error(std::size_t n, double absolute) {
  constexpr double kHalfUlp = 0x1p-53;
  // (n + 3) u covers gamma_n (1 + gamma_n) u-terms of `absolute` itself; 1e-300 covers n eta.
  return next_up(static_cast<double>(n + 3) * kHalfUlp * 1.0001 * absolute + 1e-300);
}

// A running sum of interval products with its error bound.
class EnclosedSum {
 public:
  void add(double lower, double upper) {
    lower_ += lower;
    upper_ += upper;
    absolute_ += std::max(std::fabs(lower), std::fabs(upper));
    ++count_;
  }
  // coefficient * [x], with the coefficient exact or off by at most `k` relative half-ulps in all.
  void add_product(double coefficient, Enclosure x) {
    const double a = coefficient * x.lower;
    const double b = coefficient * x.upper;
    add(std::min(a, b), std::max(a, b));
  }
  // extra: further relative half-ulps of error in the terms.
  Enclosure value(std::size_t extra = 0) const {
    return widened({lower_, upper_}, sum_error(count_ + extra, absolute_));
  }

 private:
  double lower_ = 0;
  double upper_ = 0;
  double absolute_ = 0;
  std::size_t count_ = 0;
};

// The tightest doubles around an exact rational.
Enclosure enclose(const Rational& x);
// enclose(x).upper and .lower of a non-degenerate box side.
inline Enclosure enclose(const Rational& lower, const Rational& upper) {
  return {enclose(lower).lower, enclose(upper).upper};
}

// x as a double off by at most one ulp (two relative half-ulps), and whether it is exact.
struct NearDouble {
  double value;
  bool exact;
};
NearDouble near_double(const Rational& x);

// The exact value of a finite double.
Rational exact_value(double x);

}  // namespace certifix::num
