// The leaves of a split tree: walked in order with constant memory, and proven in parallel.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <variant>
#include <vector>

#include "certifix/check/certificate.hpp"
#include "certifix/check/verify.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::check {

struct LeafJob {
  std::size_t index;  // in preorder, from 0
  spec::Box box;
  const Leaf* leaf;
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

// Proves something on one leaf. Every thread has its own, with its working memory.
using LeafProver = std::function<std::optional<Rejected>(const LeafJob&)>;

// The rejection is that of the first failing leaf in preorder, whatever the number of threads; its
// place names the leaf. `new_prover` is called once a thread.
std::optional<Rejected> prove_on_leaves(const SplitTree& tree, const spec::Box& box,
                                        unsigned threads,
                                        const std::function<LeafProver()>& new_prover);

}  // namespace certifix::check
