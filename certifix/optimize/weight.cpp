#include "certifix/optimize/weight.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "certifix/optimize/weight_walk.hpp"
#include "certifix/split/parallel.hpp"

namespace certifix::optimize {
namespace {

constexpr std::size_t kWalks = 4;  // beside one another, from the same choice
constexpr int kRounds = 4;
// Temperatures in units of the mean cost of a weight, and mu in units of the temperature times the
// number of weights: about a hundredth of the bound is left at first.
constexpr double kFirstHeat = 0.3;
constexpr double kLastHeat = 0.004;
constexpr double kCooler = 0.5;  // the first temperature, from round to round
constexpr double kPrice = 0.05;
constexpr double kWork = 1.2e10;     // multiply-adds of all analyses, about
constexpr double kMostSteps = 2000;  // for each unit, in all
constexpr std::size_t kProbed = 6;   // leaves that changes are tried on at first, at most
constexpr double kCritical = 0.8;    // of the worst leaf's use: a leaf that is tried
constexpr double kCaution = 0.9998;  // of the target, as long as trials were right

class Search {
 public:
  Search(const Subject& subject, const LeafSet& leaves, Candidate reference,
         const SearchOptions& options)
      : subject_(subject),
        leaves_(leaves),
        options_(options),
        places_(weight_places(subject)),
        moves_(subject, places_, leaves.hull, options.input_bits.has_value()),
        best_(std::move(reference)),
        best_cost_(objective(options.cost, best_.design)),
        caution_(kCaution) {}

  Candidate run() {
    std::size_t weights = 0;
    for (const WeightPlaces::Row& row : places_.rows) weights += row.terms.size();
    choose_leaves();
    double heat = kFirstHeat;
    for (int round = 0; round < kRounds && !cancelled(); ++round, heat *= kCooler) {
      const WeightChoice start = weight_choice(subject_, places_, best_.plan);
      const WeightTrial trial(subject_, places_, leaves_, start, best_.image);
      const Tops top = tops(places_, best_.design);
      const double mean = best_cost_ / static_cast<double>(weights);
      std::vector<Walked> walked(kWalks);
      const std::size_t steps = steps_per_walk();
      split::parallel_for(kWalks, subject_.threads(), [&](std::size_t k) {
        WeightWalk how;
        how.steps = steps;
        how.first_heat = heat * mean;
        how.last_heat = kLastHeat * mean;
        how.price = kPrice * static_cast<double>(weights);
        how.limit = std::max(caution_ * options_.target, 1.00001 * best_.ratio);
        how.seed = static_cast<std::uint32_t>(round * kWalks + k + 1);
        how.cancelled = options_.cancelled;
        walked[k] = walk(trial, places_, moves_, probed_, top, options_.cost, how);
      });
      for (const Walked& w : walked) {
        const Candidate candidate =
            realize(subject_, leaves_, weight_plan(subject_, places_, w.best));
        if (std::getenv("WW_TRACE"))
          fmt::print(stderr, "round {} steps {} cost {} {} use {} ratio {} best {}\n", round, steps,
                     w.cost, objective(options_.cost, candidate.design), w.use, candidate.ratio,
                     best_cost_);
        if (candidate.ratio > options_.target)
          caution_ = std::min(caution_, kCaution * w.use / candidate.ratio);
        keep_if_better(candidate);
      }
      choose_leaves();
    }
    return std::move(best_);
  }

 private:
  bool cancelled() const { return options_.cancelled && options_.cancelled(); }

  // The leaves that come near to the bound with the best design.
  void choose_leaves() {
    std::vector<std::size_t> all;
    for (std::size_t k = 0; k < leaves_.leaves.size(); ++k) all.push_back(k);
    const WeightTrial trial(subject_, places_, leaves_,
                            weight_choice(subject_, places_, best_.plan), best_.image);
    const std::vector<double> uses = trial.uses(all);
    const std::size_t functionals = subject_.problem().functionals.size();
    std::vector<double> worst(all.size());
    for (std::size_t k = 0; k < uses.size(); ++k)
      worst[k / functionals] = std::max(worst[k / functionals], uses[k]);
    std::stable_sort(all.begin(), all.end(),
                     [&](std::size_t a, std::size_t b) { return worst[a] > worst[b]; });
    std::size_t count = 1;
    while (count < std::min(kProbed, all.size()) && worst[all[count]] >= kCritical * worst[all[0]])
      ++count;
    // Those that were tried before stay: leaving them may have made them forgotten.
    for (std::size_t k = 0; k < count; ++k)
      if (std::find(probed_.begin(), probed_.end(), all[k]) == probed_.end())
        probed_.push_back(all[k]);
  }

  std::size_t steps_per_walk() const {
    const double work = subject_.analysis_work() * static_cast<double>(probed_.size());
    const double steps = std::min(kWork / work, kMostSteps * static_cast<double>(moves_.units()));
    return static_cast<std::size_t>(steps / (kWalks * kRounds));
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
  const WeightMoves moves_;
  Candidate best_;
  double best_cost_;
  double caution_;
  std::vector<std::size_t> probed_;
};

}  // namespace

Candidate search_weights(const Subject& subject, const LeafSet& leaves, Candidate reference,
                         const SearchOptions& options) {
  return Search(subject, leaves, std::move(reference), options).run();
}

}  // namespace certifix::optimize
