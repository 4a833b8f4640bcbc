#include "certifix/optimize/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

#include "certifix/optimize/layer_model.hpp"

namespace certifix::optimize {
namespace {

// Around the reference, as far as the model has candidates.
constexpr int kFiner = 6;
constexpr int kCoarser = 10;
// The model adds up absolute values, the joint analysis does not. What it puts this far above the
// target, measured where the reference stands, is not tried.
constexpr double kHopeless = 2;

struct Trial {
  double cost;
  double use;
  int input, weight, output;  // fractional bits

  bool nowhere_finer_than(const Trial& other) const {
    return input <= other.input && weight <= other.weight && output <= other.output;
  }
};

LayerGrids grids_of(const Subject& subject, const Trial& trial) {
  const std::size_t blocks = subject.problem().network.block_count() - 1;
  return {trial.input, std::vector<int>(blocks, trial.weight),
          std::vector<int>(blocks, trial.output)};
}

// What may be cheaper than the reference, or accepted at all; the cheapest first.
std::vector<Trial> trials(const Subject& subject, const LeafSet& leaves, const Candidate& reference,
                          int bits, const SearchOptions& options, WeightTables& weights) {
  const LayerGrids start = uniform_grids(subject, bits);
  const LayerModel model(subject, leaves, reference, start, options, weights);
  const std::optional<LayerModel::Estimate> here = model.estimate(start);
  const double kindness = here && here->use > 0 && std::isfinite(reference.ratio)
                              ? std::min(1.0, reference.ratio / here->use)
                              : 1;
  std::vector<Trial> result;
  const int coarsest_input = options.input_bits ? bits : bits - kCoarser;
  const int finest_input = options.input_bits ? bits : bits + kFiner;
  for (int input = coarsest_input; input <= finest_input; ++input)
    for (int weight = bits - kCoarser; weight <= bits + kFiner; ++weight)
      for (int output = bits - kCoarser; output <= bits + kFiner; ++output) {
        Trial trial{0, 0, input, weight, output};
        const std::optional<LayerModel::Estimate> estimate =
            model.estimate(grids_of(subject, trial));
        if (!estimate || estimate->use * kindness > kHopeless * options.target) continue;
        trial.cost = estimate->cost;
        trial.use = estimate->use;
        result.push_back(trial);
      }
  std::stable_sort(result.begin(), result.end(), [](const Trial& x, const Trial& y) {
    return std::tie(x.cost, x.use) < std::tie(y.cost, y.use);
  });
  return result;
}

}  // namespace

std::optional<Candidate> search_network(const Subject& subject, const LeafSet& leaves,
                                        const Candidate& reference, int bits,
                                        const SearchOptions& options) {
  const spec::Limits& limits = subject.problem().limits;
  const auto accepted = [&](const Candidate& candidate) {
    return candidate.ratio <= options.target && broken_limit(candidate.design, limits).empty();
  };
  std::optional<Candidate> best;
  if (accepted(reference)) best = reference;
  std::vector<Trial> refused;
  WeightTables weights(subject, leaves);
  for (const Trial& trial : trials(subject, leaves, reference, bits, options, weights)) {
    if (options.cancelled && options.cancelled()) break;
    if (std::any_of(refused.begin(), refused.end(),
                    [&](const Trial& r) { return trial.nowhere_finer_than(r); }))
      continue;
    Candidate candidate =
        realize(subject, leaves,
                weights.rounded(layer_plan(subject, grids_of(subject, trial), options.input_bits)),
                options.target);
    if (candidate.ratio > options.target) {
      refused.push_back(trial);
      continue;
    }
    if (!accepted(candidate)) continue;
    const double cost = objective(options.cost, candidate.design);
    if (best && cost >= objective(options.cost, best->design)) break;
    if (options.progress)
      options.progress(fmt::format("trying {} {:.0f}, bound used {:.4f}", options.cost.name, cost,
                                   candidate.ratio));
    best = std::move(candidate);
    break;
  }
  return best;
}

}  // namespace certifix::optimize
