// The error of a design at every corner of every rounding cell of its inputs, in integers alone.
//
// A combination of input codes fixes what the design computes; the real inputs that round to it
// form a box, the cell. At each corner of each cell the executor's output is compared with the
// exact value of the real network itself (not of a simplified one). Nothing is sampled and nothing
// is rounded.
//
// What this is and is not: on a cell where no neuron changes sides the real network is affine, so
// the largest error of the cell is at a corner. On a cell that a kink crosses, the largest error
// may lie inside and be a little larger than at every corner. The result is therefore a lower bound
// of the largest error, exact in the first case.
//
// Cost: one addition per output and edge along the input with the most codes (IntegerNetwork), and
// one run of the design per combination.
#pragma once

#include <vector>

#include "certifix/design/design.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::bench {

struct Extent {
  num::Integer combinations;  // of input codes
  num::Integer corners;       // of all cells; a corner counts once for each cell that it is of
  std::vector<num::Integer> codes;  // of each input
};

struct WorstCorner {
  num::Rational error;                // implemented - real, exact
  std::vector<num::Integer> codes;    // of the cell
  std::vector<num::Rational> corner;  // of the closed cell
};

// How much there is to enumerate.
Extent extent(const spec::Problem& problem, const design::Design& design);

// Per output the corner with the largest error; the first one of several. Throws Bug for a problem
// with a declared input grid (its inputs have no cells), for a design that does not fit machine
// words, and for a value that leaves its declared width. The result does not depend on `threads`.
std::vector<WorstCorner> worst_corners(const spec::Problem& problem, const design::Design& design,
                                       unsigned threads);

}  // namespace certifix::bench
