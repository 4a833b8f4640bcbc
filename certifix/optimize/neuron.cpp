#include "certifix/optimize/neuron.hpp"

#include <fmt/format.h>

#include <cmath>
#include <set>
#include <tuple>

namespace certifix::optimize {
namespace {

constexpr int kModels = 8;         // each with a new kappa and new sensitivities
constexpr int kRefusals = 40;      // single bits that may be refused before the search ends
constexpr double kClose = 0.9995;  // of the target: no bit is expected to fit any more

class Search {
 public:
  Search(const Subject& subject, const LeafSet& leaves, Candidate reference,
         const Sensitivity& everywhere, const SearchOptions& options)
      : subject_(subject),
        leaves_(leaves),
        everywhere_(everywhere),
        options_(options),
        best_(std::move(reference)),
        best_cost_(objective(options.cost, best_.design)) {}

  Candidate run() {
    solve_models();
    take_bits();
    return std::move(best_);
  }

 private:
  bool cancelled() const { return options_.cancelled && options_.cancelled(); }

  Candidate at(const NeuronGrids& grids, double give_up) const {
    return realize(subject_, leaves_, neuron_plan(subject_, grids), give_up);
  }

  bool keep_if_better(const Candidate& candidate) {
    if (candidate.ratio > options_.target ||
        !broken_limit(candidate.design, subject_.problem().limits).empty())
      return false;
    const double cost = objective(options_.cost, candidate.design);
    if (cost >= best_cost_) return false;
    best_cost_ = cost;
    best_ = candidate;
    if (options_.progress)
      options_.progress(
          fmt::format("{} {:.0f}, bound used {:.4f}", options_.cost.name, best_cost_, best_.ratio));
    return true;
  }

  NeuronModel model(const Candidate& reference) const {
    return NeuronModel(subject_, leaves_, reference, everywhere_, options_);
  }

  // kappa follows the ratio of the joint bound to the model's, as in the layer method.
  void solve_models() {
    Candidate reference = best_;
    double kappa = options_.target;
    for (int round = 0; round < kModels && !cancelled(); ++round) {
      const NeuronGrids grids = model(reference).solve(kappa);
      Candidate candidate = at(grids, 1e300);
      const double ratio = candidate.ratio / options_.target;
      if (!std::isfinite(ratio) || ratio <= 0) {
        kappa /= 4;
        continue;
      }
      keep_if_better(candidate);
      if (ratio > 0.99 && ratio <= 1 && round > 2) break;
      kappa *= 0.997 / ratio;
      if (ratio < 4) reference = std::move(candidate);
    }
  }

  // Batches of single bits: as many as the model says fit; fewer when the joint analysis refuses.
  void take_bits() {
    std::set<std::tuple<bool, std::size_t, std::size_t>> refused;
    const auto key = [](const NeuronMove& m) { return std::tuple(m.weight, m.block, m.row); };
    double trust = 1;  // how much of the model's slack is spent at once
    while (!cancelled() && best_.ratio < kClose * options_.target &&
           refused.size() < static_cast<std::size_t>(kRefusals)) {
      const NeuronGrids grids = neuron_grids(best_.plan);
      std::vector<NeuronMove> moves = model(best_).moves(grids);
      std::erase_if(moves, [&](const NeuronMove& m) { return refused.contains(key(m)); });
      bool taken = false;
      while (!taken && !cancelled()) {
        const double slack = trust * (options_.target - best_.ratio);
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
        taken = keep_if_better(at(next, options_.target));
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
  Candidate best_;
  double best_cost_;
};

}  // namespace

Candidate search_neurons(const Subject& subject, const LeafSet& leaves, Candidate reference,
                         const Sensitivity& everywhere, const SearchOptions& options) {
  return Search(subject, leaves, std::move(reference), everywhere, options).run();
}

}  // namespace certifix::optimize
