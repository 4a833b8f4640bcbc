// The model that the layer and the neuron method share: one candidate is chosen for every variable
// (a grid of weights, a grid of values), candidates cost by themselves and in pairs, and their uses
// of each bound add up to at most 1.
//
//     minimise    sum over variables i  cost_i(x_i)  +  sum over pairs (i, j)  cost_ij(x_i, x_j)
//     subject to  sum over variables i  use_i,r(x_i) <= 1        for each bound r
#pragma once

#include <cstddef>
#include <vector>

namespace certifix::optimize {

struct ChoiceModel {
  struct Variable {
    std::vector<double> cost;              // [candidate], at least 0
    std::vector<std::vector<double>> use;  // [candidate][bound], at least 0
    std::size_t size() const { return cost.size(); }
  };
  struct Pair {
    std::size_t first;
    std::size_t second;
    std::vector<double> cost;  // [candidate of the first * candidates of the second + of that]
  };
  std::size_t bounds = 0;
  std::vector<Variable> variables;
  // A variable comes first in all of its pairs or second in all of them: grids of weights are read
  // with grids of values.
  std::vector<Pair> pairs;
};

using Selection = std::vector<std::size_t>;  // the candidate of each variable

double selection_cost(const ChoiceModel& model, const Selection& choice);
std::vector<double> selection_use(const ChoiceModel& model, const Selection& choice);
bool selection_fits(const ChoiceModel& model, const Selection& choice);

}  // namespace certifix::optimize
