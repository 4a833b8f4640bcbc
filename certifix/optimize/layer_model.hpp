// The MILP of the layer method: tables from a reference design, a model, and grids from its answer.
#pragma once

#include <optional>
#include <vector>

#include "certifix/milp/model.hpp"
#include "certifix/optimize/layer.hpp"

namespace certifix::optimize {

class LayerModel {
 public:
  // reference: sensitivities on the worst leaves, and integer bits, are taken from it.
  LayerModel(const Subject& subject, const LeafSet& leaves, const Candidate& reference,
             const LayerGrids& grids, bool inputs_fixed);

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

 private:
  struct Table {
    std::vector<int> bits;  // the candidates
    std::vector<std::vector<double>>
        error;  // [candidate][leaf and functional], relative to the bound
    // The candidates that take part in the model, and their columns.
    std::vector<std::size_t> kept;
    std::vector<std::size_t> columns;
  };
  // Cost of one (block, source) pair: width_count[p] * bits + width_offset[p].
  struct Pair {
    std::size_t block;
    std::size_t source;
    std::vector<double> per_bit;  // sum over weights of bits(w), per candidate p
    std::vector<double> offset;   // sum over weights of bits(w) * integer bits of the source
  };

  void weight_table(std::size_t b, int centre);
  void value_table(std::size_t b, int centre, bool fixed);
  std::vector<double> weight_errors(std::size_t b, int bits) const;
  // Chooses the candidates that take part for this kappa.
  void keep_useful(Table& table, double kappa) const;
  // error / bound of functional f on leaf k, f fastest.
  double relative(std::size_t f, double error) const;
  num::FixedFormat format(std::size_t b, std::size_t i) const;

  const Subject& subject_;
  const LeafSet& leaves_;
  const Candidate& reference_;
  std::vector<error::Analysis> analyses_;  // of the reference, on the leaves that are modelled

  std::vector<Table> weights_;  // [b - 1]
  std::vector<Table> values_;   // [b], 0 = inputs
  std::vector<Pair> pairs_;
  std::vector<double> output_cost_;  // of one more bit of the outputs
  std::size_t functionals_ = 0;
  std::size_t bounds_ = 0;  // leaves * functionals
};

}  // namespace certifix::optimize
