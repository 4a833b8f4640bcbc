// The MILP of the layer method: tables from a reference design, a model, and grids from its answer.
//
// Costs are those of the design that the grids would give, as far as that is known beforehand:
// widths of values and accumulators move with their grids from where the reference has them, and a
// bias is as fine as its block's last source and its weights make it.
#pragma once

#include <optional>
#include <vector>

#include "certifix/milp/model.hpp"
#include "certifix/optimize/choice_model.hpp"
#include "certifix/optimize/layer.hpp"
#include "certifix/optimize/weight_tables.hpp"

namespace certifix::optimize {

class LayerModel {
 public:
  // reference: sensitivities on the worst leaves, integer bits and accumulators are taken from it.
  LayerModel(const Subject& subject, const LeafSet& leaves, const Candidate& reference,
             const LayerGrids& grids, const SearchOptions& options, WeightTables& weights);

  // Rows divided by kappa * bound: right-hand sides are 1.
  milp::Model model(double kappa);
  // The grids that a solution's values choose; call after model().
  LayerGrids grids(const std::vector<double>& values) const;

  // What the model says of grids: cost, and the largest use of a bound (1: all of it). Nothing
  // where a grid is none of its candidates.
  struct Estimate {
    double cost;
    double use;
  };
  std::optional<Estimate> estimate(const LayerGrids& grids) const;

  // The same model as one of candidates, bounds divided by kappa, and grids there and back; only
  // grids with an estimate have a selection.
  ChoiceModel choices(double kappa) const;
  Selection selection(const LayerGrids& grids) const;
  LayerGrids grids(const Selection& selection) const;

 private:
  struct Table {
    std::vector<int> bits;  // the candidates
    std::vector<std::vector<double>>
        error;  // [candidate][leaf and functional], relative to the bound
    // The candidates that take part in the model, and their columns.
    std::vector<std::size_t> kept;
    std::vector<std::size_t> columns;
  };
  // What a block's weights and some block's values cost together: its source's, or, for the paper's
  // cost, its own.
  struct Pair {
    std::size_t block;
    std::size_t values;
    std::vector<std::vector<double>> cost;  // [candidate of the weights][candidate of the values]
  };

  void weight_table(std::size_t b, int centre);
  void value_table(std::size_t b, int centre, bool fixed);
  void add_pairs(std::size_t b);
  double bias_cost(const range::FloatBlock& block, int bits) const;
  // Of the weights that read the k-th source of block b.
  std::vector<double> pair_costs(std::size_t b, std::size_t k, int weight_bits) const;
  // Chooses the candidates that take part for this kappa.
  void keep_useful(Table& table, double kappa) const;
  num::FixedFormat format(std::size_t b, std::size_t i) const;

  const Subject& subject_;
  const LeafSet& leaves_;
  const Candidate& reference_;
  const LayerGrids grids_;  // of the reference
  const cost::Model cost_;
  WeightTables& tables_;
  std::vector<error::Analysis> analyses_;  // of the reference, on the leaves that are modelled

  std::vector<Table> weights_;  // [b - 1]
  std::vector<Table> values_;   // [b], 0 = inputs
  std::vector<Pair> pairs_;
  std::vector<double> output_cost_;  // [b], of one more bit of every element beside its readers'
  std::size_t functionals_ = 0;
  std::size_t bounds_ = 0;  // leaves * functionals
};

}  // namespace certifix::optimize
