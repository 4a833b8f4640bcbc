#include "certifix/optimize/subject.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "certifix/base/error.hpp"
#include "certifix/split/parallel.hpp"

namespace certifix::optimize {
namespace {

using num::Enclosure;

constexpr double kSmallest = 2e4;  // what an analysis takes however small the network is

std::size_t weight_count(const range::FloatNetwork& network) {
  std::size_t result = 0;
  for (const range::FloatBlock& block : network.blocks) result += block.size() * block.terms;
  return result;
}

// Multiply-adds of one analysis: each row is carried through all earlier matrices, about six times.
double analysis_cost(const range::FloatNetwork& network) {
  double earlier = 0, result = 0;
  for (const range::FloatBlock& block : network.blocks) {
    result += 6.0 * static_cast<double>(block.size()) * earlier;
    earlier += static_cast<double>(block.size() * block.terms);
  }
  return result + 10 * earlier;
}

std::size_t relu_count(const range::FloatNetwork& network, const range::Ranges& ranges) {
  std::size_t result = 0;
  for (std::size_t b = 1; b < network.block_count(); ++b)
    for (std::size_t i = 0; i < network.size(b); ++i)
      if (network.block(b).activation[i] == net::Activation::relu && ranges.pre[b][i].lower < 0 &&
          ranges.pre[b][i].upper > 0)
        ++result;
  return result;
}

void join(std::vector<std::vector<Enclosure>>& all,
          const std::vector<std::vector<Enclosure>>& more) {
  if (all.empty()) {
    all = more;
    return;
  }
  for (std::size_t b = 0; b < all.size(); ++b)
    for (std::size_t i = 0; i < all[b].size(); ++i) all[b][i] = num::hull(all[b][i], more[b][i]);
}

struct LeafResult {
  error::Analysis analysis;
  range::Ranges ranges;
};

LeafResult analyse(const Subject& subject, const error::FloatDesign& image, const Leaf& leaf) {
  if (leaf.real)
    return {error::analyze(subject.problem(), image, *leaf.real, subject.effort()),
            leaf.real->ranges()};
  const range::RealNetwork real(subject.network(), leaf.box);
  return {error::analyze(subject.problem(), image, real, subject.effort()), real.ranges()};
}

double radius_ratio(const spec::Problem& problem, const error::Analysis& analysis) {
  double worst = 0;
  for (std::size_t f = 0; f < problem.functionals.size(); ++f) {
    const Enclosure e = analysis.functional[f];
    worst =
        std::max(worst, (e.upper - e.lower) / 2 / num::enclose(problem.functionals[f].bound).upper);
  }
  return worst;
}

void add(Sweep& all, std::size_t k, LeafResult result, const spec::Problem& problem) {
  const error::Analysis& analysis = result.analysis;
  if (all.functional.empty()) {
    all.functional = analysis.functional;
  } else {
    for (std::size_t f = 0; f < all.functional.size(); ++f)
      all.functional[f] = num::hull(all.functional[f], analysis.functional[f]);
  }
  join(all.implemented_pre, analysis.implemented_pre);
  join(all.real.pre, result.ranges.pre);
  join(all.real.post, result.ranges.post);
  all.values[k] = error::worst_ratio(problem, analysis);
  all.enumerated[k] = analysis.enumerated;
  std::size_t unstable = 0;
  for (const std::size_t count : analysis.unstable) unstable += count;
  all.unstable = std::max(all.unstable, unstable);
}

}  // namespace

Subject::Subject(const spec::Problem& problem, net::Network implemented, FormatScope scope,
                 unsigned threads)
    : problem_{std::move(implemented), problem.box,         problem.inputs,
               problem.out_of_range,   problem.functionals, problem.limits},
      scope_(scope),
      threads_(threads),
      network_(range::to_float(problem_.network)),
      box_(range::float_box(problem.box)),
      compensated_(std::make_shared<const CompensatedRows>(network_, box_)) {
  const range::RealNetwork root(network_, box_);
  const std::size_t unstable = relu_count(network_, root.ranges());
  // Where every combination of slopes can be enumerated, norms add nothing but checking time.
  uses_norms_ = unstable > 12;
  if (uses_norms_) {
    norms_ = error::operator_norms(network_);
  } else {
    for (const range::FloatBlock& block : network_.blocks)
      norms_.emplace_back(block.sources.size(), std::numeric_limits<double>::infinity());
  }
  // Patterns may cost about as much as a small multiple of the rest.
  const double pattern_cost =
      4.0 * static_cast<double>(weight_count(network_) * problem_.functionals.size());
  const double allowed = std::max(3e5, 0.5 * analysis_cost(network_));
  effort_.patterns = std::clamp(static_cast<int>(std::log2(allowed / pattern_cost)), 0, 10);
  // Up to 1,500 leaves are worth ten times the work: deep networks with many parameters need them,
  // and get few for the work that gives small ones thousands.
  const double work = analysis_cost(network_) + pattern_cost;
  leaf_budget_ = static_cast<std::size_t>(
      std::clamp(std::max(1.5e8 / work, std::min(1.5e9 / work, 1500.0)), 16.0, 30000.0));
  if (unstable == 0) leaf_budget_ = 1;
}

Subject::Subject(const Subject& other, std::vector<spec::Functional> functionals,
                 spec::Limits limits)
    : problem_(other.problem_),
      scope_(other.scope_),
      threads_(other.threads_),
      network_(other.network_),
      box_(other.box_),
      uses_norms_(other.uses_norms_),
      norms_(other.norms_),
      compensated_(other.compensated_),
      effort_(other.effort_),
      leaf_budget_(other.leaf_budget_) {
  CERTIFIX_CHECK(functionals.size() == problem_.functionals.size(),
                 "other bounds, of the same functionals");
  problem_.functionals = std::move(functionals);
  problem_.limits = limits;
}

double Subject::analysis_work(std::size_t unstable) const {
  const double patterns = std::ldexp(1.0, std::min(effort_.patterns, static_cast<int>(unstable)));
  const double carried =
      4.0 * static_cast<double>(weight_count(network_) * problem_.functionals.size());
  return kSmallest + analysis_cost(network_) + patterns * carried;
}

Sweep sweep(const Subject& subject, const error::FloatDesign& image,
            const std::vector<Leaf>& leaves, double give_up) {
  Sweep result;
  result.values.resize(leaves.size());
  result.enumerated.resize(leaves.size());
  // Rounds bound the memory that analyses take before they are joined.
  constexpr std::size_t kRound = 64;
  std::size_t first = 0;
  while (first < leaves.size()) {
    const std::size_t count = first == 0 ? 1 : std::min(kRound, leaves.size() - first);
    std::vector<std::optional<LeafResult>> round(count);
    split::parallel_for(count, subject.threads(), [&](std::size_t k) {
      round[k] = analyse(subject, image, leaves[first + k]);
    });
    for (std::size_t k = 0; k < count; ++k) {
      if (radius_ratio(subject.problem(), round[k]->analysis) > give_up) result.complete = false;
      add(result, first + k, std::move(*round[k]), subject.problem());
    }
    if (!result.complete) break;
    first += count;
  }
  return result;
}

LeafSet whole_box(const Subject& subject) {
  LeafSet result;
  result.leaves.push_back({subject.box(), range::RealNetwork(subject.network(), subject.box())});
  result.hull = result.leaves[0].real->ranges();
  return result;
}

LeafSet leaf_set(const Subject& subject, const std::vector<range::FloatBox>& boxes,
                 range::Ranges hull) {
  LeafSet result;
  result.leaves.resize(boxes.size());
  split::parallel_for(boxes.size(), subject.threads(), [&](std::size_t k) {
    result.leaves[k].box = boxes[k];
    result.leaves[k].real.emplace(subject.network(), boxes[k]);
  });
  result.hull = std::move(hull);
  return result;
}

}  // namespace certifix::optimize
