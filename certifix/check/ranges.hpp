// Chapter 3 of docs/soundness.md: ranges of the real network on a leaf.
#pragma once

#include <vector>

#include "certifix/check/grid_pair.hpp"
#include "certifix/check/leaf_state.hpp"

namespace certifix::check {

// R-INPUT-RANGE.
Range input_range(const num::Interval& leaf, int precision);

// Bounds the rows of one block at a time; the blocks before must be done. Keeps its working memory
// between calls.
class BlockRanges {
 public:
  explicit BlockRanges(const GridPair& pair) : pair_(pair) {}
  // Sets before, value, tau and relaxation of the block's rows.
  void bound(std::size_t block, LeafState& state);

 private:
  void back_substitute(std::size_t first, std::size_t last, LeafState& state);
  void eliminate(std::size_t element, const Element& known, Integer* coefficients,
                 Integer& constant);

  const GridPair& pair_;
  std::vector<Integer> coefficients_;  // units of u^2; one functional after another
};

}  // namespace certifix::check
