#include "certifix/optimize/layer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "certifix/milp/solve.hpp"
#include "certifix/optimize/incumbent.hpp"
#include "certifix/optimize/joint_rounding.hpp"
#include "certifix/optimize/layer_model.hpp"
#include "certifix/optimize/solve_choices.hpp"
#include "certifix/split/parallel.hpp"

namespace certifix::optimize {
namespace {

constexpr int kModels = 6;  // MILPs solved, each with a new kappa and new sensitivities
// Of branch and bound on a model: table entries looked at, and the gap at which it ends.
constexpr double kModelWork = 3e7;
constexpr double kModelGap = 1e-3;
constexpr int kAround = 8;            // models around the best design
constexpr double kLeastShare = 0.9;   // from one of them to the next
constexpr double kOvershoot = 0.999;  // where the joint analysis says no: a share that may fit
constexpr std::size_t kMoves = 60;    // tried before the search ends,
constexpr std::size_t kBatch = 2;  // so many at once, whatever the threads: results stay the same
constexpr std::size_t kCheap = 3000;  // leaves that could be analysed in a moment

// The grids that may move.
std::vector<int*> coordinates(LayerGrids& grids, const SearchOptions& options) {
  std::vector<int*> result;
  if (!options.input_bits) result.push_back(&grids.input);
  for (int& bits : grids.weight) result.push_back(&bits);
  for (int& bits : grids.output) result.push_back(&bits);
  return result;
}

class Search {
 public:
  Search(const Subject& subject, const LeafSet& leaves, const Candidate& reference,
         const LayerGrids& grids, const SearchOptions& options)
      : subject_(subject),
        leaves_(leaves),
        options_(options),
        grids_(grids),
        weights_(subject, leaves),
        best_(subject, options, reference) {
    if (JointRounding::possible(subject)) joint_.emplace(subject, leaves);
  }

  LayerSearch run() {
    solve_models();
    if (!cancelled()) {
      const Candidate reference = best_.candidate();
      model_.emplace(subject_, leaves_, reference, grids_, options_, weights_);
    }
    while (!cancelled() && move())
      ;
    solve_around();
    return {best_.candidate(), std::move(lp_)};
  }

 private:
  bool cancelled() const { return options_.cancelled && options_.cancelled(); }

  Plan plan(const LayerGrids& grids) {
    return weights_.rounded(layer_plan(subject_, grids, options_.input_bits));
  }

  Candidate at(const LayerGrids& grids, double give_up = 1e300) {
    return realized(plan(grids), give_up);
  }

  Candidate realized(Plan plan, double give_up) const {
    Candidate candidate = realize(subject_, leaves_, plan, give_up);
    if (!joint_ || candidate.ratio <= options_.target) return candidate;
    Candidate other = realize(subject_, leaves_, joint_->improved(std::move(plan)), give_up);
    return other.ratio < candidate.ratio ? std::move(other) : std::move(candidate);
  }

  bool keep_if_better(const Candidate& candidate, const LayerGrids& grids) {
    if (!best_.offer(candidate)) return false;
    grids_ = grids;
    return true;
  }

  // kappa follows the ratio of the joint bound to the model's: secant steps, the best one is kept.
  void solve_models() {
    Candidate reference = best_.candidate();
    LayerGrids reference_grids = grids_;
    double kappa = options_.target;
    for (int round = 0; round < kModels && !cancelled(); ++round) {
      LayerModel tables(subject_, leaves_, reference, reference_grids, options_, weights_);
      milp::Model model = tables.model(kappa);
      lp_ = milp::lp_text(model);
      const milp::Solution solution =
          options_.solver(milp::scaled_rows(std::move(model)),
                          {.nodes = 2000, .relative_gap = 1e-3, .branching_alone = true});
      if (solution.values.empty()) {
        kappa *= 1.5;
        continue;
      }
      const LayerGrids grids = tables.grids(solution.values);
      Candidate candidate = at(grids);
      const double ratio = candidate.ratio / options_.target;
      const bool finite = std::isfinite(ratio) && ratio > 0;
      keep_if_better(candidate, grids);
      if (!finite) {
        kappa /= 4;
        continue;
      }
      if (ratio > 0.995 && ratio <= 1 && round > 0) break;
      kappa *= 0.998 / ratio;
      if (ratio < 4) {
        reference = std::move(candidate);
        reference_grids = grids;
      }
    }
  }

  // The optimum of the model around the best design, at the share of the bound that the model puts
  // that design at, and at smaller ones where the joint analysis says no.
  void solve_around() {
    double share = 1;
    for (int round = 0; round < kAround && !cancelled(); ++round) {
      const Candidate reference = best_.candidate();
      const LayerModel model(subject_, leaves_, reference, grids_, options_, weights_);
      const std::optional<LayerModel::Estimate> now = model.estimate(grids_);
      if (!now || !std::isfinite(now->use) || now->use <= 0) return;
      const ChoiceModel choices =
          model.choices(now->use * share * options_.target / reference.ratio);
      const std::optional<Selection> best =
          solve_choices(choices, model.selection(grids_), kModelWork, kModelGap, options_);
      if (!best) return;
      const LayerGrids grids = model.grids(*best);
      if (model.estimate(grids)->cost >= now->cost) return;
      const Candidate candidate = at(grids);
      if (!std::isfinite(candidate.ratio)) return;
      share = keep_if_better(candidate, grids)
                  ? 1
                  : share * std::clamp(kOvershoot * options_.target / candidate.ratio, kLeastShare,
                                       kOvershoot);
    }
  }

  // One bit less here, or one more here for one or two less there: what the model says is cheaper
  // and may fit, the cheapest first. False when nothing of it is accepted.
  bool move() {
    const std::optional<LayerModel::Estimate> now = model_->estimate(grids_);
    if (!now) return false;
    // The model adds up absolute values, the joint analysis does not: some more than the slack.
    // Where analyses cost next to nothing, its word on the bound is not asked.
    const double most =
        subject_.leaf_budget() >= kCheap
            ? std::numeric_limits<double>::infinity()
            : now->use + 1.5 * (options_.target - best_.candidate().ratio) + 0.02 * options_.target;
    std::vector<std::pair<double, LayerGrids>> moves;
    LayerGrids grids = grids_;
    const auto consider = [&] {
      const auto estimate = model_->estimate(grids);
      if (estimate && estimate->cost < now->cost && estimate->use <= most)
        moves.emplace_back(estimate->cost, grids);
    };
    const std::vector<int*> all = coordinates(grids, options_);
    for (int* fewer : all) {
      --*fewer;
      consider();
      for (int* more : all) {
        if (more == fewer) continue;
        ++*more;
        consider();
        --*fewer;
        consider();
        ++*fewer;
        --*more;
      }
      ++*fewer;
    }
    std::stable_sort(moves.begin(), moves.end(),
                     [](const auto& x, const auto& y) { return x.first < y.first; });
    if (most < milp::kInfinity && moves.size() > kMoves) moves.resize(kMoves);
    for (std::size_t first = 0; first < moves.size() && !cancelled(); first += kBatch) {
      const std::size_t count = std::min(kBatch, moves.size() - first);
      std::vector<Plan> plans;  // one by one: the tables of weights remember what they were asked
      for (std::size_t k = 0; k < count; ++k) plans.push_back(plan(moves[first + k].second));
      std::vector<std::optional<Candidate>> asked(count);
      split::parallel_for(count, subject_.threads(), [&](std::size_t k) {
        asked[k] = realized(std::move(plans[k]), options_.target);
      });
      for (std::size_t k = 0; k < count; ++k)
        if (keep_if_better(*asked[k], moves[first + k].second)) return true;
    }
    return false;
  }

  const Subject& subject_;
  const LeafSet& leaves_;
  const SearchOptions& options_;
  LayerGrids grids_;
  WeightTables weights_;
  std::optional<JointRounding> joint_;
  Incumbent best_;
  std::string lp_;
  std::optional<LayerModel> model_;  // around what solve_models() found
};

}  // namespace

Plan layer_plan(const Subject& subject, const LayerGrids& grids,
                const std::optional<std::vector<int>>& input_bits) {
  Plan plan = uniform_plan(subject, -grids.input, 0, 0);
  if (input_bits)
    for (std::size_t i = 0; i < plan.input_lsb.size(); ++i)
      plan.input_lsb[i] =
          input_lsb(subject.problem(), i, -(*input_bits)[input_bits->size() == 1 ? 0 : i]);
  for (std::size_t b = 0; b < plan.blocks.size(); ++b) {
    for (int& lsb : plan.blocks[b].output_lsb) lsb = -grids.output[b];
    for (std::vector<int>& row : plan.blocks[b].weight_lsb)
      for (int& lsb : row) lsb = -grids.weight[b];
  }
  return plan;
}

LayerGrids uniform_grids(const Subject& subject, int bits) {
  const std::size_t blocks = subject.problem().network.block_count() - 1;
  return {bits, std::vector<int>(blocks, bits), std::vector<int>(blocks, bits)};
}

std::pair<Candidate, LayerGrids> finest_layers(const Subject& subject, const LeafSet& leaves,
                                               LayerGrids grids, const SearchOptions& options) {
  const auto at = [&] {
    return realize(subject, leaves, layer_plan(subject, grids, options.input_bits));
  };
  Candidate best = at();
  std::vector<int*> open = coordinates(grids, options);
  while (!open.empty() && !(options.cancelled && options.cancelled())) {
    std::erase_if(open, [&](int* bits) {
      ++*bits;
      Candidate finer = at();
      // Finer words without a smaller error are a waste: the doubles of the analysis end there.
      const bool keep =
          broken_limit(finer.design, subject.problem().limits).empty() && finer.ratio < best.ratio;
      if (keep)
        best = std::move(finer);
      else
        --*bits;
      return !keep;
    });
    if (best.ratio <= options.target) break;
  }
  return {std::move(best), std::move(grids)};
}

LayerSearch search_layers(const Subject& subject, const LeafSet& leaves, const Candidate& reference,
                          const LayerGrids& reference_grids, const SearchOptions& options) {
  return Search(subject, leaves, reference, reference_grids, options).run();
}

}  // namespace certifix::optimize
