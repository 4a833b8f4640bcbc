// A closed, non-empty, bounded interval of exact rationals.
#pragma once

#include "certifix/base/error.hpp"
#include "certifix/num/exact/rational.hpp"

namespace certifix::num {

class Interval {
 public:
  Interval() = default;  // [0, 0]
  Interval(Rational lower, Rational upper) : lower_(std::move(lower)), upper_(std::move(upper)) {
    CERTIFIX_CHECK(lower_ <= upper_, "an interval needs lower <= upper");
  }
  const Rational& lower() const { return lower_; }
  const Rational& upper() const { return upper_; }
  bool is_point() const { return lower_ == upper_; }
  bool contains(const Rational& x) const { return lower_ <= x && x <= upper_; }

  friend bool operator==(const Interval&, const Interval&) = default;

 private:
  Rational lower_;
  Rational upper_;
};

}  // namespace certifix::num
