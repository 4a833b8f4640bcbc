// What a method decides: grids, and values of weights that are not the nearest. Integer weights,
// centred biases, accumulator widths and formats follow from a plan (realize.hpp); whether the
// result meets its bound is for the analysis to estimate and for the checker to decide.
#pragma once

#include <vector>

namespace certifix::optimize {

// All grids are least significant bits: -12 stands for 12 fractional bits.
struct BlockPlan {
  std::vector<int> output_lsb;  // one a row
  // One per row and term, in the order of the network's terms: sources as listed, columns as
  // stored.
  std::vector<std::vector<int>> weight_lsb;
  // Empty: each weight is rounded to nearest on its grid. Otherwise as weight_lsb: the value that
  // stands for each weight, a multiple of its grid.
  std::vector<std::vector<double>> value = {};
};

struct Plan {
  std::vector<int> input_lsb;     // one an input
  std::vector<BlockPlan> blocks;  // block b of the network is blocks[b - 1]
};

}  // namespace certifix::optimize
