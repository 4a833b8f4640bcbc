// Where a bound comes from, for reports and for the explanation of a "no".
#pragma once

#include <string>
#include <vector>

#include "certifix/optimize/realize.hpp"

namespace certifix::optimize {

// Shares are estimates of the analysis on the leaf given; the bound itself is the checker's. They
// sum to the bound or somewhat more.
struct BlockShares {
  std::string name;
  double weights = 0;   // rounded weights and biases of the block
  double rounding = 0;  // rounding of its outputs
};
struct Shares {
  double inputs = 0;  // rounding of the inputs
  std::vector<BlockShares> blocks;
};

// Of the functional that comes closest to its bound.
Shares shares(const Subject& subject, const Candidate& candidate, const Leaf& leaf);

// The largest share in words: "rounded weights of block 'h1', 61 % of the error".
std::string dominating(const Shares& shares);

}  // namespace certifix::optimize
