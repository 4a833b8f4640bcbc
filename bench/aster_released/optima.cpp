// All optima of the released model: depth first over pi_dot with pi_bias at its finest, then over
// pi_bias, cutting off what costs more than the solver's optimum or cannot meet the bound. Doubles
// cut off with a margin; rationals decide at the leaves.
#include <algorithm>
#include <cmath>
#include <tuple>

#include "bench/aster_released/formulation.hpp"
#include "certifix/base/error.hpp"

namespace certifix::aster_released {
namespace {

using num::Rational;
using optimize::AsterLayer;
using optimize::AsterTables;

constexpr double kMargin = 1 + 1e-9;
constexpr std::int64_t kNodeLimit = 100'000'000;

double approximate(const Rational& x) { return mpq_class(x.numerator(), x.denominator()).get_d(); }

class Search {
 public:
  Search(const std::vector<AsterLayer>& layers, const AsterTables& tables, const Setting& setting,
         const Rational& eps, std::int64_t upper)
      : layers_(layers),
        tables_(tables),
        low_(setting.options.fraction_low),
        high_(setting.options.fraction_high),
        exact_eps_(eps),
        eps_(approximate(eps) * kMargin) {
    best_.objective = upper;
    const std::size_t n = layers.size();
    downstream_.assign(n, 1);
    for (std::size_t i = n - 1; i-- > 0;)
      downstream_[i] = downstream_[i + 1] * approximate(tables.layers[i + 1].gain);
    for (std::size_t i = 0; i < n; ++i) {
      gain_.push_back(approximate(tables.layers[i].gain));
      dot_slack_.push_back(approximate(tables.layers[i].dot_slack) * kMargin);
      result_slack_.push_back(approximate(tables.layers[i].result_slack) * kMargin);
      // The fewest bits that the bound allows a term by itself.
      int fewest = low_;
      while (fewest < high_ && std::ldexp(downstream_[i], -fewest) > eps_) ++fewest;
      fewest_.push_back(fewest);
      price_.push_back(32 * static_cast<std::int64_t>(layers[i].rows * layers[i].columns));
    }
    rest_.assign(n + 1, 0);
    for (std::size_t i = n; i-- > 0;)
      rest_[i] = rest_[i + 1] + price_[i] * fewest_[i] + 2 * fewest_[i];
    now_.pi_dot.assign(n, 0);
    now_.pi_bias.assign(n, 0);
  }

  Optima run() {
    choose_dot(0, approximate(tables_.input_error), 0);
    best_.complete = nodes_ <= kNodeLimit;
    std::sort(best_.formats.begin(), best_.formats.end(), [](const Formats& a, const Formats& b) {
      return std::tie(a.pi_dot, a.pi_bias) < std::tie(b.pi_dot, b.pi_bias);
    });
    return std::move(best_);
  }

 private:
  bool spent() { return ++nodes_ > kNodeLimit; }

  // cost: of the layers before i, their pi_bias at the fewest bits.
  void choose_dot(std::size_t i, double error, std::int64_t cost) {
    if (i == layers_.size()) return choose_bias(0, approximate(tables_.input_error), base_cost());
    if (i > 0) error *= gain_[i];
    for (int p = fewest_[i]; p <= high_; ++p) {
      const std::int64_t with = cost + price_[i] * p + std::max(p, fewest_[i]) + fewest_[i];
      if (with + rest_[i + 1] > best_.objective || spent()) return;
      const double dot = error + std::ldexp(1, -p);
      const double result = dot + std::ldexp(1, -high_);
      if (dot > dot_slack_[i] || result > result_slack_[i] || result * downstream_[i] > eps_)
        continue;
      now_.pi_dot[i] = p;
      choose_dot(i + 1, result, with);
    }
  }

  std::int64_t base_cost() const {
    std::int64_t cost = 0;
    for (std::size_t i = 0; i < layers_.size(); ++i) cost += price_[i] * now_.pi_dot[i];
    return cost;
  }

  void choose_bias(std::size_t i, double error, std::int64_t cost) {
    if (i == layers_.size()) return accept(cost);
    if (i > 0) error *= gain_[i];
    const double dot = error + std::ldexp(1, -now_.pi_dot[i]);
    std::int64_t later = 0;
    for (std::size_t j = i + 1; j < layers_.size(); ++j)
      later += std::max(now_.pi_dot[j], fewest_[j]) + fewest_[j];
    for (int q = fewest_[i]; q <= high_; ++q) {
      const std::int64_t with = cost + std::max(now_.pi_dot[i], q) + q;
      if (with + later > best_.objective || spent()) return;
      const double result = dot + std::ldexp(1, -q);
      if (result > result_slack_[i] || result * downstream_[i] > eps_) continue;
      now_.pi_bias[i] = q;
      choose_bias(i + 1, result, with);
    }
  }

  void accept(std::int64_t cost) {
    const std::optional<Rational> error = promised_error(tables_, now_);
    if (!error || *error > exact_eps_) return;
    if (cost < best_.objective) best_.formats.clear();
    best_.objective = cost;
    best_.formats.push_back(now_);
  }

  const std::vector<AsterLayer>& layers_;
  const AsterTables& tables_;
  int low_;
  int high_;
  Rational exact_eps_;
  double eps_;
  std::vector<double> gain_;
  std::vector<double> downstream_;  // product of the gains of the later layers
  std::vector<double> dot_slack_;
  std::vector<double> result_slack_;
  std::vector<int> fewest_;
  std::vector<std::int64_t> price_;  // of one bit of pi_dot
  std::vector<std::int64_t> rest_;   // the least that layers i, i + 1, ... cost
  Formats now_;
  Optima best_;
  std::int64_t nodes_ = 0;
};

}  // namespace

Optima optima(const std::string& name, const std::vector<AsterLayer>& layers,
              const AsterTables& tables, const Setting& setting, const Rational& eps) {
  for (const AsterLayer& layer : layers)
    for (const num::Interval& range : {layer.dot, layer.result})
      if (optimize::integer_bits(optimize::magnitude(range)) + 1 > kLargestInteger) return {};
  const auto solved = optimize::solve_aster("Aster's formats, as released: " + name, layers, tables,
                                            setting.options, eps, nullptr);
  if (const auto* none = std::get_if<optimize::AsterInfeasible>(&solved)) {
    CERTIFIX_CHECK(none->proved, "the solver decides the released model");
    return {};
  }
  const auto& choice = std::get<optimize::AsterChoice>(solved);
  const Formats found{choice.pi_dot, choice.pi_bias};
  const std::int64_t upper = objective(layers, found);
  Optima all = Search(layers, tables, setting, eps, upper).run();
  if (all.complete) return all;
  return {{found}, upper, false};
}

}  // namespace certifix::aster_released
