#include "certifix/optimize/weight.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "certifix/optimize/weight_estimate.hpp"
#include "certifix/optimize/weight_trial.hpp"
#include "certifix/optimize/weight_walk.hpp"
#include "certifix/split/parallel.hpp"

namespace certifix::optimize {
namespace {
double env(const char* n, double d) {
  const char* v = std::getenv(n);
  return v ? std::atof(v) : d;
}

constexpr std::size_t kWalks = 4;  // beside one another, from the same choice
#define kRounds int(env("kRounds", 3))
// Temperatures, in units of the mean cost of a weight, and mu in units of the temperature and the
// number of weights: at first a tenth of the bound is left, in the end next to nothing.
#define kFirstHeat env("kFirstHeat", 1.0)
#define kLastHeat env("kLastHeat", 0.004)
#define kCooler env("kCooler", 0.4)  // the first temperature, from round to round
#define kPrice env("kPrice", 0.05)
#define kWork env("kWork", 3e10)     // multiply-adds of all trials, about
constexpr double kMostSteps = 4000;  // for each unit, in all
constexpr double kFewSteps = 100;    // for each unit: with fewer, estimates do better than trials
#define kEstimated env("kEstimated", 8e6)  // steps on estimates, in all
constexpr int kEstimates = 6;              // rounds on estimates
constexpr std::size_t kProbed = 6;         // leaves on which steps ask for uses, at first, at most
constexpr double kCritical = 0.8;          // of the worst leaf's use: a leaf that is asked
constexpr double kCaution = 0.9998;        // of the target, as long as trials were right

class Search {
 public:
  Search(const Subject& subject, const LeafSet& leaves, Candidate reference,
         const Sensitivity& everywhere, const SearchOptions& options)
      : subject_(subject),
        leaves_(leaves),
        everywhere_(everywhere),
        options_(options),
        places_(weight_places(subject)),
        moves_(subject, places_, leaves.hull, options.input_bits.has_value()),
        best_(std::move(reference)),
        best_cost_(objective(options.cost, best_.design)) {
    for (const WeightPlaces::Row& row : places_.rows) weights_ += row.terms.size();
    choose_leaves();
  }

  Candidate run() {
    if (!priced()) return std::move(best_);
    const double steps = trial_steps();
    if (std::getenv("WW_TRACE"))
      fmt::print(stderr, "units {} steps {} leaves {} unstable {}\n", moves_.units(), steps,
                 probed_.size(), best_.unstable);
    if (steps < kFewSteps * static_cast<double>(moves_.units())) estimated();
    if (steps > static_cast<double>(moves_.units())) tried(steps);
    return std::move(best_);
  }

 private:
  bool cancelled() const { return options_.cancelled && options_.cancelled(); }

  bool priced() const {
    const WeightChoice choice = weight_choice(subject_, places_, best_.plan);
    double sum = 0;
    const Tops top = tops(places_, best_.design);
    for (std::size_t r = 0; r < places_.outputs - places_.inputs(); ++r)
      sum += row_cost(places_, choice, top, options_.cost, r);
    return weights_ > 0 && total_cost(places_, choice, top, options_.cost) > 0 && sum >= 0;
  }

  // Steps on trials that the work allows, for all walks.
  double trial_steps() const {
    const double work =
        subject_.analysis_work(best_.unstable) * static_cast<double>(probed_.size());
    return std::min(kWork / work, kMostSteps * static_cast<double>(moves_.units()));
  }

  std::vector<Walked> walks(const WeightBounds& from, const Tops& top, double steps, double heat,
                            double limit) {
    const double mean = best_cost_ / static_cast<double>(weights_);
    const std::uint32_t first_seed = seeds_;
    seeds_ += kWalks;
    std::vector<Walked> walked(kWalks);
    split::parallel_for(kWalks, subject_.threads(), [&](std::size_t k) {
      WeightWalk how;
      how.steps = static_cast<std::size_t>(steps / kWalks);
      how.first_heat = heat * mean;
      how.last_heat = kLastHeat * mean;
      how.price = kPrice * static_cast<double>(weights_);
      how.limit = limit;
      how.seed = first_seed + static_cast<std::uint32_t>(k);
      how.cancelled = options_.cancelled;
      walked[k] = walk(from.copy(), places_, moves_, top, options_.cost, how);
    });
    return walked;
  }

  void tried(double steps) {
    double caution = kCaution;
    double heat = steps < kFewSteps * static_cast<double>(moves_.units()) ? 0.03 : kFirstHeat;
    for (int round = 0; round < kRounds && !cancelled(); ++round, heat *= kCooler) {
      const WeightTrial trial(subject_, places_, leaves_, probed_,
                              weight_choice(subject_, places_, best_.plan), best_.image);
      const Tops top = tops(places_, best_.design);
      const double limit = std::max(caution * options_.target, 1.00001 * best_.ratio);
      for (const Walked& w : walks(trial, top, steps / kRounds, heat, limit)) {
        const Candidate candidate = at(w.best);
        if (std::getenv("WW_TRACE"))
          fmt::print(stderr, "round {} cost {} {} use {} ratio {} best {}\n", round, w.cost,
                     objective(options_.cost, candidate.design), w.use, candidate.ratio,
                     best_cost_);
        if (candidate.ratio > options_.target)
          caution = std::min(caution, kCaution * w.use / candidate.ratio);
        keep_if_better(candidate);
      }
      choose_leaves();
    }
  }

  // The limit of the estimates follows the joint bound, as in the neuron method.
  void estimated() {
    Candidate reference = best_;
    double limit = options_.target;
    double heat = 0.3;
    for (int round = 0; round < kEstimates && !cancelled(); ++round) {
      const WeightEstimate estimate(subject_, places_, leaves_, probed_, everywhere_,
                                    weight_choice(subject_, places_, reference.plan), reference);
      const std::vector<double> uses = estimate.uses();
      // A walk starts within its limit.
      const double start = *std::max_element(uses.begin(), uses.end());
      const std::vector<Walked> all =
          walks(estimate, tops(places_, reference.design), kEstimated / kEstimates, heat,
                std::max(limit, start * 1.0001));
      const auto cheapest = std::min_element(
          all.begin(), all.end(), [](const Walked& x, const Walked& y) { return x.cost < y.cost; });
      Candidate candidate = at(cheapest->best);
      if (std::getenv("WW_TRACE"))
        fmt::print(stderr, "estimate {} cost {} {} start {} use {} limit {} ratio {} best {}\n",
                   round, cheapest->cost, objective(options_.cost, candidate.design), start,
                   cheapest->use, limit, candidate.ratio, best_cost_);
      keep_if_better(candidate);
      limit *= std::clamp(0.998 * options_.target / candidate.ratio, 0.5, 1.5);
      heat /= 2;
    }
  }

  Candidate at(const WeightChoice& choice) const {
    return realize(subject_, leaves_, weight_plan(subject_, places_, choice));
  }

  // The leaves that come near to the bound with the best design.
  void choose_leaves() {
    std::vector<std::size_t> all;
    for (std::size_t k = 0; k < leaves_.leaves.size(); ++k) all.push_back(k);
    const std::vector<double> uses =
        WeightTrial(subject_, places_, leaves_, all, weight_choice(subject_, places_, best_.plan),
                    best_.image)
            .uses();
    const std::size_t functionals = subject_.problem().functionals.size();
    std::vector<double> worst(all.size());
    for (std::size_t k = 0; k < uses.size(); ++k)
      worst[k / functionals] = std::max(worst[k / functionals], uses[k]);
    std::stable_sort(all.begin(), all.end(),
                     [&](std::size_t a, std::size_t b) { return worst[a] > worst[b]; });
    std::size_t count = 1;
    while (count < std::min(kProbed, all.size()) && worst[all[count]] >= kCritical * worst[all[0]])
      ++count;
    // Those that were asked before stay: unasked, they would be forgotten.
    for (std::size_t k = 0; k < count; ++k)
      if (std::find(probed_.begin(), probed_.end(), all[k]) == probed_.end())
        probed_.push_back(all[k]);
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
  const Sensitivity& everywhere_;
  const SearchOptions& options_;
  const WeightPlaces places_;
  const WeightMoves moves_;
  Candidate best_;
  double best_cost_;
  std::size_t weights_ = 0;
  std::uint32_t seeds_ = 1;
  std::vector<std::size_t> probed_;
};

}  // namespace

Candidate search_weights(const Subject& subject, const LeafSet& leaves, Candidate reference,
                         const Sensitivity& everywhere, const SearchOptions& options) {
  return Search(subject, leaves, std::move(reference), everywhere, options).run();
}

}  // namespace certifix::optimize
