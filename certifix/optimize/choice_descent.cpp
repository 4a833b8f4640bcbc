#include "certifix/optimize/choice_descent.hpp"

#include <algorithm>
#include <limits>

namespace certifix::optimize {
namespace {

constexpr std::size_t kReach = 2;  // candidates to either side that are tried
constexpr double kLeast = 1e-12;   // of a bound or a cost: smaller changes are rounding
constexpr std::size_t kNone = static_cast<std::size_t>(-1);

// The candidates near c.
std::pair<std::size_t, std::size_t> near(std::size_t c, std::size_t size) {
  return {c > kReach ? c - kReach : 0, std::min(size - 1, c + kReach)};
}

}  // namespace

ChoiceDescent::ChoiceDescent(const ChoiceModel& model)
    : model_(model), pairs_of_(model.variables.size()) {
  for (std::size_t k = 0; k < model.pairs.size(); ++k) {
    pairs_of_[model.pairs[k].first].push_back(k);
    pairs_of_[model.pairs[k].second].push_back(k);
  }
}

ChoiceDescent::State ChoiceDescent::state(Selection choice) const {
  State result;
  result.used = selection_use(model_, choice);
  result.cost = selection_cost(model_, choice);
  result.choice = std::move(choice);
  return result;
}

double ChoiceDescent::change(const Selection& choice, std::size_t i, std::size_t c) {
  double sum = model_.variables[i].cost[c] - model_.variables[i].cost[choice[i]];
  for (const std::size_t k : pairs_of_[i]) {
    const ChoiceModel::Pair& pair = model_.pairs[k];
    const std::size_t size = model_.variables[pair.second].size();
    sum += pair.first == i ? pair.cost[c * size + choice[pair.second]] -
                                 pair.cost[choice[i] * size + choice[pair.second]]
                           : pair.cost[choice[pair.first] * size + c] -
                                 pair.cost[choice[pair.first] * size + choice[i]];
  }
  work_ += static_cast<double>(pairs_of_[i].size() + model_.bounds);
  return sum;
}

void ChoiceDescent::apply(State& state, std::size_t i, std::size_t c) {
  state.cost += change(state.choice, i, c);
  const ChoiceModel::Variable& variable = model_.variables[i];
  for (std::size_t r = 0; r < model_.bounds; ++r)
    state.used[r] += variable.use[c][r] - variable.use[state.choice[i]][r];
  state.choice[i] = c;
}

bool ChoiceDescent::fits(const State& state, std::size_t i, std::size_t c) const {
  const ChoiceModel::Variable& variable = model_.variables[i];
  for (std::size_t r = 0; r < model_.bounds; ++r)
    if (state.used[r] + variable.use[c][r] - variable.use[state.choice[i]][r] > 1) return false;
  return true;
}

// Single changes while they save and fit, those first that save most for what they use.
void ChoiceDescent::spend(State& state, std::size_t held) {
  while (true) {
    double best = 0;
    std::size_t best_variable = kNone, best_candidate = 0;
    for (std::size_t i = 0; i < model_.variables.size(); ++i) {
      if (i == held) continue;
      const ChoiceModel::Variable& variable = model_.variables[i];
      const std::size_t now = state.choice[i];
      const auto [from, to] = near(now, variable.size());
      for (std::size_t c = from; c <= to; ++c) {
        if (c == now || !fits(state, i, c)) continue;
        const double saving = -change(state.choice, i, c);
        if (saving <= kLeast * state.cost) continue;
        double more = kLeast;
        for (std::size_t r = 0; r < model_.bounds; ++r)
          more = std::max(more, variable.use[c][r] - variable.use[now][r]);
        if (saving / more > best) {
          best = saving / more;
          best_variable = i;
          best_candidate = c;
        }
      }
    }
    if (best_variable == kNone) return;
    apply(state, best_variable, best_candidate);
  }
}

Selection ChoiceDescent::repair(Selection choice) {
  State now = state(std::move(choice));
  const auto excess = [&](std::size_t i, std::size_t c) {
    const ChoiceModel::Variable& variable = model_.variables[i];
    double sum = 0;
    for (std::size_t r = 0; r < model_.bounds; ++r)
      sum += std::max(0.0, now.used[r] + variable.use[c][r] - variable.use[now.choice[i]][r] - 1);
    return sum;
  };
  while (!selection_fits(model_, now.choice)) {
    const double before = excess(0, now.choice[0]);
    double best = std::numeric_limits<double>::infinity();
    std::size_t best_variable = kNone, best_candidate = 0;
    for (std::size_t i = 0; i < model_.variables.size(); ++i) {
      const auto [from, to] = near(now.choice[i], model_.variables[i].size());
      for (std::size_t c = from; c <= to; ++c) {
        const double less = before - excess(i, c);
        if (c == now.choice[i] || !(less > kLeast * std::max(1.0, before))) continue;
        if (const double price = change(now.choice, i, c) / less; price < best) {
          best = price;
          best_variable = i;
          best_candidate = c;
        }
      }
    }
    if (best_variable == kNone) return std::move(now.choice);
    apply(now, best_variable, best_candidate);
    // Afresh: what drifts here would make steps seem to help that do not, for ever.
    now.used = selection_use(model_, now.choice);
  }
  spend(now, kNone);
  return std::move(now.choice);
}

Selection ChoiceDescent::improve(Selection choice, double work) {
  work_ = 0;
  State best = state(std::move(choice));
  spend(best, kNone);
  const std::size_t variables = model_.variables.size();
  // All variables in turn, until none of them has helped since the last that did.
  for (std::size_t tried = 0, i = 0; tried < variables && work_ < work;
       ++tried, i = (i + 1) % variables) {
    for (std::size_t c = 0, now = best.choice[i]; c < model_.variables[i].size(); ++c) {
      if (c == now || c + kReach < now || c > now + kReach || !fits(best, i, c)) continue;
      State next = best;
      apply(next, i, c);
      spend(next, i);
      spend(next, kNone);
      if (next.cost < best.cost * (1 - kLeast) && selection_fits(model_, next.choice)) {
        best = std::move(next);
        tried = 0;
        break;
      }
    }
  }
  return std::move(best.choice);
}

}  // namespace certifix::optimize
