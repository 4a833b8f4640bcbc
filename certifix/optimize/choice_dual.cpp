// The search for prices and messages, in doubles.
#include "certifix/optimize/choice_dual.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace certifix::optimize {
namespace {

constexpr double kFirstPrices = 0.3;  // of the cost, for all bounds together
constexpr int kPatience = 4;          // steps without a better bound before they get shorter
constexpr double kMemory = 0.4;       // of the direction, from one step to the next
constexpr double kShortest = 1e-3;    // of the steps' lengths
constexpr int kSweeps = 2;            // of the messages, for each step of the prices
constexpr int kLastSweeps = 12;

double least(const std::vector<double>& values) {
  return *std::min_element(values.begin(), values.end());
}

std::size_t place_of_least(const std::vector<double>& values) {
  return static_cast<std::size_t>(std::min_element(values.begin(), values.end()) - values.begin());
}

// (2), kept up to date while messages and prices change. Candidates are places in the domain.
class Messages {
 public:
  Messages(const ChoiceModel& model, const ScaledModel& scaled, const Domain& domain,
           const Dual& start, double forbidden)
      : model_(model), domain_(domain), part_(domain.size()), edges_(domain.size()) {
    const Room room(scaled, domain, model.bounds);
    for (std::size_t i = 0; i < domain.size(); ++i)
      for (const std::size_t c : domain[i]) part_[i].push_back(model.variables[i].cost[c]);
    for (std::size_t k = 0; k < model.pairs.size(); ++k) {
      const ChoiceModel::Pair& pair = model.pairs[k];
      const std::size_t size = model.variables[pair.second].size();
      Edge edge{k, pair.first, {}, {}, {}};
      for (const std::size_t p : domain[pair.first])
        for (const std::size_t q : domain[pair.second])
          edge.pair.push_back(pair.cost[p * size + q] +
                              (room.holds(pair.first, p, pair.second, q) ? 0 : forbidden));
      for (std::size_t q = 0; q < domain[pair.second].size(); ++q) {
        edge.message.push_back(start.message[k][domain[pair.second][q]]);
        part_[pair.second][q] += edge.message.back();
      }
      edge.least = least_over_second(edge);
      for (std::size_t p = 0; p < edge.least.size(); ++p) part_[pair.first][p] += edge.least[p];
      edges_[pair.second].push_back(std::move(edge));
    }
    reprice(start.price);
  }

  void reprice(const std::vector<double>& price) {
    if (price_.empty()) price_.resize(price.size());
    for (std::size_t i = 0; i < domain_.size(); ++i)
      for (std::size_t c = 0; c < domain_[i].size(); ++c) {
        const std::vector<double>& use = model_.variables[i].use[domain_[i][c]];
        for (std::size_t r = 0; r < price.size(); ++r)
          part_[i][c] += (price[r] - price_[r]) * use[r];
      }
    price_ = price;
  }

  void sweep() {
    for (std::size_t j = 0; j < edges_.size(); ++j)
      if (!edges_[j].empty()) improve(j);
  }

  double bound() const {
    double sum = -std::accumulate(price_.begin(), price_.end(), 0.0);
    for (const std::vector<double>& part : part_) sum += least(part);
    return sum;
  }

  // The second variables by their own parts, the first as these make it best; then the second
  // again.
  Selection minimiser() const {
    std::vector<std::size_t> place(domain_.size());
    for (std::size_t j = 0; j < edges_.size(); ++j) place[j] = place_of_least(part_[j]);
    std::vector<std::vector<double>> given(part_);
    for (std::size_t j = 0; j < edges_.size(); ++j)
      for (const Edge& edge : edges_[j])
        for (std::size_t p = 0; p < edge.least.size(); ++p)
          given[edge.first][p] +=
              edge.pair[p * part_[j].size() + place[j]] - edge.message[place[j]] - edge.least[p];
    for (std::size_t j = 0; j < edges_.size(); ++j)
      for (const Edge& edge : edges_[j]) place[edge.first] = place_of_least(given[edge.first]);
    for (std::size_t j = 0; j < edges_.size(); ++j) {
      if (edges_[j].empty()) continue;
      std::vector<double> own(part_[j]);
      for (const Edge& edge : edges_[j])
        for (std::size_t q = 0; q < own.size(); ++q)
          own[q] += edge.pair[place[edge.first] * own.size() + q] - edge.message[q];
      place[j] = place_of_least(own);
    }
    Selection result;
    for (std::size_t i = 0; i < place.size(); ++i) result.push_back(domain_[i][place[i]]);
    return result;
  }

  void save(Dual& dual) const {
    dual.price = price_;
    for (std::size_t j = 0; j < edges_.size(); ++j)
      for (const Edge& edge : edges_[j])
        for (std::size_t q = 0; q < edge.message.size(); ++q)
          dual.message[edge.index][domain_[j][q]] = edge.message[q];
  }

 private:
  struct Edge {
    std::size_t index;  // of the pair
    std::size_t first;
    std::vector<double> pair;     // [p][q]: what the two cost together
    std::vector<double> message;  // [q]
    std::vector<double> least;    // [p], over q, of the pair's cost without the message
  };

  static std::vector<double> least_over_second(const Edge& edge) {
    std::vector<double> result;
    for (std::size_t first = 0; first < edge.pair.size(); first += edge.message.size()) {
      double best = std::numeric_limits<double>::infinity();
      for (std::size_t q = 0; q < edge.message.size(); ++q)
        best = std::min(best, edge.pair[first + q] - edge.message[q]);
      result.push_back(best);
    }
    return result;
  }

  void improve(std::size_t j) {
    std::vector<double>& own = part_[j];
    std::vector<std::vector<double>> parts;  // per pair: M, what its first is worth at each q
    std::vector<double> sum = own;
    for (const Edge& edge : edges_[j]) {
      std::vector<double> part(own.size(), std::numeric_limits<double>::infinity());
      for (std::size_t p = 0; p < edge.least.size(); ++p) {
        const double others = part_[edge.first][p] - edge.least[p];
        for (std::size_t q = 0; q < part.size(); ++q)
          part[q] = std::min(part[q], others + edge.pair[p * part.size() + q]);
      }
      for (std::size_t q = 0; q < part.size(); ++q) {
        part[q] -= edge.message[q];
        sum[q] += part[q];
      }
      parts.push_back(std::move(part));
    }
    const double share = 1.0 / static_cast<double>(parts.size() + 1);
    for (std::size_t q = 0; q < own.size(); ++q) own[q] = share * sum[q];
    for (std::size_t n = 0; n < parts.size(); ++n) {
      Edge& edge = edges_[j][n];
      for (std::size_t q = 0; q < own.size(); ++q) edge.message[q] += parts[n][q] - share * sum[q];
      const std::vector<double> now = least_over_second(edge);
      for (std::size_t p = 0; p < now.size(); ++p) part_[edge.first][p] += now[p] - edge.least[p];
      edge.least = now;
    }
  }

  const ChoiceModel& model_;
  const Domain& domain_;
  std::vector<double> price_;
  std::vector<std::vector<double>> part_;  // [variable][candidate]: what is minimised over it
  std::vector<std::vector<Edge>> edges_;   // [second variable]
};

}  // namespace

Dual first_dual(const ChoiceModel& model, const Selection& choice) {
  Dual result;
  const std::vector<double> used = selection_use(model, choice);
  double sum = 0;
  for (const double u : used) sum += std::pow(u, 8);
  for (const double u : used)
    result.price.push_back(
        sum > 0 ? kFirstPrices * selection_cost(model, choice) * std::pow(u, 8) / sum : 0);
  for (const ChoiceModel::Pair& pair : model.pairs) {
    const std::size_t size = model.variables[pair.second].size();
    const auto row = pair.cost.begin() + static_cast<std::ptrdiff_t>(choice[pair.first] * size);
    result.message.emplace_back(row, row + static_cast<std::ptrdiff_t>(size));
  }
  return result;
}

Ascent ascend(const ChoiceModel& model, const ScaledModel& scaled, const Domain& domain,
              const Dual& start, double cheapest, int steps) {
  Messages messages(model, scaled, domain, start, 4 * cheapest);
  Ascent result{start, {}};
  std::vector<double> price = start.price;
  std::vector<double> direction(price.size());
  double best = -std::numeric_limits<double>::infinity();
  double length = 1;
  int fruitless = 0;
  for (int step = 0; step < steps && length > kShortest; ++step) {
    for (int sweep = 0; sweep < (step == 0 ? kLastSweeps : kSweeps); ++sweep) messages.sweep();
    const double bound = messages.bound();
    if (bound > best + 1e-9 * cheapest) {
      fruitless = 0;
    } else if (++fruitless == kPatience) {
      length /= 2;
      fruitless = 0;
    }
    if (bound > best) {
      best = bound;
      messages.save(result.dual);
    }
    Selection choice = messages.minimiser();
    const std::vector<double> used = selection_use(model, choice);
    if (result.visited.empty() || choice != result.visited.back())
      result.visited.push_back(std::move(choice));
    if (best >= cheapest) break;
    double norm = 0;
    for (std::size_t r = 0; r < price.size(); ++r) {
      direction[r] = (1 - kMemory) * (used[r] - 1) + kMemory * direction[r];
      if (price[r] <= 0 && direction[r] < 0) direction[r] = 0;
      norm += direction[r] * direction[r];
    }
    if (!(norm > 0)) break;
    const double by = length * std::max(cheapest - bound, 1e-6 * cheapest) / norm;
    for (std::size_t r = 0; r < price.size(); ++r)
      price[r] = std::max(0.0, price[r] + by * direction[r]);
    messages.reprice(price);
  }
  Messages last(model, scaled, domain, result.dual, 4 * cheapest);
  for (int sweep = 0; sweep < kLastSweeps; ++sweep) last.sweep();
  last.save(result.dual);
  return result;
}

}  // namespace certifix::optimize
