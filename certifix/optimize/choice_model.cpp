#include "certifix/optimize/choice_model.hpp"

#include <algorithm>

namespace certifix::optimize {

double selection_cost(const ChoiceModel& model, const Selection& choice) {
  double sum = 0;
  for (std::size_t i = 0; i < choice.size(); ++i) sum += model.variables[i].cost[choice[i]];
  for (const ChoiceModel::Pair& pair : model.pairs)
    sum +=
        pair.cost[choice[pair.first] * model.variables[pair.second].size() + choice[pair.second]];
  return sum;
}

std::vector<double> selection_use(const ChoiceModel& model, const Selection& choice) {
  std::vector<double> sum(model.bounds);
  for (std::size_t i = 0; i < choice.size(); ++i)
    for (std::size_t r = 0; r < sum.size(); ++r) sum[r] += model.variables[i].use[choice[i]][r];
  return sum;
}

bool selection_fits(const ChoiceModel& model, const Selection& choice) {
  const std::vector<double> used = selection_use(model, choice);
  return std::all_of(used.begin(), used.end(), [](double u) { return u <= 1; });
}

}  // namespace certifix::optimize
