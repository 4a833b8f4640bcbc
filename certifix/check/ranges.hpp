// Chapter 3 of docs/soundness.md: ranges of the real network on a leaf.
#pragma once

#include <cstddef>

#include "certifix/check/back_substitution.hpp"
#include "certifix/check/grid_network.hpp"
#include "certifix/check/leaf_state.hpp"
#include "certifix/num/exact/interval.hpp"

namespace certifix::check {

// R-INPUT-RANGE.
Range input_range(const num::Interval& leaf, int precision);

// Bounds the rows of one block at a time; the blocks before must be done. Keeps its working memory
// between calls.
template <class Coefficient>
class BlockRanges {
 public:
  explicit BlockRanges(const GridNetwork& network) : network_(network) {}
  // Sets before, value, tau and relaxation of the block's rows.
  void bound(std::size_t block, LeafState& state);

 private:
  void back_substitute(std::size_t first, std::size_t last, LeafState& state);

  const GridNetwork& network_;
  Forms<Coefficient> forms_;
};

}  // namespace certifix::check
