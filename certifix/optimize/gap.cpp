#include "certifix/optimize/gap.hpp"

#include <algorithm>
#include <cmath>

#include "certifix/milp/solve.hpp"
#include "certifix/optimize/layer_model.hpp"

namespace certifix::optimize {
namespace {

constexpr long kNodes = 2000;

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

std::optional<Gap> gap(double cost, double lower, std::string_view source) {
  if (!(cost > 0) || !std::isfinite(lower)) return std::nullopt;
  return Gap{std::max(0.0, (cost - lower) / cost), source};
}

}  // namespace

std::optional<Gap> layer_gap(const Subject& subject, const LeafSet& leaves,
                             const Candidate& candidate, const SearchOptions& options) {
  const LayerGrids grids = layer_grids(candidate.plan);
  WeightTables weights(subject, leaves);
  LayerModel tables(subject, leaves, candidate, grids, options, weights);
  const std::optional<LayerModel::Estimate> here = tables.estimate(grids);
  if (!here || !(here->use > 0) || !std::isfinite(here->use)) return std::nullopt;
  // A hair more: the design itself must not fall to the solver's tolerances.
  const milp::Model model = tables.model(here->use * (1 + 1e-9));
  const milp::Solution solution =
      milp::solve(milp::scaled_rows(model), {.nodes = kNodes, .branching_alone = true});
  return gap(here->cost, solution.bound, "solver's claim");
}

std::optional<Gap> neuron_gap(const Subject& subject, const LeafSet& leaves,
                              const Candidate& candidate, const Sensitivity& everywhere,
                              const SearchOptions& options) {
  if (options.cost[cost::Figure::paper_cost] > 0 || cost::counts_program(options.cost))
    return std::nullopt;
  const NeuronModel model(subject, leaves, candidate, everywhere, options);
  const NeuronGrids grids = neuron_grids(candidate.plan);
  const NeuronModel::Estimate here = model.estimate(grids);
  if (!(here.use > 0) || !std::isfinite(here.use)) return std::nullopt;
  return gap(here.cost, model.lower_bound(here.use), "Lagrangian bound");
}

}  // namespace certifix::optimize
