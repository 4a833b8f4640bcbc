#include "certifix/optimize/reach.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "certifix/optimize/layer.hpp"
#include "certifix/optimize/neuron.hpp"
#include "certifix/optimize/uniform.hpp"

namespace certifix::optimize {
namespace {

constexpr int kAttempts = 4;       // with grids that are as coarse as the leaves allow
constexpr double kFirstSlack = 4;  // finest grids: error / bound on the working set is asked to be
constexpr double kMoreSlack = 16;  // this much smaller than 1, then this much smaller again

class Search {
 public:
  explicit Search(Run& run) : run_(run), subject_(run.subject()) {}

  Reach run() {
    LeafSet leaves = whole_box(subject_);
    UniformSearch uniform = search(leaves, 1);
    const std::optional<Candidate> first = uniform.found ? uniform.found : uniform.finest;
    reach_.limit = uniform.limit;
    if (!first) return std::move(reach_);
    if (judged(*first, 1)) return std::move(reach_);
    if (run_.cancelled()) return std::move(reach_);
    run_.split_for(*first);
    leaves = run_.working_set();
    double target = 1;
    for (int attempt = 0; attempt < kAttempts && !run_.cancelled(); ++attempt) {
      uniform = search(leaves, target);
      reach_.limit = uniform.limit;
      if (!uniform.found) break;
      if (judged(*uniform.found, run_.budget())) return std::move(reach_);
      if (!run_.tree()) break;
      leaves = run_.working_set();
      target *= std::min(0.98, 0.995 / last_);
    }
    finest(leaves, uniform);
    return std::move(reach_);
  }

 private:
  UniformSearch search(const LeafSet& leaves, double target) {
    return run_.watch().stage("search", [&] {
      return search_uniform(subject_, leaves, run_.options().input_bits, target);
    });
  }

  // Every grid by itself as fine as the limits allow, in steps: finer than needed costs time.
  void finest(const LeafSet& leaves, UniformSearch& uniform) {
    const std::optional<Candidate>& from = uniform.found ? uniform.found : uniform.finest;
    if (!from) return;
    const Options& options = run_.options();
    const bool shared =
        options.method == Method::uniform || options.granularity == Granularity::network;
    if (shared) {
      judged(*from, run_.budget());
      return;
    }
    SearchOptions how = run_.search_options();
    if (subject_.scope() == FormatScope::row && subject_.problem().limits.word &&
        judged(finest_neurons(subject_, leaves, *from, how), run_.budget()))
      return;
    LayerGrids grids = uniform_grids(subject_, uniform.bits);
    for (double slack = kFirstSlack; !run_.cancelled(); slack *= kMoreSlack) {
      how.target = 1 / slack;
      auto [candidate, finer] =
          run_.watch().stage("search", [&] { return finest_layers(subject_, leaves, grids, how); });
      grids = std::move(finer);
      const bool ended = candidate.ratio > how.target;
      if (!broken_limit(candidate.design, subject_.problem().limits).empty()) return;
      if (judged(std::move(candidate), run_.budget()) || ended) return;
    }
  }

  // Whether it meets bounds and limits; keeps the nearest.
  bool judged(Candidate candidate, std::size_t most) {
    Judged result = run_.judge_grown(std::move(candidate), most);
    last_ = result.candidate.ratio;
    if (!broken_limit(result.candidate.design, subject_.problem().limits).empty()) return false;
    reach_.met = result.candidate.ratio <= 1;
    if (reach_.met || !reach_.design ||
        result.candidate.ratio < reach_.design->judged.candidate.ratio)
      reach_.design = JudgedOnTree{std::move(result), run_.tree()};
    return reach_.met;
  }

  Run& run_;
  const Subject& subject_;
  Reach reach_;
  double last_ = 0;  // ratio of what was judged last
};

}  // namespace

Reach reach(Run& run) { return Search(run).run(); }

}  // namespace certifix::optimize
