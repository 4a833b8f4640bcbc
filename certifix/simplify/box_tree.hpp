// A tree of boxes that grows until a goal is proven on every leaf.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "certifix/check/certificate.hpp"
#include "certifix/range/ranges.hpp"
#include "certifix/simplify/goal.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::simplify {

// What is left of the floating-point operations that a search may take. Counting them instead of
// time makes the result the same on every machine.
struct WorkBudget {
  std::size_t left;

  bool spend(std::size_t work) {
    if (work > left)
      left = 0;
    else
      left -= work;
    return left > 0;
  }
};

enum class Refinement { proven, failed, disproved };

class BoxTree {
 public:
  explicit BoxTree(spec::Box box);

  std::size_t leaf_count() const { return (nodes_.size() + 1) / 2; }

  // Cuts leaves, the one with the largest gap first, until the goal is proven on all of them. If
  // that takes more than `allowance` further leaves or the budget, or if the goal turns out to be
  // wrong, the tree stays as it was.
  Refinement refine(const Goal& goal, std::size_t allowance, WorkBudget& budget);

  // The tree without the cuts below boxes that prove the goal already.
  check::SplitTree pruned(const Goal& goal) const;

 private:
  struct Node {
    spec::Box box;
    range::FloatBox float_box;
    std::optional<check::Cut> cut;
    std::size_t lower = 0;  // the children of a cut node; the upper one follows the lower one
  };
  struct Open {
    std::size_t node;
    double gap;
  };
  struct BestCut {
    std::size_t input;
    double gap_lower, gap_upper;
  };

  std::optional<BestCut> choose_cut(const Node& node, const Goal& goal, WorkBudget& budget) const;
  void cut(std::size_t node, std::size_t input);
  void prune_into(check::SplitTree& tree, const Goal& goal, std::size_t node) const;

  std::vector<Node> nodes_;
};

// The boxes of the leaves, in order.
std::vector<spec::Box> leaf_boxes(const check::SplitTree& tree, const spec::Box& box);

}  // namespace certifix::simplify
