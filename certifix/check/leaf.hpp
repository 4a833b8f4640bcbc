// The proof on one leaf: ranges, errors, widths, bounds.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "certifix/check/centred.hpp"
#include "certifix/check/grid_pair.hpp"
#include "certifix/check/leaf_state.hpp"
#include "certifix/check/leaves.hpp"
#include "certifix/check/ranges.hpp"
#include "certifix/check/verify.hpp"

namespace certifix::check {

// Per functional a bound on its error (units of uv) that is at most the bound asked for; or the
// first rule that fails. `where` does not name the leaf.
using LeafVerdict = std::variant<std::vector<Integer>, Rejected>;

// One per thread: keeps its working memory from leaf to leaf.
template <class Coefficient>
class LeafProof {
 public:
  explicit LeafProof(const GridPair& pair)
      : pair_(pair), ranges_(pair.real), centred_(pair), state_(pair.real.elements()) {}

  LeafVerdict prove(const LeafJob& job);
  // Nothing where Words do not suffice.
  std::optional<LeafVerdict> prove_if_possible(const LeafJob& job);
  // What was found on the leaf proven last, element by element.
  const LeafState& state() const { return state_; }

 private:
  bool start(const spec::Box& leaf);
  std::optional<Rejected> prove_block(std::size_t block);
  void bound_errors(std::size_t block);
  std::vector<Integer> functional_errors(const Leaf& leaf);

  const GridPair& pair_;
  BlockRanges<Coefficient> ranges_;
  CentredBounds<Coefficient> centred_;
  LeafState state_;
};

// What all leaves prove: per functional the largest error, in units of uv.
struct LeafBounds {
  std::vector<Integer> errors;
  std::size_t leaves = 0;
};

// Chapters 3 to 6 on every leaf.
std::variant<LeafBounds, Rejected> prove_leaves(const GridPair& pair, const SplitTree& tree,
                                                unsigned threads);

}  // namespace certifix::check
