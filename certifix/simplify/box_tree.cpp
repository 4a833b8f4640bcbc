#include "certifix/simplify/box_tree.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "certifix/num/outward/enclosure.hpp"

namespace certifix::simplify {
namespace {

using num::Rational;

// Cuts are tried along so many inputs, those with the largest influence.
constexpr std::size_t kInputsTried = 4;
// A cut lies this close to the middle of its side: within 2^-kCutBits of the width.
constexpr int kCutBits = 5;
// Narrower sides, in all or against the numbers in them, are not cut: doubles would no longer tell
// the halves apart.
constexpr double kSmallestSide = 0x1p-500;
constexpr double kSmallestShare = 0x1p-30;

bool can_cut(const num::Interval& side, num::Enclosure in_doubles) {
  const double width = in_doubles.upper - in_doubles.lower;
  return !side.is_point() && std::isfinite(width) && width >= kSmallestSide &&
         width >= kSmallestShare * in_doubles.magnitude();
}

// A number with few bits near the middle: short in the certificate, and mostly exact as a double.
Rational cut_position(const num::Interval& side) {
  const Rational width = side.upper() - side.lower();
  const int lsb = std::ilogb(num::near_double(width).value) - kCutBits;
  const Rational middle = (side.lower() + side.upper()) / Rational(2);
  return num::scaled(Rational(num::round_half_up(middle, lsb)), lsb);
}

void set_side(spec::Box& box, range::FloatBox& float_box, std::size_t input, num::Interval side) {
  float_box[input] = num::enclose(side.lower(), side.upper());
  box[input] = std::move(side);
}

}  // namespace

BoxTree::BoxTree(spec::Box box) {
  range::FloatBox float_box = range::float_box(box);
  nodes_.push_back({std::move(box), std::move(float_box), std::nullopt, 0});
}

Refinement BoxTree::refine(const Goal& goal, std::size_t allowance, WorkBudget& budget) {
  std::vector<Open> open;
  for (std::size_t n = 0; n < nodes_.size(); ++n) {
    if (nodes_[n].cut) continue;
    const double gap = goal.gap(nodes_[n].float_box);
    if (gap == std::numeric_limits<double>::infinity()) return Refinement::disproved;
    if (gap > 0) open.push_back({n, gap});
    if (!budget.spend(goal.work())) return Refinement::failed;
  }
  const std::size_t size_before = nodes_.size();
  std::vector<std::size_t> cut_nodes;
  const auto undo = [&](Refinement why) {
    nodes_.resize(size_before, nodes_[0]);
    for (const std::size_t n : cut_nodes)
      if (n < size_before) nodes_[n].cut.reset();
    return why;
  };
  while (!open.empty()) {
    // Each open box takes at least one more leaf.
    if (cut_nodes.size() + open.size() > allowance) return undo(Refinement::failed);
    const auto worst = std::max_element(open.begin(), open.end(), [](const Open& a, const Open& b) {
      return a.gap < b.gap || (a.gap == b.gap && a.node > b.node);
    });
    const std::size_t node = worst->node;
    open.erase(worst);
    const std::optional<BestCut> best = choose_cut(nodes_[node], goal, budget);
    if (!best) return undo(Refinement::failed);
    if (std::max(best->gap_lower, best->gap_upper) == std::numeric_limits<double>::infinity())
      return undo(Refinement::disproved);
    cut(node, best->input);
    cut_nodes.push_back(node);
    const std::size_t lower = nodes_[node].lower;
    if (best->gap_lower > 0) open.push_back({lower, best->gap_lower});
    if (best->gap_upper > 0) open.push_back({lower + 1, best->gap_upper});
  }
  return Refinement::proven;
}

// The cut whose halves have the smallest gaps together, among the inputs with most influence.
std::optional<BoxTree::BestCut> BoxTree::choose_cut(const Node& node, const Goal& goal,
                                                    WorkBudget& budget) const {
  std::vector<std::size_t> inputs;
  for (std::size_t j = 0; j < node.box.size(); ++j)
    if (can_cut(node.box[j], node.float_box[j])) inputs.push_back(j);
  if (inputs.size() > kInputsTried) {
    const std::vector<double> influence = goal.influence(node.float_box);
    std::stable_sort(inputs.begin(), inputs.end(),
                     [&](std::size_t a, std::size_t b) { return influence[a] > influence[b]; });
    inputs.resize(kInputsTried);
  }
  std::optional<BestCut> best;
  for (const std::size_t j : inputs) {
    if (!budget.spend(2 * goal.work())) return std::nullopt;
    const Rational at = cut_position(node.box[j]);
    range::FloatBox half = node.float_box;
    half[j] = num::enclose(node.box[j].lower(), at);
    const double gap_lower = goal.gap(half);
    half[j] = num::enclose(at, node.box[j].upper());
    const double gap_upper = goal.gap(half);
    if (!best || gap_lower + gap_upper < best->gap_lower + best->gap_upper)
      best = BestCut{j, gap_lower, gap_upper};
  }
  return best;
}

void BoxTree::cut(std::size_t node, std::size_t input) {
  const num::Interval side = nodes_[node].box[input];
  const Rational at = cut_position(side);
  Node lower = nodes_[node];
  Node upper = nodes_[node];
  set_side(lower.box, lower.float_box, input, num::Interval(side.lower(), at));
  set_side(upper.box, upper.float_box, input, num::Interval(at, side.upper()));
  nodes_[node].cut = check::Cut{input, at};
  nodes_[node].lower = nodes_.size();
  nodes_.push_back(std::move(lower));
  nodes_.push_back(std::move(upper));
}

check::SplitTree BoxTree::pruned(const Goal& goal) const {
  check::SplitTree tree;
  prune_into(tree, goal, 0);
  return tree;
}

void BoxTree::prune_into(check::SplitTree& tree, const Goal& goal, std::size_t node) const {
  const Node& here = nodes_[node];
  if (!here.cut || goal.gap(here.float_box) == 0) {
    tree.emplace_back(check::Leaf{});
    return;
  }
  tree.emplace_back(*here.cut);
  prune_into(tree, goal, here.lower);
  prune_into(tree, goal, here.lower + 1);
}

std::vector<spec::Box> leaf_boxes(const check::SplitTree& tree, const spec::Box& box) {
  std::vector<spec::Box> leaves;
  std::vector<spec::Box> pending{box};  // the next node's box is the last
  for (const auto& node : tree) {
    CERTIFIX_CHECK(!pending.empty(), "a split tree ends with its last leaf");
    spec::Box lower = std::move(pending.back());
    pending.pop_back();
    if (const auto* cut = std::get_if<check::Cut>(&node)) {
      spec::Box upper = lower;
      upper[cut->input] = num::Interval(cut->at, lower[cut->input].upper());
      lower[cut->input] = num::Interval(lower[cut->input].lower(), cut->at);
      pending.push_back(std::move(upper));
      pending.push_back(std::move(lower));
    } else {
      leaves.push_back(std::move(lower));
    }
  }
  CERTIFIX_CHECK(pending.empty(), "a cut has two subtrees");
  return leaves;
}

}  // namespace certifix::simplify
