#include "certifix/optimize/weight.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <random>

#include "certifix/optimize/signed_digits.hpp"
#include "certifix/optimize/weight_trial.hpp"
#include "certifix/split/parallel.hpp"

namespace certifix::optimize {
namespace {

constexpr std::size_t kChunk = 16;   // units that are probed together
constexpr double kFirstPrice = 0.2;  // mu, of the cost
constexpr double kLastPrice = 2e-4;
constexpr double kFall = 0.6;     // of mu, from one sweep to the next
constexpr double kReheat = 0.03;  // mu after the first fall, of the cost
constexpr int kFalls = 4;
constexpr double kNearby = 8;       // candidates up to this many times the row's worst error
constexpr std::size_t kProbed = 6;  // leaves that changes are probed on, at most
constexpr double kCritical = 0.7;   // of the worst leaf's use: a leaf that is probed

class Search {
 public:
  Search(const Subject& subject, const LeafSet& leaves, Candidate reference,
         const SearchOptions& options)
      : subject_(subject),
        leaves_(leaves),
        options_(options),
        places_(weight_places(subject)),
        best_(std::move(reference)),
        best_cost_(objective(options.cost, best_.design)),
        top_(tops(places_, best_.design)),
        price_(kFirstPrice * best_cost_) {
    for (std::size_t k = 0; k < std::min(kProbed, leaves.leaves.size()); ++k) probed_.push_back(k);
    collect_units();
  }

  Candidate run() {
    WeightChoice choice = weight_choice(subject_, places_, best_.plan);
    refine(choice);
    if (!start_at(choice)) return std::move(best_);
    for (int fall = 0; fall < kFalls && !cancelled(); ++fall) {
      price_ = (fall == 0 ? kFirstPrice : kReheat) * best_cost_;
      if (fall > 0) start_at(weight_choice(subject_, places_, best_.plan));
      for (; price_ > kLastPrice * best_cost_ && !cancelled(); price_ *= kFall) {
        sweep();
        settle();
      }
    }
    return std::move(best_);
  }

 private:
  enum class Kind { term, row, element };
  struct Unit {
    Kind kind;
    std::size_t at;  // row or element
    std::size_t term;
  };

  bool cancelled() const { return options_.cancelled && options_.cancelled(); }

  void collect_units() {
    for (std::size_t r = 0; r < places_.rows.size(); ++r) {
      units_.push_back({Kind::row, r, 0});
      for (std::size_t t = 0; t < places_.rows[r].terms.size(); ++t)
        units_.push_back({Kind::term, r, t});
    }
    for (std::size_t e = 0; e < places_.elements(); ++e)
      if (e >= places_.inputs() || !options_.input_bits) units_.push_back({Kind::element, e, 0});
  }

  // One bit more everywhere: about half the error, which the barrier has room to spend better.
  void refine(WeightChoice& choice) const {
    for (std::size_t r = 0; r < places_.rows.size(); ++r) {
      const int lsb = row_lsb(choice.value[r]) - 1;
      for (std::size_t t = 0; t < choice.value[r].size(); ++t)
        choice.value[r][t] = nearest_multiple(places_.rows[r].terms[t].weight, lsb);
    }
    for (std::size_t e = options_.input_bits ? places_.inputs() : 0; e < places_.elements(); ++e)
      --choice.lsb[e];
  }

  // False where the choice does not meet the target.
  bool start_at(const WeightChoice& choice) {
    Candidate candidate = realize(subject_, leaves_, weight_plan(subject_, places_, choice));
    top_ = tops(places_, candidate.design);
    trial_.emplace(subject_, places_, leaves_, choice, candidate.image);
    uses_ = trial_->uses(probed_);
    value_ = barrier(uses_) + total_cost(places_, choice, top_, options_.cost);
    keep_if_better(candidate);
    return std::isfinite(value_);
  }

  double barrier(const std::vector<double>& uses) const {
    double sum = 0;
    for (const double use : uses) {
      const double slack = 1 - use / (options_.target * trust_);
      if (!(slack > 0)) return std::numeric_limits<double>::infinity();
      sum -= std::log(slack);
    }
    return price_ * sum;
  }

  std::vector<WeightChange> changes(const Unit& unit) const {
    std::vector<WeightChange> result;
    const WeightChoice& choice = trial_->choice();
    switch (unit.kind) {
      case Kind::term:
        term_changes(unit.at, unit.term, choice, result);
        break;
      case Kind::row:
        for (const int step : {1, -1}) row_change(unit.at, step, choice, result);
        break;
      case Kind::element:
        for (const int step : {1, -1}) {
          const int lsb = choice.lsb[unit.at] + step;
          if (unit.at < places_.inputs() && input_lsb(subject_.problem(), unit.at, lsb) != lsb)
            continue;
          result.push_back({0, {}, std::pair(unit.at, lsb)});
        }
        break;
    }
    return result;
  }

  double reach(const WeightPlaces::Row& row, std::size_t t) const {
    const WeightPlaces::Term& term = row.terms[t];
    const std::size_t source = subject_.network().block(row.block).sources[term.source].block;
    const num::Enclosure a = leaves_.hull.post[source][term.column];
    return (a.upper - a.lower) / 2;
  }

  void term_changes(std::size_t r, std::size_t t, const WeightChoice& choice,
                    std::vector<WeightChange>& result) const {
    const WeightPlaces::Row& row = places_.rows[r];
    const std::vector<double>& values = choice.value[r];
    const int lsb = row_lsb(values);
    double tolerance = 0;
    for (std::size_t k = 0; k < values.size(); ++k)
      tolerance =
          std::max(tolerance, reach(row, k) * std::max(std::ldexp(0.5, lsb),
                                                       std::fabs(values[k] - row.terms[k].weight)));
    for (const double value : few_digit_values(row.terms[t].weight, lsb - 2))
      if (value != values[t] &&
          std::fabs(value - row.terms[t].weight) * reach(row, t) <= kNearby * tolerance)
        result.push_back({r, {{t, value}}, std::nullopt});
  }

  // The whole row on a grid one step coarser or finer.
  void row_change(std::size_t r, int step, const WeightChoice& choice,
                  std::vector<WeightChange>& result) const {
    const std::vector<double>& values = choice.value[r];
    const int lsb = row_lsb(values) + step;
    WeightChange change{r, {}, std::nullopt};
    for (std::size_t t = 0; t < values.size(); ++t) {
      if (step > 0 && values[t] == nearest_multiple(values[t], lsb)) continue;
      const double value = nearest_multiple(places_.rows[r].terms[t].weight, lsb);
      if (value != values[t]) change.values.emplace_back(t, value);
    }
    if (!change.values.empty()) result.push_back(std::move(change));
  }

  double cost_change(const WeightChange& change) const {
    WeightChoice after = trial_->choice();
    std::vector<std::size_t> rows;
    if (!change.values.empty()) rows.push_back(change.row);
    if (change.grid) {
      rows = places_.readers[change.grid->first];
      if (change.grid->first >= places_.inputs())
        rows.push_back(change.grid->first - places_.inputs());
    }
    double before = 0, then = 0;
    for (const std::size_t r : rows) before += row_cost(places_, after, top_, options_.cost, r);
    apply(change, after);
    for (const std::size_t r : rows) then += row_cost(places_, after, top_, options_.cost, r);
    return then - before;
  }

  struct Probe {
    std::size_t unit;
    WeightChange change;
    double gain = 0;  // of the value; > 0 is better
    std::vector<double> uses;
  };

  void probe(Probe& p) const {
    const double cost = cost_change(p.change);
    const double now = barrier(uses_);
    p.gain = -1;
    if (cost >= now) return;  // not even an error of 0 would pay
    WeightTrial trial = *trial_;
    trial.apply(p.change);
    p.uses = trial.uses(probed_);
    p.gain = now - barrier(p.uses) - cost;
  }

  void accept(const Probe& p) {
    trial_->apply(p.change);
    uses_ = p.uses;
    ++accepted_;
  }

  // Every unit once, in an order of its own.
  void sweep() {
    accepted_ = probes_ = 0;
    for (std::size_t k = units_.size(); k > 1; --k) std::swap(units_[k - 1], units_[random_() % k]);
    for (std::size_t first = 0; first < units_.size() && !cancelled(); first += kChunk) {
      std::vector<Probe> probes;
      for (std::size_t u = first; u < std::min(first + kChunk, units_.size()); ++u)
        for (WeightChange& change : changes(units_[u]))
          probes.push_back({u, std::move(change), 0, {}});
      probes_ += probes.size();
      split::parallel_for(probes.size(), subject_.threads(),
                          [&](std::size_t k) { probe(probes[k]); });
      // The best of each unit; all but the first are asked again, since others went before.
      std::vector<Probe*> order;
      for (Probe& p : probes) {
        if (!(p.gain > 0)) continue;
        if (!order.empty() && order.back()->unit == p.unit) {
          if (p.gain > order.back()->gain) order.back() = &p;
        } else {
          order.push_back(&p);
        }
      }
      std::stable_sort(order.begin(), order.end(),
                       [](const Probe* x, const Probe* y) { return x->gain > y->gain; });
      for (std::size_t k = 0; k < order.size(); ++k) {
        if (k > 0) probe(*order[k]);
        if (order[k]->gain > 0) accept(*order[k]);
      }
    }
  }

  // What the analysis says of all leaves, and the design that comes of it.
  void settle() {
    Candidate candidate =
        realize(subject_, leaves_, weight_plan(subject_, places_, trial_->choice()));
    if (std::getenv("WW_TRACE") != nullptr) {
      double worst = *std::max_element(uses_.begin(), uses_.end());
      fmt::print(stderr,
                 "mu {:.5f} cost {} ratio {:.5f} trial {:.5f} probes {} accepted {} best {}\n",
                 price_ / best_cost_, objective(options_.cost, candidate.design), candidate.ratio,
                 worst, probes_, accepted_, best_cost_);
    }
    keep_if_better(candidate);
    top_ = tops(places_, candidate.design);
  }

  void keep_if_better(const Candidate& candidate) {
    if (candidate.ratio > options_.target ||
        !broken_limit(candidate.design, subject_.problem().limits).empty())
      return;
    const double cost = objective(options_.cost, candidate.design);
    if (cost >= best_cost_) return;
    best_cost_ = cost;
    best_ = candidate;
    if (options_.progress)
      options_.progress(fmt::format("cost {:.0f}, bound used {:.4f}", best_cost_, best_.ratio));
  }

  const Subject& subject_;
  const LeafSet& leaves_;
  const SearchOptions& options_;
  const WeightPlaces places_;
  Candidate best_;
  double best_cost_;
  Tops top_;
  double price_;      // mu
  double trust_ = 1;  // of the trial's uses against the design's
  double value_ = 0;
  std::vector<std::size_t> probed_;
  std::vector<Unit> units_;
  std::optional<WeightTrial> trial_;
  std::vector<double> uses_;
  std::mt19937 random_;
  std::size_t probes_ = 0, accepted_ = 0;
};

}  // namespace

Candidate search_weights(const Subject& subject, const LeafSet& leaves, Candidate reference,
                         const SearchOptions& options) {
  return Search(subject, leaves, std::move(reference), options).run();
}

}  // namespace certifix::optimize
