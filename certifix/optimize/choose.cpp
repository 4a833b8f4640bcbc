#include "certifix/optimize/choose.hpp"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "certifix/optimize/layer.hpp"
#include "certifix/optimize/network.hpp"
#include "certifix/optimize/neuron.hpp"
#include "certifix/optimize/uniform.hpp"
#include "certifix/optimize/weight.hpp"

namespace certifix::optimize {
namespace {

constexpr int kAttempts = 6;  // searches, each with more leaves or a smaller target
constexpr int kPatient = 2;   // of them, before the target shrinks in earnest
// Where leaves are left: a search for a design this far above its bound on the leaves there are.
// More of them may bring it below. So many attempts.
constexpr double kBold = 1.25;
constexpr int kBolder = 3;
constexpr double kStepBack = 0.98;  // of the target that would have met the bound

// By how much the target shrinks after a search whose design came out at `ratio` on the tree. The
// leaves that were missed join the working set, which alone may do; later the target has to.
double shrunken(int attempt, double ratio) {
  return attempt < kPatient ? 0.99 : std::clamp(0.995 / ratio, 0.8, 0.98);
}

UniformSearch fewest_bits(Run& run, const LeafSet& leaves, double target) {
  return run.watch().stage("search", [&] {
    return search_uniform(run.subject(), leaves, run.options().input_bits, target);
  });
}

struct Start {
  UniformSearch uniform;  // on the whole box
  LeafSet leaves;         // the working set of the tree that designs like it need
};

// Where the methods begin; nothing where no grids are found at all, or the user stops.
std::optional<Start> begin(Run& run) {
  const LeafSet whole = whole_box(run.subject());
  UniformSearch uniform = fewest_bits(run, whole, 1);
  const std::optional<Candidate>& first = uniform.found ? uniform.found : uniform.finest;
  if (!first || run.cancelled()) return std::nullopt;
  if (uniform.found) (void)run.judge_as_is(*uniform.found);
  run.split_for(*first);
  return Start{std::move(uniform), run.working_set()};
}

// Before giving up: whatever the limits allow, in a run of its own.
Choice last_resort(Run& run) {
  if (run.cancelled()) return Reach{};
  Run finest(run.subject(), run.options());
  Reach result = reach(finest);
  if (result.met) return *std::move(result.design);
  return result;
}

// A first design that is proven, whatever its cost, so that there is one when the user stops: as
// coarse as the working set allows, and a bit finer for the leaves that are not in it.
void first_design(Run& run, const LeafSet& leaves, const UniformSearch& uniform) {
  if (!run.tree() || run.best() || !uniform.found || run.cancelled()) return;
  Candidate candidate =
      uniform_candidate(run.subject(), leaves, uniform.bits + 1, run.options().input_bits, 1);
  if (run.accepts(candidate)) (void)run.judge_as_is(std::move(candidate));
}

// The best design on these leaves that starts from a uniform one; nothing if none is accepted.
std::optional<Candidate> search(Run& run, const LeafSet& leaves, UniformSearch& uniform,
                                const SearchOptions& options) {
  const Subject& subject = run.subject();
  if (run.options().granularity == Granularity::network) {
    const std::optional<Candidate>& from = uniform.found ? uniform.found : uniform.finest;
    if (!from) return std::nullopt;
    return search_network(subject, leaves, *from, uniform.bits, options);
  }
  std::optional<Candidate> reference = uniform.found;
  LayerGrids grids = uniform_grids(subject, uniform.bits);
  if (!reference && uniform.finest) {
    std::tie(uniform.finest.emplace(), grids) = finest_layers(subject, leaves, grids, options);
    if (uniform.finest->ratio <= options.target) reference = uniform.finest;
    // Rows with grids of their own may reach more, and need no design by layers.
    if (!reference && subject.scope() == FormatScope::row && subject.problem().limits.word) {
      Candidate rows = finest_neurons(subject, leaves, *uniform.finest, options);
      if (rows.ratio <= options.target && run.accepts(rows)) return rows;
    }
  }
  if (!reference || run.cancelled()) return reference;
  LayerSearch layers = search_layers(subject, leaves, *reference, grids, options);
  run.lp = std::move(layers.lp);
  return std::move(layers.best);
}

// From an accepted design to one that needs more leaves than it has, as long as the budget has
// them.
JudgedOnTree spend_leaves(Run& run, JudgedOnTree best) {
  const cost::Model& cost = run.options().cost;
  SearchOptions options = run.search_options();
  options.target = kBold;
  for (int attempt = 0; attempt < kBolder && !run.cancelled(); ++attempt) {
    if (!run.tree() || (attempt == 0 && 2 * run.tree()->leaves.size() > run.budget())) break;
    const LeafSet leaves = run.working_set();
    UniformSearch uniform = fewest_bits(run, leaves, options.target);
    std::optional<Candidate> found =
        run.watch().stage("search", [&] { return search(run, leaves, uniform, options); });
    if (!found || objective(cost, found->design) >= objective(cost, best.judged.candidate.design))
      break;
    Judged judged = run.judge_grown(std::move(*found), run.budget());
    if (run.accepts(judged.candidate)) {
      if (objective(cost, judged.candidate.design) < objective(cost, best.judged.candidate.design))
        best = {std::move(judged), run.tree()};
      continue;
    }
    // The tree has grown meanwhile, which makes up for a part of this.
    options.target = std::min(options.target,
                              std::max(1.0, kStepBack * options.target / judged.candidate.ratio));
  }
  run.set_tree(best.tree);
  return best;
}

Choice choose_layers(Run& run) {
  std::optional<Start> start = begin(run);
  if (!start) return last_resort(run);
  UniformSearch& uniform = start->uniform;
  LeafSet& leaves = start->leaves;
  SearchOptions options = run.search_options();
  // The design is chosen on a working set; where the whole tree, grown on for it, is above the
  // bound, its worst leaves join the set and the target shrinks.
  double target = 1;
  std::vector<range::FloatBox> critical;
  std::optional<JudgedOnTree> finest;  // the finest grids, where even these need a grown tree
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    options.target = target;
    if (run.tree()) uniform = fewest_bits(run, leaves, target);
    first_design(run, leaves, uniform);
    std::optional<Candidate> found =
        run.watch().stage("search", [&] { return search(run, leaves, uniform, options); });
    if (!found && run.tree() && !finest && uniform.finest && !run.cancelled()) {
      Judged judged = run.judge_grown(*uniform.finest, run.budget());
      if (!run.accepts(judged.candidate)) break;
      finest = JudgedOnTree{std::move(judged), run.tree()};
      leaves = run.working_set();
      continue;
    }
    if (!found) break;
    Judged judged = run.judge_grown(std::move(*found), run.budget());
    if (run.accepts(judged.candidate))
      return spend_leaves(run, JudgedOnTree{std::move(judged), run.tree()});
    if (!run.tree() || run.cancelled()) break;
    const std::vector<range::FloatBox> worst = run.worst(judged);
    critical.insert(critical.begin(), worst.begin(), worst.end());
    leaves = run.working_set(critical);
    target *= shrunken(attempt, judged.candidate.ratio);
  }
  if (finest) return *std::move(finest);
  if (run.best()) return *run.best();
  return last_resort(run);
}

// From a design that was judged on the tree to a cheaper one that is found on a working set. Where
// the whole tree says no, its worst leaves join the set, and the target shrinks a bit.
template <class SearchFrom>
JudgedOnTree refine(Run& run, JudgedOnTree best, const SearchFrom& search) {
  const Subject& subject = run.subject();
  const cost::Model& cost = run.options().cost;
  run.set_tree(best.tree);
  SearchOptions options = run.search_options();
  Sensitivity everywhere;
  if (best.tree)
    everywhere = run.watch().stage("search", [&] {
      return largest_sensitivity(subject, best.judged.candidate.image, all_leaves(*best.tree));
    });
  // Some more leaves may be worth it, but the design can also be chosen for those there are.
  const std::size_t growth =
      best.tree ? std::min(run.budget(), best.tree->leaves.size() * 2 + 16) : 1;
  std::vector<range::FloatBox> critical;
  for (int attempt = 0; attempt < kAttempts && !run.cancelled(); ++attempt) {
    const LeafSet leaves = run.working_set(critical);
    Candidate candidate = run.watch().stage("search", [&] {
      return search(subject, leaves, realize(subject, leaves, best.judged.candidate.plan),
                    everywhere, options);
    });
    Judged judged = run.judge_grown(std::move(candidate), growth);
    if (run.accepts(judged.candidate) &&
        objective(cost, judged.candidate.design) < objective(cost, best.judged.candidate.design))
      return {std::move(judged), run.tree()};
    if (!best.tree) break;
    const std::vector<range::FloatBox> worst = run.worst(judged);
    critical.insert(critical.begin(), worst.begin(), worst.end());
    run.set_tree(best.tree);
    options.target *= shrunken(attempt, judged.candidate.ratio);
    options.effort /= 2;  // searches that are repeated are not to take their time again
  }
  return best;
}

}  // namespace

Choice choose_uniform(Run& run) {
  const Subject& subject = run.subject();
  const std::optional<std::vector<int>>& input_bits = run.options().input_bits;
  const std::optional<Start> start = begin(run);
  if (!start) return last_resort(run);
  const LeafSet& leaves = start->leaves;
  const UniformSearch search = fewest_bits(run, leaves, 1);
  if (!search.found) return last_resort(run);
  const auto judged_at = [&](int bits) {
    return run.judge_grown(uniform_candidate(subject, leaves, bits, input_bits, 1), run.budget());
  };
  // The working set is a sample, and its tree was grown for another design: go down while the
  // whole tree, grown on, says yes.
  std::optional<JudgedOnTree> best;
  for (int bits = search.bits; !run.cancelled(); --bits) {
    if (best && !run.tree()) break;
    Judged judged = judged_at(bits);
    if (judged.candidate.ratio <= 1) {
      best = JudgedOnTree{std::move(judged), run.tree()};
      continue;
    }
    if (best) break;
    // A sample was too kind: up again.
    for (int up = bits + 1; !best && up <= bits + 4 && !run.cancelled(); ++up) {
      Judged finer = judged_at(up);
      if (finer.candidate.ratio <= 1) best = JudgedOnTree{std::move(finer), run.tree()};
    }
    break;
  }
  if (best && run.accepts(best->judged.candidate)) return *std::move(best);
  if (run.best()) return *run.best();
  return last_resort(run);
}

Choice choose_certifix(Run& run) {
  Choice chosen = choose_layers(run);
  auto* layers = std::get_if<JudgedOnTree>(&chosen);
  const Granularity granularity = run.options().granularity;
  const bool finer = granularity == Granularity::neuron || granularity == Granularity::weight;
  if (layers == nullptr || !finer) return chosen;
  JudgedOnTree neurons = refine(run, std::move(*layers), search_neurons);
  if (granularity == Granularity::neuron) return neurons;
  return refine(run, std::move(neurons), search_weights);
}

}  // namespace certifix::optimize
