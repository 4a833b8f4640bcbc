#include "certifix/optimize/gap.hpp"

#include <algorithm>
#include <cmath>

#include "certifix/optimize/choice_bound.hpp"
#include "certifix/optimize/layer_model.hpp"

namespace certifix::optimize {
namespace {

constexpr double kGap = 1e-3;  // close enough
constexpr double kWork = 4e8;  // of the search for the bound: some seconds

// The grids of a plan that has one of each kind a block.
LayerGrids layer_grids(const Plan& plan) {
  LayerGrids result;
  result.input = plan.input_lsb.empty() ? 0 : -plan.input_lsb[0];
  for (const BlockPlan& block : plan.blocks) {
    int weight = 0;
    for (const std::vector<int>& row : block.weight_lsb)
      if (!row.empty()) weight = -row[0];
    result.weight.push_back(weight);
    result.output.push_back(block.output_lsb.empty() ? 0 : -block.output_lsb[0]);
  }
  return result;
}

double own_cost(const LayerModel& model, const LayerGrids& grids) {
  return model.estimate(grids)->cost;
}

double own_cost(const NeuronModel& model, const NeuronGrids& grids) {
  return model.estimate(grids).cost;
}

// The model's optimum between two bounds, from the design's own grids. Costs are the model's own,
// of which those of `model` are lower bounds.
template <class Model, class Grids>
std::optional<Gap> gap(const Model& model, const Grids& grids, double cost, double use) {
  if (!(cost > 0) || !(use > 0) || !std::isfinite(use)) return std::nullopt;
  // A hair more: the design itself must not fall to rounding.
  const ChoiceBound bound =
      bound_choices(model.choices(use * (1 + 1e-9)), model.selection(grids), kWork, kGap);
  const double best = std::min(cost, own_cost(model, model.grids(bound.best)));
  const auto above = [&](double c) { return std::max(0.0, (c - bound.lower) / c); };
  return Gap{above(best), above(cost), "exact dual bound"};
}

}  // namespace

std::optional<Gap> layer_gap(const Subject& subject, const LeafSet& leaves,
                             const Candidate& candidate, const SearchOptions& options) {
  const LayerGrids grids = layer_grids(candidate.plan);
  WeightTables weights(subject, leaves);
  const LayerModel model(subject, leaves, candidate, grids, options, weights);
  const std::optional<LayerModel::Estimate> here = model.estimate(grids);
  if (!here) return std::nullopt;
  return gap(model, grids, here->cost, here->use);
}

std::optional<Gap> neuron_gap(const Subject& subject, const LeafSet& leaves,
                              const Candidate& candidate, const Sensitivity& everywhere,
                              const SearchOptions& options) {
  if (!NeuronModel::bounded(options.cost)) return std::nullopt;
  const NeuronModel model(subject, leaves, candidate, roundings(candidate.plan), everywhere,
                          options);
  const NeuronGrids grids = neuron_grids(candidate.plan);
  const NeuronModel::Estimate here = model.estimate(grids);
  return gap(model, grids, here.cost, here.use);
}

}  // namespace certifix::optimize
