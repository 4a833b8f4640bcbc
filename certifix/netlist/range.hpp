// Integers in [min, max], and the bits that hold them: no sign bit where nothing is negative.
#pragma once

#include <algorithm>

#include "certifix/base/error.hpp"
#include "certifix/num/exact/fixed_format.hpp"
#include "certifix/num/exact/rational.hpp"

namespace certifix::netlist {

struct Range {
  num::Integer min;
  num::Integer max;

  bool is_signed() const { return min < 0; }
  bool is_point() const { return min == max; }
  bool contains(const num::Integer& x) const { return min <= x && x <= max; }
  // At least 1.
  int width() const { return num::FixedFormat::smallest(min, max, 0).width(); }

  friend bool operator==(const Range&, const Range&) = default;
};

inline num::Integer shifted_left(const num::Integer& x, int shift) {
  return x << static_cast<unsigned long>(shift);
}

// Of x, which is not 0.
inline int trailing_zeros(const num::Integer& x) {
  return static_cast<int>(mpz_scan1(x.get_mpz_t(), 0));
}

// { factor * x : x in range }, enclosed.
inline Range scaled(const Range& range, const num::Integer& factor) {
  if (factor < 0) return {factor * range.max, factor * range.min};
  return {factor * range.min, factor * range.max};
}

inline Range operator+(const Range& a, const Range& b) { return {a.min + b.min, a.max + b.max}; }

// Both ranges hold the same values, so they meet.
inline Range intersection(const Range& a, const Range& b) {
  const Range both{std::max(a.min, b.min), std::min(a.max, b.max)};
  CERTIFIX_CHECK(both.min <= both.max, "two ranges of one value have nothing in common");
  return both;
}

}  // namespace certifix::netlist
