// The rounding cells of one input: which real values of the box become which code.
//
// Code n stands for the reals that round half up to it, [(n - 1/2) 2^lsb, (n + 1/2) 2^lsb), cut to
// the box; codes beyond a clamping design's range join its first or last cell. Cells are taken
// closed. The upper edge itself rounds to the next code, but the points just below it do not, and a
// continuous real network comes as near to its value at the edge as one likes while the design's
// code stays the same: the supremum of the error over a cell is its maximum over the closed cell,
// and a proven bound must hold for it too.
//
// Example: [0, 1] on the grid 1/2: codes 0, 1, 2; edges 0, 1/4, 3/4, 1.
#pragma once

#include <cstdint>

#include "certifix/design/design.hpp"
#include "certifix/num/exact/interval.hpp"

namespace certifix::bench {

class RoundingCells {
 public:
  // Real inputs of any value in `box`. Throws Bug when a design that does not clamp has too narrow
  // a range of codes for the box, or when the codes are too many to be numbered.
  RoundingCells(const num::Interval& box, const design::Input& input, bool clamp);

  std::uint64_t count() const { return count_; }
  num::Integer code(std::uint64_t cell) const;

  // Cell k lies between the edges k and k + 1; if the box is a point, there is edge 0 alone.
  bool is_point() const { return box_.is_point(); }
  std::uint64_t edge_count() const { return is_point() ? 1 : count_ + 1; }
  std::uint64_t lower_edge(std::uint64_t cell) const { return cell; }
  std::uint64_t upper_edge(std::uint64_t cell) const { return is_point() ? cell : cell + 1; }
  num::Rational edge(std::uint64_t e) const;
  // Edges 1 .. count() - 1 are this far apart; 0 and count() are the ends of the box.
  num::Rational spacing() const;

 private:
  num::Interval box_;
  int lsb_;
  num::Integer first_code_;
  std::uint64_t count_;
};

}  // namespace certifix::bench
