#include "certifix/optimize/weight.hpp"

#include <algorithm>
#include <cmath>

#include "certifix/optimize/incumbent.hpp"
#include "certifix/optimize/signed_digits.hpp"
#include "certifix/optimize/weight_estimate.hpp"
#include "certifix/optimize/weight_starts.hpp"
#include "certifix/optimize/weight_trial.hpp"
#include "certifix/optimize/weight_walk.hpp"
#include "certifix/split/parallel.hpp"

namespace certifix::optimize {
namespace {

constexpr std::size_t kWalks = 4;  // beside one another, from the same choice
constexpr int kRounds = 3;
// Temperatures, in units of the mean cost of a weight, and mu in units of the temperature and the
// number of weights: at first a tenth of the bound is left, in the end next to nothing.
constexpr double kFirstHeat = 1;
constexpr double kLastHeat = 0.004;
constexpr double kCooler = 0.4;  // the first temperature, from round to round
constexpr double kPrice = 0.05;
constexpr double kWork = 2e8;         // multiply-adds of the trials for each unit, about, in all
constexpr double kMostWork = 5e10;    // and of all together
constexpr double kMostSteps = 10000;  // for each unit, in all
constexpr double kFewSteps = 100;     // for each unit: with fewer, estimates do better than trials
constexpr double kWarm = 0.03;        // the first temperature of trials after estimates
constexpr double kEstimated = 3e6;    // steps on estimates, in all
constexpr int kEstimates = 6;         // rounds on estimates
constexpr double kFirstEstimated = 0.3;  // their first temperature; each round has half of the last
constexpr std::size_t kProbed = 6;       // leaves on which steps ask for uses, at first, at most
constexpr double kCritical = 0.8;        // of the worst leaf's use: a leaf that is asked
constexpr double kCaution = 0.9998;      // of the target, as long as trials were right

class Search {
 public:
  Search(const Subject& subject, const LeafSet& leaves, Candidate reference,
         const Sensitivity& everywhere, const SearchOptions& options)
      : subject_(subject),
        leaves_(leaves),
        everywhere_(everywhere),
        options_(options),
        places_(weight_places(subject)),
        moves_(subject, places_, leaves.hull, inputs_fixed(), true),
        apart_(subject, places_, leaves.hull, inputs_fixed(), false),
        best_(subject, options, std::move(reference)),
        choice_(weight_choice(places_, best_.candidate().plan)) {
    for (const WeightPlaces::Row& row : places_.rows) weights_ += row.terms.size();
    choose_leaves();
  }

  Candidate run() {
    if (!priced()) return best_.candidate();
    const auto units = static_cast<double>(moves_.units());
    const double steps = trial_steps();
    const bool few = steps < kFewSteps * units;
    if (few) estimated();
    if (steps >= units) tried(steps, few ? kWarm : kFirstHeat);
    return best_.candidate();
  }

 private:
  bool inputs_fixed() const { return options_.input_bits.has_value(); }
  bool cancelled() const { return options_.cancelled && options_.cancelled(); }

  // Whether a multiplication costs anything.
  bool priced() const {
    const cost::Linear one = cost::multiplication(options_.cost, 1, 1);
    return weights_ > 0 && (one.fixed + one.per_value_bit > 0 || options_.cost.table);
  }

  // Steps on trials that the work allows, for all walks.
  double trial_steps() const {
    const auto units = static_cast<double>(moves_.units());
    const double work = options_.effort * std::min(kWork * units, kMostWork);
    const double one =
        subject_.analysis_work(best_.candidate().unstable) * static_cast<double>(probed_.size());
    return std::min(work / one, kMostSteps * units);
  }

  using Starts = std::vector<std::unique_ptr<WeightBounds>>;

  static Starts copies(const WeightBounds& from) {
    Starts result;
    for (std::size_t k = 0; k < kWalks; ++k) result.push_back(from.copy());
    return result;
  }

  // steps: of each walk.
  std::vector<Walked> walks(Starts from, const WeightMoves& moves, const Tops& top, double steps,
                            double heat, double limit) {
    const double mean = best_.cost() / static_cast<double>(weights_);
    const std::uint32_t first_seed = seeds_;
    seeds_ += static_cast<std::uint32_t>(from.size());
    std::vector<Walked> walked(from.size());
    split::parallel_for(from.size(), subject_.threads(), [&](std::size_t k) {
      WeightWalk how;
      how.steps = static_cast<std::size_t>(steps);
      how.first_heat = heat * mean;
      how.last_heat = kLastHeat * mean;
      how.price = kPrice * static_cast<double>(weights_);
      how.limit = limit;
      how.seed = first_seed + static_cast<std::uint32_t>(k);
      how.cancelled = options_.cancelled;
      walked[k] = walk(std::move(from[k]), places_, moves, top, options_.cost, how);
    });
    return walked;
  }

  void tried(double steps, double heat) {
    double caution = kCaution;
    for (int round = 0; round < kRounds && !cancelled(); ++round, heat *= kCooler) {
      const WeightTrial trial(subject_, places_, leaves_, probed_, choice_,
                              best_.candidate().image);
      const Tops top = tops(places_, best_.candidate().design);
      const double limit = std::max(caution * options_.target, 1.00001 * best_.candidate().ratio);
      Starts starts = copies(trial);
      // Only long and hot walks make up for what these starts spend at first.
      if (round == 0 && heat >= kFirstHeat)
        for (auto& start : replaced_starts(subject_, places_, leaves_.hull, inputs_fixed(), trial,
                                           top, options_.cost, limit))
          starts.push_back(std::move(start));
      for (const Walked& w :
           walks(std::move(starts), moves_, top, steps / kRounds / kWalks, heat, limit)) {
        const Candidate candidate = at(w.best);
        if (candidate.ratio > options_.target)
          caution = std::min(caution, kCaution * w.use / candidate.ratio);
        if (best_.offer(candidate)) choice_ = w.best;
      }
      choose_leaves();
    }
  }

  // The limit of a walk on estimates follows what the joint bound made of the last one's result.
  void estimated() {
    Candidate reference = best_.candidate();
    double limit = options_.target;
    double heat = kFirstEstimated;
    for (int round = 0; round < kEstimates && !cancelled(); ++round, heat /= 2) {
      WeightEstimate estimate(subject_, places_, leaves_, probed_, everywhere_,
                              weight_choice(places_, reference.plan), reference);
      refine(subject_, places_, inputs_fixed(), estimate);  // a walk starts within its limit
      const std::vector<Walked> all =
          walks(copies(estimate), apart_, tops(places_, reference.design),
                options_.effort * kEstimated / kEstimates / kWalks, heat, limit);
      const Walked& cheapest = *std::min_element(
          all.begin(), all.end(), [](const Walked& x, const Walked& y) { return x.cost < y.cost; });
      Candidate candidate = at(cheapest.best);
      if (best_.offer(candidate)) choice_ = cheapest.best;
      limit = options_.target * std::clamp(0.998 * cheapest.use / candidate.ratio, 0.3, 2.0);
      if (candidate.ratio < 2 * options_.target) reference = std::move(candidate);
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
        WeightTrial(subject_, places_, leaves_, all, choice_, best_.candidate().image).uses({});
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

  const Subject& subject_;
  const LeafSet& leaves_;
  const Sensitivity& everywhere_;
  const SearchOptions& options_;
  const WeightPlaces places_;
  const WeightMoves moves_;  // of trials
  const WeightMoves apart_;  // of estimates
  Incumbent best_;
  WeightChoice choice_;  // of the best design
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
