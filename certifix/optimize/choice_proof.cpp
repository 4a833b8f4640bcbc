// The integer side of choice_dual.hpp: (2) for given prices and messages, every rounding downwards.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "certifix/optimize/choice_dual.hpp"

namespace certifix::optimize {
namespace {

// Prices in units for a whole bound; together at most kDearest, so that products fit.
std::vector<long> whole_prices(const ScaledModel& scaled, const std::vector<double>& price) {
  const double sum = std::accumulate(price.begin(), price.end(), 0.0);
  const double most = static_cast<double>(ScaledModel::kDearest) * scaled.unit;
  const double factor = sum > most ? most / sum : 1;
  std::vector<long> result;
  for (const double p : price) result.push_back(std::max(0L, scaled.units(p * factor)));
  return result;
}

}  // namespace

Proven prove_bound(const ChoiceModel& model, const ScaledModel& scaled, const Domain& domain,
                   const Dual& dual) {
  const std::vector<long> price = whole_prices(scaled, dual.price);
  const Room room(scaled, domain, model.bounds);
  std::vector<std::vector<long>> part(domain.size());
  for (std::size_t i = 0; i < domain.size(); ++i)
    for (const std::size_t c : domain[i]) {
      long priced = 0;
      for (std::size_t r = 0; r < price.size(); ++r) priced += price[r] * scaled.use[i][c][r];
      part[i].push_back(scaled.cost[i][c] + priced / ScaledModel::kWhole);
    }
  for (std::size_t k = 0; k < model.pairs.size(); ++k) {
    const auto& [first, second, unused] = model.pairs[k];
    const std::size_t size = model.variables[second].size();
    std::vector<long> message;
    for (std::size_t q = 0; q < domain[second].size(); ++q) {
      message.push_back(scaled.units(dual.message[k][domain[second][q]]));
      part[second][q] += message.back();
    }
    for (std::size_t p = 0; p < domain[first].size(); ++p) {
      const std::size_t at = domain[first][p];
      long least = 2 * ScaledModel::kDearest;
      for (std::size_t q = 0; q < message.size(); ++q)
        if (const std::size_t to = domain[second][q]; room.holds(first, at, second, to))
          least = std::min(least, scaled.pair[k][at * size + to] - message[q]);
      part[first][p] += least;
    }
  }
  Proven result{-std::accumulate(price.begin(), price.end(), 0L), std::move(part)};
  std::vector<long> least;
  for (const std::vector<long>& values : result.with) {
    least.push_back(*std::min_element(values.begin(), values.end()));
    result.bound += least.back();
  }
  for (std::size_t i = 0; i < result.with.size(); ++i)
    for (long& value : result.with[i]) value += result.bound - least[i];
  return result;
}

}  // namespace certifix::optimize
