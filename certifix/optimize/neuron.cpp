#include "certifix/optimize/neuron.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <tuple>

#include "certifix/optimize/incumbent.hpp"
#include "certifix/optimize/solve_choices.hpp"
#include "certifix/split/parallel.hpp"

namespace certifix::optimize {
namespace {

constexpr int kModels = 8;     // each with a new kappa and new sensitivities
constexpr int kRefusals = 40;  // single bits that may be refused before the search ends
// Of branch and bound on a model: table entries looked at, and the gap at which it ends.
constexpr double kModelWork = 3e7;
constexpr double kModelGap = 1e-3;
constexpr std::size_t kFewWeights = 1500;  // for the optima of all models
constexpr int kAround = 12;                // models around the best design,
constexpr int kAroundLarge = 3;            // where there are more weights
constexpr double kLeastShare = 0.9;        // from one of them to the next
constexpr double kOvershoot = 0.999;       // where the joint analysis says no: a share that may fit
// Trades that the joint analysis is asked about, as far as that is cheap.
constexpr std::size_t kTrades = 1500;
constexpr double kOptimism = 1.5;  // times the slack, and this share of the use more
constexpr double kMargin = 0.06;
constexpr std::size_t kMostTraded = 150;  // grids
constexpr double kTradeWork = 5e8;        // multiply-adds of the analyses
constexpr double kLeastWork = 5e5;        // that an analysis counts as
// Starts beyond local optima: so many, as far as analyses and models are cheap (multiply-adds), in
// batches that start from the same design; one of kKicked grids moves, three at least.
constexpr std::size_t kKicks = 160;
constexpr double kKickWork = 1e8;
constexpr double kModelPerWeight = 1000;  // what a model's tables take
constexpr std::size_t kBatch = 4;
constexpr std::size_t kPatience = 24;  // starts in a row that find nothing end it
constexpr std::size_t kKicked = 5;
constexpr std::size_t kLeastKicked = 3;
constexpr double kClose = 0.9995;  // of the target: no bit is expected to fit any more

// What the reference's grids say of either rounding need not hold where rows have their own.
std::vector<std::vector<Rounding>> other_roundings(const Subject& subject,
                                                   const std::vector<Rounding>& taken) {
  std::vector<std::vector<Rounding>> result;
  std::vector<Rounding> compensated;
  for (std::size_t b = 1; b < subject.network().block_count(); ++b)
    compensated.push_back(subject.compensated().possible(b) ? Rounding::compensated
                                                            : Rounding::nearest);
  for (const std::vector<Rounding>& all :
       {std::vector<Rounding>(taken.size(), Rounding::nearest), compensated})
    if (all != taken) result.push_back(all);
  for (std::size_t b = 0; b < taken.size(); ++b) {
    if (!subject.compensated().possible(b + 1)) continue;
    std::vector<Rounding> one = taken;
    one[b] = taken[b] == Rounding::nearest ? Rounding::compensated : Rounding::nearest;
    if (std::find(result.begin(), result.end(), one) == result.end()) result.push_back(one);
  }
  return result;
}

std::size_t weight_count(const Subject& subject) {
  std::size_t count = 0;
  for (std::size_t b = 1; b < subject.network().block_count(); ++b)
    for (const range::FloatSource& source : subject.network().block(b).sources)
      count += source.columns * subject.network().size(b);
  return count;
}

bool few_weights(const Subject& subject) { return weight_count(subject) <= kFewWeights; }

class Search {
 public:
  // rounding: of each block's weights, [b - 1], in the designs that are proposed.
  Search(const Subject& subject, const LeafSet& leaves, Candidate reference,
         std::vector<Rounding> rounding, const Sensitivity& everywhere,
         const SearchOptions& options)
      : subject_(subject),
        leaves_(leaves),
        everywhere_(everywhere),
        options_(options),
        rounding_(std::move(rounding)),
        best_(subject, options, std::move(reference)) {}

  // A design from models alone. optimal: the optimum of each, otherwise what coordinate descent
  // finds; neither is better on all networks.
  Candidate descend(bool optimal) {
    solve_models(optimal, [&](const Candidate& candidate) { best_.offer(candidate); });
    take_bits();
    return best_.candidate();
  }

  // The cheapest design that models alone lead to and that meets the target: a start beside the
  // reference, even where it is dearer. Nothing if there is none.
  std::optional<Candidate> modelled() {
    std::optional<Candidate> least;
    solve_models(true, [&](const Candidate& candidate) {
      if (candidate.ratio <= options_.target &&
          broken_limit(candidate.design, subject_.problem().limits).empty() &&
          (!least || cost(candidate) < cost(*least)))
        least = candidate;
    });
    return least;
  }

  // The reference with some grids, chosen at random, a bit finer: a start beyond the local optimum
  // that the other searches ended in. Nothing where that breaks a limit.
  std::optional<Candidate> kicked(std::uint64_t seed) const {
    std::mt19937_64 engine(seed);
    NeuronGrids grids = neuron_grids(best_.candidate().plan);
    const std::vector<int*> all = coordinates(grids);
    for (std::size_t k = 0; k < std::max(kLeastKicked, all.size() / kKicked); ++k)
      ++*all[engine() % all.size()];
    Candidate finer = at(grids, options_.target);
    if (finer.ratio > options_.target ||
        !broken_limit(finer.design, subject_.problem().limits).empty())
      return std::nullopt;
    return finer;
  }

  // What single bits can be taken from the reference.
  Candidate descend_bits() {
    take_bits();
    return best_.candidate();
  }

  // A better one near the reference.
  Candidate polish() {
    do {
      solve_around();
    } while (trade());
    return best_.candidate();
  }

 private:
  double cost(const Candidate& candidate) const {
    return objective(options_.cost, candidate.design);
  }

  bool cancelled() const { return options_.cancelled && options_.cancelled(); }

  Candidate at(const NeuronGrids& grids, double give_up) const {
    return realize(subject_, leaves_, neuron_plan(subject_, grids, rounding_), give_up);
  }

  NeuronModel model(const Candidate& reference) const {
    return NeuronModel(subject_, leaves_, reference, rounding_, everywhere_, options_);
  }

  // kappa follows the ratio of the joint bound to the model's, as in the layer method.
  template <class Offer>
  void solve_models(bool optimal, Offer&& offer) {
    Candidate reference = best_.candidate();
    double kappa = options_.target;
    for (int round = 0; round < kModels && !cancelled(); ++round) {
      const NeuronModel here = model(reference);
      NeuronGrids grids = here.solve(kappa);
      if (optimal) grids = optimum(here, grids, kappa);
      Candidate candidate = at(grids, 1e300);
      const double ratio = candidate.ratio / options_.target;
      if (!std::isfinite(ratio) || ratio <= 0) {
        kappa /= 4;
        continue;
      }
      offer(candidate);
      if (ratio > 0.99 && ratio <= 1 && round > 2) break;
      kappa *= 0.997 / ratio;
      if (ratio < 4) reference = std::move(candidate);
    }
  }

  // The cheapest choice of the model, or one as near to it as its work allows, from one that fits.
  NeuronGrids optimum(const NeuronModel& model, const NeuronGrids& from, double kappa) const {
    if (!bounded_) return from;
    const std::optional<Selection> best =
        solve_choices(model.choices(kappa), model.selection(from), kModelWork, kModelGap, options_);
    return best ? model.grids(*best) : from;
  }

  // The optimum of the model around the best design, at the share of the bound that the model puts
  // that design at, and at smaller ones where the joint analysis says no.
  void solve_around() {
    if (!bounded_) return;
    const int around = few_weights(subject_) ? kAround : kAroundLarge;
    double share = 1;
    for (int round = 0; round < around && !cancelled(); ++round) {
      const NeuronGrids grids = neuron_grids(best_.candidate().plan);
      const NeuronModel here = model(best_.candidate());
      const double use = here.estimate(grids).use;
      if (!std::isfinite(use) || use <= 0) return;
      const double slack = options_.target / best_.candidate().ratio;
      const double kappa = use * slack * share;
      const NeuronGrids next = optimum(here, grids, kappa);
      if (here.estimate(next).cost >= here.estimate(grids).cost) return;
      const Candidate candidate = at(next, 1e300);
      if (best_.offer(candidate)) {
        take_bits();
        share = 1;
      } else if (!(candidate.ratio > options_.target) || !std::isfinite(candidate.ratio)) {
        return;
      } else {
        share *= std::max(kLeastShare, kOvershoot * options_.target / candidate.ratio);
      }
    }
  }

  // One bit more here for one or two less there: what the model says is cheaper and may fit, the
  // cheapest first. True when the joint analysis accepts one.
  bool trade() {
    const NeuronGrids grids = neuron_grids(best_.candidate().plan);
    const NeuronModel here = model(best_.candidate());
    const NeuronModel::Estimate now = here.estimate(grids);
    // The model adds up absolute values, the joint analysis does not: some more than the slack.
    const double most =
        now.use + kOptimism * (options_.target - best_.candidate().ratio) + kMargin * now.use;
    std::vector<std::pair<double, NeuronGrids>> trades;
    NeuronGrids next = grids;
    const std::vector<int*> all = coordinates(next);
    if (all.size() > kMostTraded) return false;
    const auto consider = [&] {
      const NeuronModel::Estimate estimate = here.estimate(next);
      if (estimate.cost < now.cost && estimate.use <= most)
        trades.emplace_back(estimate.cost, next);
    };
    for (std::size_t i = 0; i < all.size(); ++i) {
      --*all[i];
      consider();
      for (std::size_t j = 0; j < all.size(); ++j) {
        if (j == i) continue;
        ++*all[j];
        consider();
        --*all[i];
        consider();
        ++*all[i];
        *all[j] -= 2;
        if (j > i) consider();  // the pair is the same the other way round
        ++*all[j];
      }
      ++*all[i];
    }
    std::stable_sort(trades.begin(), trades.end(),
                     [](const auto& x, const auto& y) { return x.first < y.first; });
    const double work = std::max(kLeastWork, subject_.analysis_work(best_.candidate().unstable) *
                                                 static_cast<double>(leaves_.leaves.size()));
    trades.resize(std::min(kTrades, trades.size()));
    for (std::size_t first = 0; first < trades.size(); first += kBatch) {
      if (cancelled() || trade_work_ > kTradeWork) return false;
      const std::size_t count = std::min(kBatch, trades.size() - first);
      std::vector<std::optional<Candidate>> asked(count);
      split::parallel_for(count, subject_.threads(), [&](std::size_t k) {
        asked[k] = at(trades[first + k].second, options_.target);
      });
      trade_work_ += work * static_cast<double>(count);
      for (const std::optional<Candidate>& candidate : asked)
        if (best_.offer(*candidate)) return true;
    }
    return false;
  }

  // The grids that may move.
  std::vector<int*> coordinates(NeuronGrids& grids) const {
    std::vector<int*> result;
    for (std::size_t b = options_.input_bits ? 1 : 0; b < grids.output.size(); ++b)
      for (int& bits : grids.output[b]) result.push_back(&bits);
    for (std::vector<int>& block : grids.weight)
      for (int& bits : block) result.push_back(&bits);
    return result;
  }

  // Batches of single bits: as many as the model says fit; fewer when the joint analysis refuses.
  void take_bits() {
    std::set<std::tuple<bool, std::size_t, std::size_t>> refused;
    const auto key = [](const NeuronMove& m) { return std::tuple(m.weight, m.block, m.row); };
    double trust = 1;  // how much of the model's slack is spent at once
    while (!cancelled() && best_.candidate().ratio < kClose * options_.target &&
           refused.size() < static_cast<std::size_t>(kRefusals)) {
      const NeuronGrids grids = neuron_grids(best_.candidate().plan);
      std::vector<NeuronMove> moves = model(best_.candidate()).moves(grids);
      std::erase_if(moves, [&](const NeuronMove& m) { return refused.contains(key(m)); });
      bool taken = false;
      while (!taken && !cancelled()) {
        const double slack = trust * (options_.target - best_.candidate().ratio);
        std::vector<NeuronMove> batch;
        double spent = 0;
        for (const NeuronMove& move : moves) {
          if (spent + move.error > slack) continue;
          spent += move.error;
          batch.push_back(move);
        }
        if (batch.empty() && !moves.empty()) batch.push_back(moves[0]);
        if (batch.empty()) return;
        NeuronGrids next = grids;
        for (const NeuronMove& move : batch)
          --(move.weight ? next.weight[move.block - 1] : next.output[move.block])[move.row];
        taken = best_.offer(at(next, options_.target));
        if (taken) break;
        if (batch.size() > 1) {
          trust /= 2;
          continue;
        }
        refused.insert(key(batch[0]));
        break;
      }
    }
  }

  const Subject& subject_;
  const LeafSet& leaves_;
  const Sensitivity& everywhere_;
  const SearchOptions& options_;
  const std::vector<Rounding> rounding_;
  Incumbent best_;
  const bool bounded_ = NeuronModel::bounded(options_.cost);  // the model has choices()
  double trade_work_ = 0;                                     // done so far
};

// Random starts that are worth their time.
std::size_t affordable_kicks(const Subject& subject, const LeafSet& leaves, const Candidate& from) {
  const double work =
      subject.analysis_work(from.unstable) * static_cast<double>(leaves.leaves.size()) +
      kModelPerWeight * static_cast<double>(weight_count(subject));
  return static_cast<std::size_t>(
      std::min(static_cast<double>(kKicks), kKickWork / std::max(work, 1.0)));
}

// From random starts around the best design, again and again.
Candidate kicked(const Subject& subject, const LeafSet& leaves, Candidate best,
                 const std::vector<Rounding>& rounding, const Sensitivity& everywhere,
                 SearchOptions options) {
  options.progress = nullptr;  // several at once
  const std::size_t kicks = affordable_kicks(subject, leaves, best);
  const auto cancelled = [&] { return options.cancelled && options.cancelled(); };
  for (std::size_t first = 0, last = 0; first < kicks && first < last + kPatience && !cancelled();
       first += kBatch) {
    std::vector<std::optional<Candidate>> found(kBatch);
    split::parallel_for(kBatch, subject.threads(), [&](std::size_t k) {
      found[k] = Search(subject, leaves, best, rounding, everywhere, options).kicked(first + k);
      if (found[k])
        found[k] = Search(subject, leaves, *std::move(found[k]), rounding, everywhere, options)
                       .descend_bits();
    });
    for (std::optional<Candidate>& other : found)
      if (other && objective(options.cost, other->design) < objective(options.cost, best.design))
        best = *std::move(other), last = first;
  }
  return best;
}

// A design to search around, and how its weights are rounded.
struct Start {
  std::vector<Rounding> rounding;
  std::optional<Candidate> candidate;
};

// The designs that the search starts from: on small networks from every way to round.
class Starts {
 public:
  Starts(const Subject& subject, const LeafSet& leaves, const Candidate& reference,
         const Sensitivity& everywhere, const SearchOptions& options)
      : subject_(subject),
        leaves_(leaves),
        reference_(reference),
        everywhere_(everywhere),
        options_(options),
        roundings_{roundings(reference.plan)} {
    quiet_.progress = nullptr;
    if (few_weights(subject))
      for (std::vector<Rounding>& other : other_roundings(subject, roundings_[0]))
        roundings_.push_back(std::move(other));
  }

  // The reference, or what coordinate descent finds that is cheaper.
  Start beside_reference() const {
    return cheapest(each([&](const std::vector<Rounding>& rounding, const SearchOptions& options) {
      return std::optional(search(reference_, rounding, options).descend(false));
    }));
  }

  // `other`, or with its rounding what the optima of models are, if that is cheaper.
  Start optimum_beside_reference(Start other) const {
    if (!NeuronModel::bounded(options_.cost)) return other;
    Start optimal{other.rounding, search(reference_, other.rounding, options_).descend(true)};
    return cheapest({std::move(other), std::move(optimal)});
  }

  // The cheapest design of models alone: another local optimum than the reference's, which may end
  // lower even where it starts higher. Without a candidate if no model leads to one that meets the
  // target.
  Start apart_from_reference(const std::vector<Rounding>& rounding) const {
    std::optional<Candidate> found = search(reference_, rounding, options_).modelled();
    if (found) found = search(*std::move(found), rounding, options_).descend_bits();
    return {rounding, std::move(found)};
  }

  Candidate polished(const Start& start, bool reports_progress) const {
    return search(*start.candidate, start.rounding, reports_progress ? options_ : quiet_).polish();
  }

  // The first of the cheapest ones; one without a candidate if none has one.
  Start cheapest(std::vector<Start> starts) const {
    std::size_t least = 0;
    const auto cost = [&](const Start& start) {
      return objective(options_.cost, start.candidate->design);
    };
    for (std::size_t k = 1; k < starts.size(); ++k)
      if (starts[k].candidate &&
          (!starts[least].candidate || cost(starts[k]) < cost(starts[least])))
        least = k;
    return std::move(starts[least]);
  }

 private:
  Search search(Candidate from, const std::vector<Rounding>& rounding,
                const SearchOptions& options) const {
    return {subject_, leaves_, std::move(from), rounding, everywhere_, options};
  }

  // find(rounding, options) for every way to round, several at once: one of them reports progress.
  template <class Find>
  std::vector<Start> each(Find&& find) const {
    std::vector<Start> starts(roundings_.size());
    split::parallel_for(starts.size(), subject_.threads(), [&](std::size_t k) {
      starts[k].rounding = roundings_[k];
      starts[k].candidate = find(roundings_[k], k > 0 ? quiet_ : options_);
    });
    return starts;
  }

  const Subject& subject_;
  const LeafSet& leaves_;
  const Candidate& reference_;
  const Sensitivity& everywhere_;
  const SearchOptions& options_;
  SearchOptions quiet_ = options_;
  std::vector<std::vector<Rounding>> roundings_;
};

// Fractional bits at which the widest of the weights of row i has at most `limit` bits.
int finest_weights(const range::FloatBlock& block, std::size_t i, int limit) {
  double largest = 0;
  for (const range::FloatSource& source : block.sources)
    for (std::size_t j = 0; j < source.columns; ++j)
      largest = std::max(largest, std::fabs(source.row(i)[j]));
  if (largest == 0) return 0;
  int bits = limit - std::ilogb(largest);
  while (rounded_width(largest, bits) > limit || rounded_width(-largest, bits) > limit) --bits;
  return bits;
}

}  // namespace

Candidate finest_neurons(const Subject& subject, const LeafSet& leaves, const Candidate& from,
                         const SearchOptions& options) {
  const int limit = subject.problem().limits.word.value();
  NeuronGrids grids = neuron_grids(from.plan);
  for (std::size_t b = 0; b < grids.output.size(); ++b) {
    if (b == 0 && options.input_bits) continue;
    for (std::size_t i = 0; i < grids.output[b].size(); ++i) {
      const num::FixedFormat format =
          b == 0 ? from.design.inputs[i].format : from.design.blocks[b - 1].rows[i].output;
      // A finer grid may need one bit more above the point, where values round up to a power of 2.
      grids.output[b][i] = limit - 1 - (format.msb + 1);
    }
  }
  for (std::size_t b = 0; b < grids.weight.size(); ++b)
    for (std::size_t i = 0; i < grids.weight[b].size(); ++i)
      grids.weight[b][i] = finest_weights(subject.network().block(b + 1), i, limit);
  return realize(subject, leaves,
                 neuron_plan(subject, grids, roundings(uniform_plan(subject, 0, 0, 0))));
}

Candidate search_neurons(const Subject& subject, const LeafSet& leaves, Candidate reference,
                         const Sensitivity& everywhere, const SearchOptions& options) {
  const Starts search(subject, leaves, reference, everywhere, options);
  Start first = search.beside_reference();
  if (!few_weights(subject)) return search.polished(first, true);
  std::vector<Start> starts = {search.optimum_beside_reference(std::move(first))};
  const bool cheap = affordable_kicks(subject, leaves, *starts[0].candidate) >= kPatience;
  if (cheap && NeuronModel::bounded(options.cost))
    starts.push_back(search.apart_from_reference(starts[0].rounding));
  split::parallel_for(starts.size(), subject.threads(), [&](std::size_t k) {
    if (starts[k].candidate) starts[k].candidate = search.polished(starts[k], k == 0);
  });
  Start best = search.cheapest(std::move(starts));
  return kicked(subject, leaves, *std::move(best.candidate), best.rounding, everywhere, options);
}

}  // namespace certifix::optimize
