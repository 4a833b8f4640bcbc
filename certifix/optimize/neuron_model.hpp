// The separable model of the neuron method: one grid for the weights and one for the output of each
// row, one for each input; and the choice of grids that it takes to be cheapest.
//
// Bound r (one for each modelled leaf and functional) is used to
//     sum over rows i     c_ri phi_rb R_i(p_i)          weights of row i on 2^-p_i
//   + sum over elements j c_rj 2^(-q_j - 1)             values of element j on 2^-q_j
// with c the sensitivities of a reference design relative to the bound, R_i(p) the radius of the
// row's weight differences over the real ranges, and phi the part of these radii that is left when
// the differences of a whole block meet with their signs (measured at the reference's grids).
//
// The cost is the cost model's: for each weight that is not 0 a function of bits(w), one a row, of
// its signed digits and of bits(a); for each row its bias, as fine as its finest product; for each
// bit of an output a little. What a cost model takes from a whole block (the paper's cost, classes
// of storage) is taken row by row here: as if the block were like this row.
//
// Beside the modelled leaves, one more bound a functional takes every sensitivity at its largest
// over all leaves of the tree, scaled so that the reference uses it as much as its worst leaf:
// without it, neurons that are at rest on the modelled leaves would lose their bits.
//
// For given prices of the bounds the model falls apart into one choice a row and one an element, as
// long as the others stand: coordinate descent. A common factor of the prices is bisected until the
// worst bound is used to kappa, and the prices move towards the bounds that are used most.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "certifix/optimize/choice_model.hpp"
#include "certifix/optimize/realize.hpp"
#include "certifix/optimize/rounded_weights.hpp"
#include "certifix/optimize/search_options.hpp"

namespace certifix::optimize {

// Fractional bits.
struct NeuronGrids {
  std::vector<std::vector<int>> weight;  // [b - 1][row]
  std::vector<std::vector<int>> output;  // [b][element], 0 = inputs

  friend bool operator==(const NeuronGrids&, const NeuronGrids&) = default;
};

// The grids of a plan whose rows have one weight grid each.
NeuronGrids neuron_grids(const Plan& plan);
// rounding: of each block's weights, [b - 1].
Plan neuron_plan(const Subject& subject, const NeuronGrids& grids,
                 const std::vector<Rounding>& rounding);

// [functional][block][element]: how much a unit of error may move a functional (error::Analysis).
using Sensitivity = std::vector<std::vector<std::vector<double>>>;

// The largest over the leaves.
Sensitivity largest_sensitivity(const Subject& subject, const error::FloatDesign& image,
                                const std::vector<Leaf>& leaves);

// One bit less of one grid.
struct NeuronMove {
  bool weight;  // of row (block, row), otherwise the value of element (block, row)
  std::size_t block;
  std::size_t row;
  double saving;  // > 0, of the cost
  double error;   // > 0, the largest increase of a bound's use
  double worth() const { return saving / error; }
};

class NeuronModel {
 public:
  // reference: an analysed design of the subject; sensitivities are taken on the worst leaves.
  // rounding: of each block's weights, [b - 1].
  // everywhere: over all leaves of the tree, of a design like the reference; empty: the box is
  // whole.
  NeuronModel(const Subject& subject, const LeafSet& leaves, const Candidate& reference,
              const std::vector<Rounding>& rounding, const Sensitivity& everywhere,
              const SearchOptions& options);

  // The cheapest grids found with every bound used to at most kappa in the model.
  NeuronGrids solve(double kappa) const;
  // What the model says of grids: cost, and the largest use of a bound (1: all of it).
  struct Estimate {
    double cost;
    double use;
  };
  Estimate estimate(const NeuronGrids& grids) const;
  // The same model as one of candidates, bounds divided by kappa, and grids there and back
  // (neuron_bound.cpp). No choice costs more there, if the cost model prices no whole blocks.
  static bool bounded(const cost::Model& cost);
  ChoiceModel choices(double kappa) const;
  Selection selection(const NeuronGrids& grids) const;
  NeuronGrids grids(const Selection& selection) const;
  // Every move that saves something, the most worthwhile first.
  std::vector<NeuronMove> moves(const NeuronGrids& grids) const;

 private:
  struct Element {  // a value
    int top = 0;    // bits above the point, sign included: width = top + q
    int lowest = 0;
    std::vector<double> scale;        // per candidate q: the rounding error
    std::vector<double> sensitivity;  // [r]
    double extra = 0;                 // cost of a bit beside what reads it
  };
  struct Row {
    int lowest = 0;
    std::vector<int> width;                   // per candidate p: bits(w)
    std::vector<std::vector<double>> radius;  // per candidate p, [leaf]; last over the whole box
    std::vector<double> sensitivity;          // [r], phi included
    std::vector<cost::Linear> weight;         // per candidate p: a weight without signed digits
    struct Read {
      std::size_t element;
      int from;                           // the weight is not 0 at p >= from
      std::vector<signed char> digits{};  // per candidate p, where the cost model counts them
    };
    std::vector<Read> reads;
    double bias = 0;      // of the real network
    int accumulator = 1;  // bits beyond those below the point, as the reference has them
  };
  struct Choice {
    std::vector<int> weight;  // per row, bits
    std::vector<int> value;   // per element, bits
  };

  std::size_t element(std::size_t b, std::size_t i) const { return start_[b] + i; }
  std::size_t row(std::size_t b, std::size_t i) const { return start_[b] - start_[1] + i; }
  void add_elements(const Candidate& reference, bool inputs_fixed);
  void add_rows(const Candidate& reference);
  void scale_joined(std::size_t modelled);
  int width(std::size_t e, int bits) const { return std::max(1, elements_[e].top + bits); }
  // What the cost model adds for a bit of the value read, with the weight at candidate c.
  double per_value_bit(const Row& row, const Row::Read& read, std::size_t c) const;
  // Its parts that are not linear in the width of the value.
  double step(int weight_width, int value_width, int accumulator_width) const;
  // Fractional bits of the finest product.
  int finest(const Row& row, int bits, const std::vector<int>& value) const;
  double row_cost(std::size_t i, int bits, const std::vector<int>& value) const;
  // What a bit of each element costs its readers, as far as that is linear.
  std::vector<double> readers(const Choice& choice) const;
  // What is not linear, for the element at each of its candidates.
  std::vector<double> steps(std::size_t e, const Choice& choice) const;
  std::vector<double> use(const Choice& choice) const;  // [r]
  double cost(const Choice& choice) const;
  void descend(Choice& choice, const std::vector<double>& price) const;
  // Bisects the common factor of the prices, and returns it.
  double fit(Choice& choice, const std::vector<double>& price, double kappa) const;
  // Moves the prices towards the bounds that are used most.
  static void follow(std::vector<double>& price, const std::vector<double>& used);
  // Lower bounds of what biases cost, and what a pair costs in choices().
  double bias_bits(const Row& row, int weight_bits) const;
  double bias_share(const Row& row, int weight_bits, int value_bits) const;
  double pair_cost(const Row& row, const Row::Read& read, int weight_bits, int value_bits) const;
  // Weights of the row that are not 0 on 2^-bits.
  static int active(const Row& row, int bits);
  Choice to_choice(const NeuronGrids& grids) const;
  NeuronGrids to_grids(const Choice& choice) const;

  const Subject& subject_;
  std::size_t functionals_ = 0;
  std::size_t bounds_ = 0;          // leaves * functionals, functionals fastest
  std::vector<std::size_t> start_;  // the first element of each block
  std::vector<Element> elements_;
  std::vector<Row> rows_;
  std::vector<std::vector<std::pair<std::size_t, std::size_t>>> read_by_;  // [element]: row, read
  NeuronGrids reference_;
  cost::Model cost_;
  bool digits_ = false;    // the cost model counts signed digits,
  bool stepped_ = false;   // is not linear in the width of a value,
  bool products_ = false;  // depends on the grid of the products
};

}  // namespace certifix::optimize
