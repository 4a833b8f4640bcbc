// The neuron model as a ChoiceModel: a variable for the weights of each row, then one for each
// element; its costs are at most the model's own, and the same where a bias costs nothing.
#include <algorithm>
#include <cmath>

#include "certifix/optimize/neuron_model.hpp"

namespace certifix::optimize {

bool NeuronModel::bounded(const cost::Model& cost) {
  return !(cost[cost::Figure::paper_cost] > 0) && !cost::counts_program(cost);
}

// A bias b that is not 0 on 2^-x has at least log2 |b| + x + 1 - log2 (3/2) bits, at least none
// where it rounds to 0. Its grid is that of the finest product, x = p + the largest q read, which
// is at least the mean of the q: a part of the row, and a share of each pair.
double NeuronModel::bias_bits(const Row& row, int weight_bits) const {
  const double bit = cost_[cost::Figure::bias_bits];
  if (!(bit > 0) || row.bias == 0 || active(row, weight_bits) == 0) return 0;
  return bit * (std::log2(std::fabs(row.bias)) + weight_bits + 1 - std::log2(1.5));
}

double NeuronModel::bias_share(const Row& row, int weight_bits, int value_bits) const {
  const double bit = cost_[cost::Figure::bias_bits];
  return bit > 0 && row.bias != 0 ? bit * value_bits / active(row, weight_bits) : 0;
}

int NeuronModel::active(const Row& row, int bits) {
  return static_cast<int>(std::count_if(row.reads.begin(), row.reads.end(),
                                        [&](const Row::Read& read) { return bits >= read.from; }));
}

double NeuronModel::pair_cost(const Row& row, const Row::Read& read, int weight_bits,
                              int value_bits) const {
  if (weight_bits < read.from) return 0;
  const auto p = static_cast<std::size_t>(weight_bits - row.lowest);
  const int bits = width(read.element, value_bits);
  return row.weight[p].fixed + (digits_ ? cost_[cost::Figure::csd_digits] * read.digits[p] : 0) +
         per_value_bit(row, read, p) * bits + (stepped_ ? step(row.width[p], bits, 1) : 0) +
         bias_share(row, weight_bits, value_bits);
}

ChoiceModel NeuronModel::choices(double kappa) const {
  ChoiceModel result;
  result.bounds = bounds_;
  for (const Row& row : rows_) {
    ChoiceModel::Variable variable;
    for (std::size_t p = 0; p < row.width.size(); ++p) {
      variable.cost.push_back(bias_bits(row, row.lowest + static_cast<int>(p)));
      variable.use.emplace_back();
      for (std::size_t r = 0; r < bounds_; ++r)
        variable.use.back().push_back(row.sensitivity[r] * row.radius[p][r / functionals_] / kappa);
    }
    result.variables.push_back(std::move(variable));
  }
  for (std::size_t e = 0; e < elements_.size(); ++e) {
    const Element& element = elements_[e];
    ChoiceModel::Variable variable;
    for (std::size_t q = 0; q < element.scale.size(); ++q) {
      variable.cost.push_back(element.extra * width(e, element.lowest + static_cast<int>(q)));
      variable.use.emplace_back();
      for (std::size_t r = 0; r < bounds_; ++r)
        variable.use.back().push_back(element.sensitivity[r] * element.scale[q] / kappa);
    }
    result.variables.push_back(std::move(variable));
  }
  const auto pair = [&](std::size_t i, std::size_t e, const auto& cost) {
    ChoiceModel::Pair one{i, rows_.size() + e, {}};
    for (std::size_t p = 0; p < rows_[i].width.size(); ++p)
      for (std::size_t q = 0; q < elements_[e].scale.size(); ++q)
        one.cost.push_back(
            cost(rows_[i].lowest + static_cast<int>(p), elements_[e].lowest + static_cast<int>(q)));
    result.pairs.push_back(std::move(one));
  };
  for (std::size_t i = 0; i < rows_.size(); ++i)
    for (const Row::Read& read : rows_[i].reads)
      pair(i, read.element, [&](int p, int q) { return pair_cost(rows_[i], read, p, q); });
  // The outputs and their rows cost nothing together, but their uses of a bound meet.
  for (std::size_t i = start_.back() - start_[1]; i < rows_.size(); ++i)
    pair(i, start_[1] + i, [](int, int) { return 0.0; });
  return result;
}

Selection NeuronModel::selection(const NeuronGrids& grids) const {
  const Choice choice = to_choice(grids);
  Selection result;
  for (std::size_t i = 0; i < rows_.size(); ++i)
    result.push_back(static_cast<std::size_t>(choice.weight[i] - rows_[i].lowest));
  for (std::size_t e = 0; e < elements_.size(); ++e)
    result.push_back(static_cast<std::size_t>(choice.value[e] - elements_[e].lowest));
  return result;
}

NeuronGrids NeuronModel::grids(const Selection& selection) const {
  Choice choice;
  for (std::size_t i = 0; i < rows_.size(); ++i)
    choice.weight.push_back(rows_[i].lowest + static_cast<int>(selection[i]));
  for (std::size_t e = 0; e < elements_.size(); ++e)
    choice.value.push_back(elements_[e].lowest + static_cast<int>(selection[rows_.size() + e]));
  return to_grids(choice);
}

}  // namespace certifix::optimize
