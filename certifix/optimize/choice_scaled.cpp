#include "certifix/optimize/choice_scaled.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace certifix::optimize {
namespace {

constexpr int kCostBits = 32;

}  // namespace

ScaledModel::ScaledModel(const ChoiceModel& model, double whole)
    : unit(std::ldexp(1, std::ilogb(std::max(whole, 1e-200)) - kCostBits)) {
  for (const ChoiceModel::Variable& variable : model.variables) {
    cost.emplace_back();
    for (const double c : variable.cost) cost.back().push_back(units(c));
    use.emplace_back();
    for (const std::vector<double>& used : variable.use) {
      use.back().emplace_back();
      // Candidates that break a bound alone have no room; how far they break it is of no interest.
      for (const double u : used)
        use.back().back().push_back(
            static_cast<long>(std::floor(std::min(u, 4.0) * static_cast<double>(kWhole))));
    }
  }
  for (const ChoiceModel::Pair& p : model.pairs) {
    pair.emplace_back();
    for (const double c : p.cost) pair.back().push_back(units(c));
  }
}

long ScaledModel::units(double amount) const {
  const double most = static_cast<double>(kDearest);
  return static_cast<long>(std::floor(std::clamp(amount / unit, -most, most)));
}

Room::Room(const ScaledModel& scaled, const Domain& domain, std::size_t bounds)
    : scaled_(scaled), left_(bounds, ScaledModel::kWhole) {
  for (std::size_t i = 0; i < domain.size(); ++i) {
    std::vector<long> least(bounds, std::numeric_limits<long>::max());
    for (const std::size_t c : domain[i])
      for (std::size_t r = 0; r < bounds; ++r) least[r] = std::min(least[r], scaled.use[i][c][r]);
    for (std::size_t r = 0; r < bounds; ++r) left_[r] -= least[r];
    least_.push_back(std::move(least));
  }
}

bool Room::holds(std::size_t variable, std::size_t candidate) const {
  const std::vector<long>& use = scaled_.use[variable][candidate];
  const std::vector<long>& least = least_[variable];
  for (std::size_t r = 0; r < left_.size(); ++r)
    if (use[r] - least[r] > left_[r]) return false;
  return true;
}

bool Room::holds(std::size_t first, std::size_t p, std::size_t second, std::size_t q) const {
  const std::vector<long>& use_p = scaled_.use[first][p];
  const std::vector<long>& use_q = scaled_.use[second][q];
  const std::vector<long>& least_p = least_[first];
  const std::vector<long>& least_q = least_[second];
  for (std::size_t r = 0; r < left_.size(); ++r)
    if (use_p[r] - least_p[r] + use_q[r] - least_q[r] > left_[r]) return false;
  return true;
}

bool propagate(const ScaledModel& scaled, std::size_t bounds, Domain& domain) {
  for (bool changed = true; changed;) {
    changed = false;
    const Room room(scaled, domain, bounds);
    for (std::size_t i = 0; i < domain.size(); ++i) {
      const auto gone = std::erase_if(domain[i], [&](std::size_t c) { return !room.holds(i, c); });
      if (domain[i].empty()) return false;
      changed = changed || gone > 0;
    }
  }
  return true;
}

}  // namespace certifix::optimize
