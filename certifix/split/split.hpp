// Best-first splitting of a box: a driver that knows nothing of what is bounded.
//
// An evaluation is a pure function of a leaf's box. The leaves with the largest values are cut, in
// rounds of a fixed size, so that the tree does not depend on the number of threads. Only open
// leaves are kept: a box and an evaluation each.
//
// Example: the smallest number of leaves on which f stays below 1, at most 1000.
//   const Tree tree = split(root, evaluate_f, {.leaves = 1000, .target = 1, .threads = 2});
//   for (const OpenLeaf& leaf : tree.leaves) use(leaf.box, leaf.evaluation.value);
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "certifix/check/certificate.hpp"
#include "certifix/range/back_substitution.hpp"

namespace certifix::split {

struct Evaluation {
  double value = 0;           // to be made small; the tree's value is the largest of its leaves
  std::size_t dimension = 0;  // where a cut promises most
};

struct OpenLeaf {
  range::FloatBox box;
  Evaluation evaluation;
};

struct Options {
  std::size_t leaves = 1;  // at most
  double target = 0;       // leaves at or below it are not cut
  std::size_t round = 32;  // leaves cut at a time
  unsigned threads = 1;
  std::function<bool()> cancelled;  // may be empty; stops after a round
  std::function<void(std::size_t leaves, double worst)> progress;  // may be empty; after a round
};

struct Tree {
  std::vector<OpenLeaf> leaves;  // in the order of `cuts`
  check::SplitTree cuts;         // preorder
  std::size_t evaluations = 0;

  double worst() const;
};

using Evaluate = std::function<Evaluation(const range::FloatBox&)>;

// Cuts are at midpoints. A side that cannot be cut (a point, or neighbouring doubles) is left; the
// widest other side is cut instead.
// start: a tree of the same root to go on from (its leaves are evaluated anew); null: the root
// alone.
Tree split(const range::FloatBox& root, const Evaluate& evaluate, const Options& options,
           const Tree* start = nullptr);

}  // namespace certifix::split
