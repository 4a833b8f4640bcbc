#include "certifix/split/split.hpp"

#include <algorithm>
#include <numeric>
#include <optional>

#include "certifix/split/parallel.hpp"

namespace certifix::split {
namespace {

struct Node {
  OpenLeaf leaf;  // emptied when cut
  std::size_t dimension = 0;
  double at = 0;
  std::size_t lower = 0;  // the index of the lower child; the upper is the next; 0: a leaf
};

// A few ulps of room: the sides of the whole box are rounded outward, and cuts must lie strictly
// inside the exact one.
bool can_cut(const num::Enclosure& side) {
  const double at = side.midpoint();
  return num::next_up(num::next_up(side.lower)) < at &&
         at < num::next_down(num::next_down(side.upper));
}

std::optional<std::size_t> dimension_to_cut(const OpenLeaf& leaf) {
  if (can_cut(leaf.box[leaf.evaluation.dimension])) return leaf.evaluation.dimension;
  std::optional<std::size_t> widest;
  for (std::size_t d = 0; d < leaf.box.size(); ++d) {
    if (!can_cut(leaf.box[d])) continue;
    if (!widest ||
        leaf.box[d].upper - leaf.box[d].lower > leaf.box[*widest].upper - leaf.box[*widest].lower)
      widest = d;
  }
  return widest;
}

class Driver {
 public:
  Driver(const Evaluate& evaluate, const Options& options)
      : evaluate_(evaluate), options_(options) {}

  Tree run(const range::FloatBox& root, const Tree* start) {
    if (start != nullptr) {
      std::size_t cut = 0, leaf = 0;
      nodes_.emplace_back();
      unfold(0, *start, cut, leaf);
    } else {
      nodes_.push_back({{root, {}}, 0, 0, 0});
      open_ = {0};
    }
    parallel_for(open_.size(), options_.threads, [&](std::size_t k) {
      OpenLeaf& leaf = nodes_[open_[k]].leaf;
      leaf.evaluation = evaluate_(leaf.box);
    });
    evaluations_ = open_.size();
    while (open_.size() < options_.leaves && cut_worst()) {
      if (options_.progress) options_.progress(open_.size(), worst());
      if (options_.cancelled && options_.cancelled()) break;
    }
    Tree result;
    result.evaluations = evaluations_;
    collect(0, result);
    return result;
  }

 private:
  double worst() const {
    double result = 0;
    for (const std::size_t i : open_) result = std::max(result, nodes_[i].leaf.evaluation.value);
    return result;
  }

  bool cut_worst() {
    std::vector<std::size_t> chosen;
    for (const std::size_t i : open_)
      if (!(nodes_[i].leaf.evaluation.value <= options_.target)) chosen.push_back(i);
    std::sort(chosen.begin(), chosen.end(), [&](std::size_t a, std::size_t b) {
      const double x = nodes_[a].leaf.evaluation.value, y = nodes_[b].leaf.evaluation.value;
      return x > y || (x == y && a < b);
    });
    const std::size_t room = std::min(options_.round, options_.leaves - open_.size());
    if (chosen.size() > room) chosen.resize(room);
    const std::size_t first = nodes_.size();
    for (const std::size_t i : chosen) {
      const std::optional<std::size_t> d = dimension_to_cut(nodes_[i].leaf);
      if (!d) continue;
      const num::Enclosure side = nodes_[i].leaf.box[*d];
      nodes_[i].dimension = *d;
      nodes_[i].at = side.midpoint();
      nodes_[i].lower = nodes_.size();
      range::FloatBox upper = nodes_[i].leaf.box;
      upper[*d].lower = nodes_[i].at;
      range::FloatBox lower = std::move(nodes_[i].leaf.box);
      lower[*d].upper = nodes_[i].at;
      nodes_[i].leaf.box.clear();
      nodes_.push_back({{std::move(lower), {}}, 0, 0, 0});
      nodes_.push_back({{std::move(upper), {}}, 0, 0, 0});
    }
    if (nodes_.size() == first) return false;
    parallel_for(nodes_.size() - first, options_.threads, [&](std::size_t k) {
      OpenLeaf& leaf = nodes_[first + k].leaf;
      leaf.evaluation = evaluate_(leaf.box);
    });
    evaluations_ += nodes_.size() - first;
    std::erase_if(open_, [&](std::size_t i) { return nodes_[i].lower != 0; });
    for (std::size_t i = first; i < nodes_.size(); ++i) open_.push_back(i);
    return true;
  }

  // The nodes of a finished tree; children stand next to each other.
  void unfold(std::size_t i, const Tree& tree, std::size_t& cut, std::size_t& leaf) {
    const auto& at = tree.cuts[cut++];
    if (const auto* split = std::get_if<check::Cut>(&at)) {
      const std::size_t lower = nodes_.size();
      nodes_[i].dimension = split->input;
      nodes_[i].at = num::enclose(split->at).lower;
      nodes_[i].lower = lower;
      nodes_.resize(lower + 2);
      unfold(lower, tree, cut, leaf);
      unfold(lower + 1, tree, cut, leaf);
    } else {
      nodes_[i].leaf.box = tree.leaves[leaf++].box;
      open_.push_back(i);
    }
  }

  void collect(std::size_t i, Tree& result) {
    Node& node = nodes_[i];
    if (node.lower == 0) {
      result.cuts.emplace_back(check::Leaf{});
      result.leaves.push_back(std::move(node.leaf));
      return;
    }
    result.cuts.emplace_back(check::Cut{node.dimension, num::exact_value(node.at)});
    collect(node.lower, result);
    collect(node.lower + 1, result);
  }

  const Evaluate& evaluate_;
  const Options& options_;
  std::vector<Node> nodes_;
  std::vector<std::size_t> open_;
  std::size_t evaluations_ = 0;
};

}  // namespace

double Tree::worst() const {
  double result = 0;
  for (const OpenLeaf& leaf : leaves) result = std::max(result, leaf.evaluation.value);
  return result;
}

Tree split(const range::FloatBox& root, const Evaluate& evaluate, const Options& options,
           const Tree* start) {
  return Driver(evaluate, options).run(root, start);
}

}  // namespace certifix::split
