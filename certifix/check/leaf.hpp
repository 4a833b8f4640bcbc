// The proof on one leaf: ranges, errors, widths, bounds.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "certifix/check/grid_pair.hpp"
#include "certifix/check/leaf_state.hpp"
#include "certifix/check/ranges.hpp"
#include "certifix/check/verify.hpp"

namespace certifix::check {

// One per thread: keeps its working memory from leaf to leaf.
class LeafProof {
 public:
  explicit LeafProof(const GridPair& pair) : pair_(pair), ranges_(pair), state_(pair.elements()) {}

  // Per functional a bound on its error (units of u^2) that is at most the bound asked for; or the
  // first rule that fails. `where` does not name the leaf.
  std::variant<std::vector<Integer>, Rejected> prove(const spec::Box& leaf);
  // What was found on the leaf proven last, element by element.
  const LeafState& state() const { return state_; }

 private:
  bool start(const spec::Box& leaf);
  std::optional<Rejected> prove_block(std::size_t block);

  const GridPair& pair_;
  BlockRanges ranges_;
  LeafState state_;
};

}  // namespace certifix::check
