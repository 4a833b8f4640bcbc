#include "certifix/attack/search_space.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "certifix/attack/approximation.hpp"
#include "certifix/base/error.hpp"

namespace certifix::attack {
namespace {

using num::Integer;
using num::Rational;

// Positions keep this many bits, so that sums and differences of two fit a 64-bit word.
constexpr int kPositionBits = 61;
// 2^30 positions in a cell: the high edge is within 2^-30 of the full rounding error.
constexpr int kFinestCell = 30;

std::int64_t word(const Integer& x) {
  CERTIFIX_CHECK(x.fits_slong_p(), "a position fits 64 bits");
  return x.get_si();
}

// Bits of the largest position if the grid were 2^exponent.
int bits_on_grid(const Rational& lower, const Rational& upper, long exponent) {
  return static_cast<int>(std::max(num::bit_length(num::floor_to(lower, exponent)),
                                   num::bit_length(num::ceil_to(upper, exponent))));
}

std::int64_t saturated(const Integer& x) {
  if (x.fits_slong_p()) return x.get_si();
  return x < 0 ? std::numeric_limits<std::int64_t>::min()
               : std::numeric_limits<std::int64_t>::max();
}

}  // namespace

Axis::Axis(const num::Interval& interval, const spec::InputConvention& convention, int lsb)
    : lower_(interval.lower()), upper_(interval.upper()) {
  grid_ = lsb - kFinestCell;
  if (convention.fraction_bits) {
    const int declared = -*convention.fraction_bits;
    lower_ = num::scaled(Rational(num::ceil_to(lower_, declared)), declared);
    upper_ = num::scaled(Rational(num::floor_to(upper_, declared)), declared);
    CERTIFIX_CHECK(lower_ <= upper_, "the box holds a point of the declared grid");
    grid_ = std::max(grid_, declared);
  }
  grid_ += std::max(0, bits_on_grid(lower_, upper_, grid_) - kPositionBits);
  finer_ = lsb - grid_;
  // An end that is off the grid gets the position just outside the grid positions within.
  const Integer first = num::ceil_to(lower_, grid_);
  const Integer last = num::floor_to(upper_, grid_);
  min_ = word(first) - (num::scaled(Rational(first), grid_) != lower_ ? 1 : 0);
  max_ = word(last) + (num::scaled(Rational(last), grid_) != upper_ ? 1 : 0);
  if (lower_ == upper_) max_ = min_;
  lower_code_ = saturated(num::round_half_up(lower_, lsb));
  upper_code_ = saturated(num::round_half_up(upper_, lsb));
  lower_approximate_ = approximation(lower_);
  upper_approximate_ = approximation(upper_);
  first_cell_ = finer_ > 0 ? lower_code_ : min_;
  last_cell_ = finer_ > 0 ? upper_code_ : max_;
}

std::int64_t Axis::cell(Position p) const {
  if (p <= min_) return first_cell_;
  if (p >= max_) return last_cell_;
  return finer_ > 0 ? (p + (std::int64_t{1} << (finer_ - 1))) >> finer_ : p;
}

Position Axis::low_edge(std::int64_t cell) const {
  if (cell <= first_cell_) return min_;
  if (finer_ <= 0) return cell;
  return (cell << finer_) - (std::int64_t{1} << (finer_ - 1));
}

Position Axis::high_edge(std::int64_t cell) const {
  if (cell >= last_cell_) return max_;
  if (finer_ <= 0) return cell;
  return ((cell + 1) << finer_) - (std::int64_t{1} << (finer_ - 1)) - 1;
}

std::int64_t Axis::code(Position p) const {
  if (finer_ > 0) return cell(p);
  if (p <= min_) return lower_code_;
  if (p >= max_) return upper_code_;
  constexpr int kShift = std::numeric_limits<std::int64_t>::digits - 1;
  if (-finer_ <= kShift && std::abs(p) <= std::numeric_limits<std::int64_t>::max() >> -finer_)
    return p * (std::int64_t{1} << -finer_);
  return saturated(num::round_half_up(exact(p), grid_ + finer_));
}

Rational Axis::exact(Position p) const {
  if (p <= min_) return lower_;
  if (p >= max_) return upper_;
  return num::scaled(Rational(Integer(static_cast<long>(p))), grid_);
}

double Axis::approximate(Position p) const {
  if (p <= min_) return lower_approximate_;
  if (p >= max_) return upper_approximate_;
  return std::ldexp(static_cast<double>(p), grid_);
}

SearchSpace::SearchSpace(const spec::Problem& problem, const design::Design& design) {
  CERTIFIX_CHECK(
      design.inputs.size() == problem.box.size() && problem.inputs.size() == problem.box.size(),
      "design and problem have the same inputs");
  for (std::size_t i = 0; i < problem.box.size(); ++i) {
    axes_.emplace_back(problem.box[i], problem.inputs[i], design.inputs[i].format.lsb);
    if (!axes_[i].is_point()) free_axes_.push_back(i);
  }
}

std::vector<Rational> SearchSpace::exact(std::span<const Position> point) const {
  std::vector<Rational> x;
  for (std::size_t i = 0; i < axes_.size(); ++i) x.push_back(axes_[i].exact(point[i]));
  return x;
}

bool in_domain(const spec::Problem& problem, const std::vector<Rational>& x) {
  if (x.size() != problem.box.size()) return false;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!problem.box[i].contains(x[i])) return false;
    const std::optional<int> bits = problem.inputs[i].fraction_bits;
    if (bits && !num::scaled(x[i], *bits).is_integer()) return false;
  }
  return true;
}

}  // namespace certifix::attack
