// The MILP of the layer method: tables from a reference design, a model, and grids from its answer.
#pragma once

#include <optional>
#include <vector>

#include "certifix/milp/model.hpp"
#include "certifix/optimize/layer.hpp"

namespace certifix::optimize {

class LayerModel {
 public:
  // reference: sensitivities and integer bits are taken from it.
  LayerModel(const Subject& subject, const Candidate& reference, const LayerGrids& grids,
             bool inputs_fixed);

  // Rows divided by kappa * bound: right-hand sides are 1.
  milp::Model model(double kappa);
  // The grids that a solution's values choose; call after model().
  LayerGrids grids(const std::vector<double>& values) const;

 private:
  struct Table {
    std::vector<int> bits;                   // the candidates
    std::vector<std::vector<double>> error;  // [candidate][functional], relative to the bound
    std::vector<std::size_t> columns;        // of the model
  };
  // Cost of one (block, source) pair: width_count[p] * bits + width_offset[p].
  struct Pair {
    std::size_t block;
    std::size_t source;
    std::vector<double> per_bit;  // sum over weights of bits(w), per candidate p
    std::vector<double> offset;   // sum over weights of bits(w) * integer bits of the source
  };

  void weight_table(const Subject& subject, const Candidate& reference, std::size_t b, int centre);
  void value_table(const Subject& subject, const Candidate& reference, std::size_t b, int centre,
                   bool fixed);

  std::vector<Table> weights_;  // [b - 1]
  std::vector<Table> values_;   // [b], 0 = inputs
  std::vector<Pair> pairs_;
  std::vector<double> output_cost_;  // of one more bit of the outputs
  std::size_t functionals_ = 0;
};

}  // namespace certifix::optimize
