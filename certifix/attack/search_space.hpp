// The points that the attack can try: vectors of integers, one position per input.
//
// Along each input the positions p_min .. p_max stand for exact reals of the box, in increasing
// order: p means p * 2^grid, on a grid much finer than the input's rounding cells (by 2^30 where 62
// bits allow it), except that p_min and p_max mean the box's ends exactly, which may be decimals.
// With an input declared to lie on a grid, the positions are that grid, or a part of it where it
// is finer than the above.
//
// A rounding cell is the set of positions with one input code. Its low edge is the tie, which
// rounds up into the cell; its high edge is the last position below the next tie. There the input
// rounding error is largest, in the one and the other direction.
//
//   code      k-1        |         k          |        k+1
//   position  ...  high | low  ...      high | low  ...           (edges clipped to the box)
//
// Where the grid is no finer than the codes, each position is a cell of its own.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "certifix/design/design.hpp"
#include "certifix/num/exact/rational.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::attack {

using Position = std::int64_t;
using Point = std::vector<Position>;

// One input's positions.
class Axis {
 public:
  // `lsb` is the grid of the input's code.
  Axis(const num::Interval& interval, const spec::InputConvention& convention, int lsb);

  Position min() const { return min_; }
  Position max() const { return max_; }
  bool is_point() const { return min_ == max_; }

  // Cells are numbered by their code (without clamping), or by position where cells are positions.
  std::int64_t cell(Position p) const;
  std::int64_t first_cell() const { return first_cell_; }
  std::int64_t last_cell() const { return last_cell_; }
  std::int64_t cell_count() const { return last_cell_ - first_cell_ + 1; }
  // The ends of a cell of the box.
  Position low_edge(std::int64_t cell) const;
  Position high_edge(std::int64_t cell) const;

  // The input's code, not clamped; a code beyond 64 bits is saturated to them.
  std::int64_t code(Position p) const;
  num::Rational exact(Position p) const;
  double approximate(Position p) const;  // exact(p) up to two roundings

 private:
  Position min_ = 0;
  Position max_ = 0;
  int grid_ = 0;   // a position is p * 2^grid
  int finer_ = 0;  // lsb - grid: a cell has 2^finer positions; <= 0: cells are positions
  num::Rational lower_;
  num::Rational upper_;
  // Of the two ends, which need not lie on the grid.
  std::int64_t lower_code_ = 0;
  std::int64_t upper_code_ = 0;
  std::int64_t first_cell_ = 0;
  std::int64_t last_cell_ = 0;
  double lower_approximate_ = 0;
  double upper_approximate_ = 0;
};

class SearchSpace {
 public:
  SearchSpace(const spec::Problem& problem, const design::Design& design);

  std::size_t dimension() const { return axes_.size(); }
  const Axis& axis(std::size_t i) const { return axes_[i]; }
  // Axes with more than one position.
  const std::vector<std::size_t>& free_axes() const { return free_axes_; }
  std::vector<num::Rational> exact(std::span<const Position> point) const;

 private:
  std::vector<Axis> axes_;
  std::vector<std::size_t> free_axes_;
};

// Whether the theorem speaks of x: inside the box, on the declared grids.
bool in_domain(const spec::Problem& problem, const std::vector<num::Rational>& x);

}  // namespace certifix::attack
