// The leaves of a split tree: walked in order with constant memory, and proven in parallel.
#pragma once

#include <cstddef>
#include <optional>
#include <variant>
#include <vector>

#include "certifix/check/certificate.hpp"
#include "certifix/check/grid_pair.hpp"
#include "certifix/check/verify.hpp"

namespace certifix::check {

struct LeafJob {
  std::size_t index;  // in preorder, from 0
  spec::Box box;
};

// Hands out the leaves in preorder. Stops at a cut that does not lie strictly inside its box
// (R-CUT).
class LeafWalk {
 public:
  LeafWalk(const SplitTree& tree, spec::Box box);
  // Nothing after the last leaf, and at a bad cut.
  std::optional<LeafJob> next();
  // The node of the bad cut.
  std::optional<std::size_t> stopped_at() const { return stopped_at_; }

 private:
  struct OpenCut {
    const Cut* cut;
    num::Interval whole;  // the input's range before the cut
    bool upper = false;   // in the upper half
  };
  void go_to_next_subtree();

  const SplitTree& tree_;
  spec::Box box_;  // of the next node
  std::vector<OpenCut> open_;
  std::size_t node_ = 0;
  std::size_t leaves_ = 0;
  std::optional<std::size_t> stopped_at_;
};

// What all leaves prove: per functional the largest error, in units of u^2.
struct LeafBounds {
  std::vector<Integer> errors;
  std::size_t leaves = 0;
};

// Chapters 3 to 6 on every leaf. The rejection is that of the first failing leaf in preorder,
// whatever the number of threads.
std::variant<LeafBounds, Rejected> prove_leaves(const GridPair& pair, const SplitTree& tree,
                                                unsigned threads);

}  // namespace certifix::check
