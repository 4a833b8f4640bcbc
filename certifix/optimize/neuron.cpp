#include "certifix/optimize/neuron.hpp"

#include <cmath>
#include <set>
#include <tuple>

#include "certifix/optimize/incumbent.hpp"

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
        rounding_(roundings(reference.plan)),
        best_(subject, options, std::move(reference)) {}

  Candidate run() {
    solve_models();
    take_bits();
    return best_.candidate();
  }

 private:
  bool cancelled() const { return options_.cancelled && options_.cancelled(); }

  Candidate at(const NeuronGrids& grids, double give_up) const {
    return realize(subject_, leaves_, neuron_plan(subject_, grids, rounding_), give_up);
  }

  NeuronModel model(const Candidate& reference) const {
    return NeuronModel(subject_, leaves_, reference, everywhere_, options_);
  }

  // kappa follows the ratio of the joint bound to the model's, as in the layer method.
  void solve_models() {
    Candidate reference = best_.candidate();
    double kappa = options_.target;
    for (int round = 0; round < kModels && !cancelled(); ++round) {
      const NeuronGrids grids = model(reference).solve(kappa);
      Candidate candidate = at(grids, 1e300);
      const double ratio = candidate.ratio / options_.target;
      if (!std::isfinite(ratio) || ratio <= 0) {
        kappa /= 4;
        continue;
      }
      best_.offer(candidate);
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
};

}  // namespace

Candidate search_neurons(const Subject& subject, const LeafSet& leaves, Candidate reference,
                         const Sensitivity& everywhere, const SearchOptions& options) {
  return Search(subject, leaves, std::move(reference), everywhere, options).run();
}

}  // namespace certifix::optimize
