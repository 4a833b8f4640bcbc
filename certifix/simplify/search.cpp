#include "certifix/simplify/search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "certifix/simplify/box_tree.hpp"
#include "certifix/simplify/choose.hpp"
#include "certifix/simplify/goal.hpp"
#include "certifix/simplify/sampling.hpp"

namespace certifix::simplify {
namespace {

using num::Enclosure;

// A candidate may cost so many leaves times the share of the multiplications that it saves.
constexpr std::size_t kLeavesPerNetwork = 2000;
// For the order of attempts only: boxes bounded for one cut, and the chance given to a candidate
// without any room.
constexpr std::size_t kBoxesPerCut = 8;
constexpr double kLeastChance = 0.05;
// Floating-point operations of the sampling, about, and points at most.
constexpr std::size_t kSamplingWork = 50'000'000;
constexpr std::size_t kPoints = 2000;

struct Candidate {
  Target target;
  double difficulty;          // the gap's share of gap and room seen by the samples; 1: no room
  bool open = true;           // not yet given up, nor proven
  std::size_t saved = 0;      // multiplications, if it is proven
  std::size_t work = 0;       // of bounding it on one box
  std::size_t allowance = 1;  // further leaves at the next attempt
};

bool reads_only_inputs(const range::FloatBlock& block, std::size_t row) {
  for (const range::FloatSource& source : block.sources)
    if (source.block > 0 && std::any_of(source.row(row), source.row(row) + source.columns,
                                        [](double w) { return w != 0; }))
      return false;
  return true;
}

std::vector<Candidate> candidates(const range::FloatNetwork& network, const range::FloatBox& box,
                                  const PreRanges& pre) {
  std::size_t parameters = 1;
  for (const range::FloatBlock& block : network.blocks) parameters += block.size() * block.terms;
  const std::size_t points = std::clamp<std::size_t>(kSamplingWork / parameters, 1, kPoints);
  const PreRanges seen = sampled_ranges(network, box, points);
  std::vector<Candidate> result;
  for (std::size_t b = 1; b < network.block_count(); ++b) {
    const range::FloatBlock& block = network.block(b);
    for (std::size_t i = 0; i < block.size(); ++i) {
      if (stability(block.activation[i], pre[b][i]) != Stability::unstable) continue;
      const bool dead = seen[b][i].upper <= 0;
      if ((!dead && seen[b][i].lower < 0) || reads_only_inputs(block, i)) continue;
      const double gap = dead ? pre[b][i].upper : -pre[b][i].lower;
      if (!std::isfinite(gap)) continue;
      const double room = dead ? -seen[b][i].upper : seen[b][i].lower;
      result.push_back({{b, i, dead, gap}, gap / (gap + room)});
    }
  }
  return result;
}

class Search {
 public:
  Search(const net::Network& f, const spec::Box& box, const PreRanges& pre, std::size_t leaves,
         std::size_t work, Extent extent)
      : f_(f),
        box_(box),
        network_(range::to_float(f)),
        whole_(pre),
        known_(pre),
        max_leaves_(leaves),
        work_(work),
        extent_(extent),
        budget_{work},
        tree_(box),
        multiplications_(least_multiplications(f, box, pre, extent)) {}

  check::SplitTree run() {
    std::vector<Candidate> all = candidates(network_, range::float_box(box_), known_);
    for (Candidate& candidate : all) estimate(candidate);
    while (budget_.left > 0) {
      const auto next = std::min_element(
          all.begin(), all.end(),
          [&](const Candidate& a, const Candidate& b) { return price(a) < price(b); });
      if (next == all.end() || !next->open) break;
      attempt(*next);
    }
    drop_superfluous();
    if (proven_.empty()) return {check::Leaf{}};
    return smallest_tree();
  }

 private:
  // What is known once the target is proven.
  PreRanges with(const Target& target) const {
    PreRanges pre = known_;
    Enclosure& z = pre[target.block][target.row];
    if (target.dead)
      z.upper = std::min(z.upper, 0.0);
    else
      z.lower = std::max(z.lower, 0.0);
    return pre;
  }

  void estimate(Candidate& candidate) const {
    const std::size_t after = least_multiplications(f_, box_, with(candidate.target), extent_);
    candidate.saved = multiplications_ - std::min(after, multiplications_);
    candidate.open = candidate.saved > 0;
    candidate.work = Goal(network_, {candidate.target}).work();
  }

  // The work of the next attempt for each multiplication that it may save.
  double price(const Candidate& candidate) const {
    if (!candidate.open) return std::numeric_limits<double>::infinity();
    const auto boxes = static_cast<double>(tree_.leaf_count() + kBoxesPerCut * candidate.allowance);
    const double chance = 1 + kLeastChance - candidate.difficulty;
    return boxes * static_cast<double>(candidate.work) /
           (static_cast<double>(candidate.saved) * chance);
  }

  void attempt(Candidate& candidate) {
    estimate(candidate);
    if (!candidate.open) return;
    const std::size_t worth = candidate.saved * kLeavesPerNetwork / multiplications_;
    const std::size_t affordable = std::min(worth, max_leaves_ - tree_.leaf_count());
    const std::size_t allowance = std::min(candidate.allowance, affordable);
    candidate.open = candidate.allowance < affordable;
    candidate.allowance *= 2;
    const Goal goal(network_, {candidate.target});
    switch (tree_.refine(goal, allowance, budget_)) {
      case Refinement::proven:
        known_ = with(candidate.target);
        multiplications_ -= candidate.saved;
        proven_.push_back(candidate.target);
        candidate.open = false;
        break;
      case Refinement::disproved:
        candidate.open = false;
        break;
      case Refinement::failed:
        break;
    }
  }

  // A target may have lost its worth by a later one: when all its readers are dead, say.
  void drop_superfluous() {
    for (std::size_t k = proven_.size(); k-- > 0;) {
      PreRanges without = known_;
      const Target& target = proven_[k];
      without[target.block][target.row] = whole_[target.block][target.row];
      if (least_multiplications(f_, box_, without, extent_) > multiplications_) continue;
      known_ = std::move(without);
      proven_.erase(proven_.begin() + static_cast<std::ptrdiff_t>(k));
    }
  }

  check::SplitTree smallest_tree() {
    const Goal goal(network_, proven_);
    check::SplitTree grown = tree_.pruned(goal);
    const std::size_t leaves = (grown.size() + 1) / 2;
    BoxTree together(box_);
    WorkBudget budget{work_};
    if (leaves > 2 && together.refine(goal, leaves - 2, budget) == Refinement::proven)
      return together.pruned(goal);
    return grown;
  }

  const net::Network& f_;
  const spec::Box& box_;
  range::FloatNetwork network_;
  const PreRanges& whole_;  // on the whole box
  PreRanges known_;         // with what the tree proves
  std::size_t max_leaves_;
  std::size_t work_;
  Extent extent_;
  WorkBudget budget_;
  BoxTree tree_;
  std::vector<Target> proven_;
  std::size_t multiplications_;  // with what is known
};

}  // namespace

check::SplitTree find_tree(const net::Network& f, const spec::Box& box, const PreRanges& pre,
                           std::size_t leaves, std::size_t work, Extent extent) {
  return Search(f, box, pre, leaves, work, extent).run();
}

}  // namespace certifix::simplify
