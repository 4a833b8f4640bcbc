#include "certifix/optimize/grow.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "certifix/error/floor.hpp"
#include "certifix/split/parallel.hpp"

namespace certifix::optimize {
namespace {

constexpr std::size_t kFloorSamples = 200;
constexpr std::uint64_t kFloorSeed = 1;
// A tree is good enough when its bound is this close to what no splitting removes.
constexpr double kNearFloor = 1.1;
// Four times the leaves that leave this share of the bound are the last, unless the bound is still
// this many times the floor: there the gain may come late.
constexpr double kFruitless = 0.97;
constexpr double kFar = 4;
// Steps of growth that may bring nothing: while outputs are centred anew, one alone says little.
constexpr int kFruitlessSteps = 3;
constexpr double kStepTarget = 0.98;  // of a tree that must meet the bound: room for centring

Growing shown(Stopwatch& watch, const std::function<bool()>& cancelled) {
  return {cancelled, [&watch](std::size_t leaves, double worst) {
            watch.show("split", fmt::format("now {}, error {:.3g} of the bound", leaves, worst));
          }};
}

void join(range::Ranges& all, const range::Ranges& more) {
  for (std::size_t b = 0; b < all.pre.size(); ++b)
    for (std::size_t i = 0; i < all.pre[b].size(); ++i) {
      all.pre[b][i] = num::hull(all.pre[b][i], more.pre[b][i]);
      all.post[b][i] = num::hull(all.post[b][i], more.post[b][i]);
    }
}

range::Ranges hull_of(const Subject& subject, const split::Tree& tree) {
  constexpr std::size_t kRound = 64;
  std::optional<range::Ranges> result;
  for (std::size_t first = 0; first < tree.leaves.size(); first += kRound) {
    std::vector<range::Ranges> round(std::min(kRound, tree.leaves.size() - first));
    split::parallel_for(round.size(), subject.threads(), [&](std::size_t k) {
      round[k] = range::ranges(subject.network(), tree.leaves[first + k].box);
    });
    for (const range::Ranges& ranges : round) {
      if (result)
        join(*result, ranges);
      else
        result = ranges;
    }
  }
  return *result;
}

}  // namespace

split::Tree grow(const Subject& subject, const error::FloatDesign& image, double target,
                 std::size_t leaves, const split::Tree* start, const Growing& growing) {
  const split::Evaluate evaluate = [&](const range::FloatBox& box) {
    const range::RealNetwork real(subject.network(), box);
    const error::Analysis analysis =
        error::analyze(subject.problem(), image, real, subject.effort());
    return split::Evaluation{error::worst_ratio(subject.problem(), analysis), analysis.cut};
  };
  split::Options options;
  options.leaves = leaves;
  options.target = target;
  options.threads = subject.threads();
  options.cancelled = growing.cancelled;
  options.progress = growing.progress;
  return split::split(subject.box(), evaluate, options, start);
}

std::vector<double> error_floors(const Subject& subject, const error::FloatDesign& image) {
  return error::sampled_floors(subject.problem(), subject.network(), image, subject.box(),
                               kFloorSamples, kFloorSeed);
}

double floor_ratio(const Subject& subject, const error::FloatDesign& image) {
  return error::sampled_floor(subject.problem(), subject.network(), image, subject.box(),
                              kFloorSamples, kFloorSeed);
}

std::vector<Leaf> all_leaves(const split::Tree& tree) {
  std::vector<Leaf> result;
  for (const split::OpenLeaf& leaf : tree.leaves) result.push_back({leaf.box, std::nullopt});
  return result;
}

std::vector<range::FloatBox> worst_boxes(const std::vector<Leaf>& leaves,
                                         const std::vector<double>& values, std::size_t most) {
  std::vector<std::size_t> order(leaves.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  std::vector<range::FloatBox> result;
  for (std::size_t k = 0; k < std::min(most, order.size()); ++k)
    result.push_back(leaves[order[k]].box);
  return result;
}

LeafSet working_set(const Subject& subject, const split::Tree& tree, std::size_t worst,
                    std::size_t spread, const std::vector<range::FloatBox>& first) {
  std::vector<std::size_t> order(tree.leaves.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return tree.leaves[a].evaluation.value > tree.leaves[b].evaluation.value;
  });
  std::vector<range::FloatBox> boxes = first;
  for (std::size_t k = 0; k < std::min(worst, order.size()); ++k)
    boxes.push_back(tree.leaves[order[k]].box);
  if (order.size() > worst) {
    const std::size_t rest = order.size() - worst;
    for (std::size_t k = 0; k < std::min(spread, rest); ++k)
      boxes.push_back(tree.leaves[order[worst + k * rest / std::min(spread, rest)]].box);
  }
  return leaf_set(subject, boxes, hull_of(subject, tree));
}

std::optional<split::Tree> first_tree(const Subject& subject, const Candidate& reference,
                                      std::size_t budget, Stopwatch& watch,
                                      const split::Tree* start,
                                      const std::function<bool()>& cancelled) {
  if (budget <= 1 || reference.unstable == 0) return std::nullopt;
  const double floor = floor_ratio(subject, reference.image);
  if (reference.ratio <= kNearFloor * floor) return std::nullopt;
  return watch.stage("split", [&] {
    const std::size_t most = std::max<std::size_t>(budget / 4, 2);
    std::optional<split::Tree> tree;
    if (start != nullptr) tree = *start;
    double before = reference.ratio;
    for (std::size_t leaves = tree ? std::max<std::size_t>(8, tree->leaves.size()) : 8;;
         leaves *= 4) {
      tree = grow(subject, reference.image, kNearFloor * floor, std::min(leaves, most),
                  tree ? &*tree : nullptr, shown(watch, cancelled));
      const double now = tree->worst();
      const bool fruitless = now > kFruitless * before && now < kFar * floor;
      const bool stopped = cancelled && cancelled();
      if (leaves >= most || now <= kNearFloor * floor || fruitless || stopped)
        return std::move(*tree);
      before = now;
    }
  });
}

JudgedOnTree judge_on_tree(const Subject& subject, Candidate candidate,
                           std::optional<split::Tree> tree, std::size_t budget, Stopwatch& watch,
                           const std::function<bool()>& cancelled) {
  const auto stopped = [&] { return cancelled && cancelled(); };
  if (!tree)
    return {judge(subject, {{subject.box(), std::nullopt}}, std::move(candidate)), std::nullopt};
  Judged judged =
      watch.stage("judge", [&] { return judge(subject, all_leaves(*tree), std::move(candidate)); });
  if (judged.candidate.ratio <= 1 || stopped()) return {std::move(judged), std::move(tree)};
  // Of the design as centred over all leaves: before, it may be off centre.
  const double floor = floor_ratio(subject, judged.candidate.image);
  double previous = judged.candidate.ratio;
  int fruitless = 0;  // steps in a row
  while (judged.candidate.ratio > 1 && floor <= 1 && tree->leaves.size() < budget) {
    const std::size_t leaves = std::min(budget, tree->leaves.size() * 3 / 2 + 16);
    split::Tree grown = watch.stage("split", [&] {
      return grow(subject, judged.candidate.image, kStepTarget, leaves, &*tree,
                  shown(watch, cancelled));
    });
    if (stopped()) break;  // what was judged, was judged on the tree before
    tree = std::move(grown);
    judged = watch.stage(
        "judge", [&] { return judge(subject, all_leaves(*tree), std::move(judged.candidate)); });
    fruitless = judged.candidate.ratio > previous * (1 - 1e-3) ? fruitless + 1 : 0;
    if (fruitless == kFruitlessSteps) break;
    previous = std::min(previous, judged.candidate.ratio);
  }
  return {std::move(judged), std::move(tree)};
}

}  // namespace certifix::optimize
