#include "certifix/optimize/quantize.hpp"

#include <fmt/format.h>

#include <cmath>
#include <tuple>

#include "certifix/optimize/aster.hpp"
#include "certifix/optimize/grow.hpp"
#include "certifix/optimize/layer.hpp"
#include "certifix/optimize/network.hpp"
#include "certifix/optimize/neuron.hpp"
#include "certifix/optimize/prove.hpp"
#include "certifix/optimize/stopwatch.hpp"
#include "certifix/optimize/uniform.hpp"
#include "certifix/optimize/weight.hpp"

namespace certifix::optimize {
namespace {

using num::Rational;

constexpr std::size_t kWorst = 8;   // leaves of a working set: the worst,
constexpr std::size_t kSpread = 8;  // and others
constexpr int kAttempts = 6;        // searches, each with more leaves or a smaller target

Rational upward(double ratio, const Rational& bound) {
  return num::exact_value(num::next_up(ratio)) * bound;
}

class Job {
 public:
  Job(const spec::Problem& problem, const Options& options)
      : problem_(problem), options_(options), watch_(options.progress) {}

  Outcome run() {
    simplified_ = watch_.stage("simplify", [&] { return simplified(); });
    const auto subject = watch_.stage("ranges", [&] {
      return std::make_unique<Subject>(problem_, simplified_->network, scope(), options_.threads);
    });
    budget_ = options_.leaves.value_or(subject->leaf_budget());
    Choice chosen = choose(*subject);
    if (auto* no = std::get_if<Unreachable>(&chosen)) return std::move(*no);
    if (std::holds_alternative<Cancelled>(chosen)) return Cancelled{};
    const std::optional<Gap> gap = gap_of(*subject, std::get<Judged>(chosen));
    Outcome outcome = finish(*subject, std::get<Judged>(std::move(chosen)));
    if (auto* found = std::get_if<Quantized>(&outcome)) found->gap = gap;
    // Stopped on the way to a cheaper design: this one is proven all the same.
    if (auto* best = std::get_if<Quantized>(&outcome); best != nullptr && cancelled())
      return Cancelled{std::move(*best)};
    return outcome;
  }

 private:
  using Choice = std::variant<Judged, Unreachable, Cancelled>;  // judged on tree_

  bool cancelled() const { return options_.cancel != nullptr && options_.cancel->load(); }

  FormatScope scope() const {
    switch (options_.granularity) {
      case Granularity::network:
        return FormatScope::network;
      case Granularity::layer:
        return FormatScope::block;
      case Granularity::neuron:
      case Granularity::weight:
        return FormatScope::row;
    }
    throw Bug(__FILE__, __LINE__, "unknown granularity");
  }

  simplify::Simplified simplified() const {
    // The founding method knows the network's own layers only.
    const bool own = options_.method == Method::aster;
    return simplify::simplify(problem_.network, problem_.box,
                              {.extent = own ? simplify::Extent::none : options_.simplify});
  }

  Choice choose(const Subject& subject) {
    switch (options_.method) {
      case Method::uniform:
        return choose_uniform(subject);
      case Method::certifix:
        return choose_certifix(subject);
      case Method::aster:
        return choose_aster(subject);
    }
    throw Bug(__FILE__, __LINE__, "unknown method");
  }

  // A tree for designs like this one, and the leaves that matter for searching.
  LeafSet split_for(const Subject& subject, const Candidate& reference) {
    std::optional<split::Tree> tree = first_tree(subject, reference, budget_, watch_);
    if (!tree) return whole_box(subject);
    tree_ = std::move(tree);
    return working_set(subject, *tree_, kWorst, kSpread);
  }

  Judged judge_on_tree(const Subject& subject, Candidate candidate, std::size_t budget) {
    auto [judged, tree] =
        optimize::judge_on_tree(subject, std::move(candidate), std::move(tree_), budget, watch_);
    tree_ = std::move(tree);
    return std::move(judged);
  }

  struct Proposal {
    Judged judged;
    std::optional<split::Tree> tree;  // on which it was judged
  };

  Proposal on_grown_tree(const Subject& subject, const Candidate& candidate) {
    Judged judged = judge_on_tree(subject, candidate, budget_);
    return {std::move(judged), tree_};
  }

  Choice choose_uniform(const Subject& subject) {
    LeafSet leaves = whole_box(subject);
    UniformSearch search = fewest_bits(subject, leaves, 1);
    const std::optional<Candidate>& first = search.found ? search.found : search.finest;
    if (!first) return unreachable(subject, leaves, search);
    leaves = split_for(subject, *first);
    search = search_uniform(subject, leaves, options_.input_bits, 1);
    if (!search.found) return unreachable(subject, leaves, search);
    // The working set is a sample, and its tree was grown for another design: go down while the
    // whole tree, grown on, says yes.
    std::optional<Judged> best;
    std::optional<split::Tree> best_tree;
    for (int bits = search.bits;; --bits) {
      if (best && !tree_) break;
      Judged judged = judge_on_tree(
          subject, uniform_candidate(subject, leaves, bits, options_.input_bits, 1), budget_);
      if (judged.candidate.ratio <= 1) {
        best = std::move(judged);
        best_tree = tree_;
        continue;
      }
      if (best) break;
      // A sample was too kind: up again.
      for (int up = bits + 1; !best && up <= bits + 4; ++up) {
        Judged finer = judge_on_tree(
            subject, uniform_candidate(subject, leaves, up, options_.input_bits, 1), budget_);
        if (finer.candidate.ratio <= 1) {
          best = std::move(finer);
          best_tree = tree_;
        }
      }
      break;
    }
    if (!best || !broken_limit(best->candidate.design, problem_.limits).empty())
      return unreachable(subject, leaves, search);
    tree_ = std::move(best_tree);
    return std::move(*best);
  }

  UniformSearch fewest_bits(const Subject& subject, const LeafSet& leaves, double target) {
    return watch_.stage(
        "search", [&] { return search_uniform(subject, leaves, options_.input_bits, target); });
  }

  SearchOptions search_options() const {
    SearchOptions options;
    options.cost = options_.cost;
    options.input_bits = options_.input_bits;
    options.cancelled = [this] { return cancelled(); };
    if (options_.progress)
      options.progress = [this](std::string_view line) { options_.progress("search", line); };
    return options;
  }

  std::optional<Gap> gap_of(const Subject& subject, const Judged& judged) {
    const Candidate& candidate = judged.candidate;
    // Only the models of layers and of neurons have bounds of their own.
    if (!options_.gap || options_.method != Method::certifix || cancelled() ||
        options_.granularity == Granularity::network || options_.granularity == Granularity::weight)
      return std::nullopt;
    return watch_.stage("gap", [&] {
      // The worst of this design first: they are what the model knows.
      const LeafSet leaves =
          tree_ ? working_set(subject, *tree_, kWorst, kSpread,
                              worst_boxes(all_leaves(*tree_), judged.values, kWorst))
                : whole_box(subject);
      if (options_.granularity == Granularity::layer)
        return layer_gap(subject, leaves, candidate, search_options());
      const Sensitivity everywhere =
          tree_ ? largest_sensitivity(subject, candidate.image, all_leaves(*tree_)) : Sensitivity{};
      return neuron_gap(subject, leaves, candidate, everywhere, search_options());
    });
  }

  Choice choose_certifix(const Subject& subject) {
    Choice chosen = choose_layers(subject);
    auto* layers = std::get_if<Judged>(&chosen);
    const bool finer =
        options_.granularity == Granularity::neuron || options_.granularity == Granularity::weight;
    if (layers == nullptr || !finer) return chosen;
    Judged neurons = refine(subject, std::move(*layers), search_neurons);
    if (options_.granularity == Granularity::neuron) return neurons;
    return refine(subject, std::move(neurons), search_weights);
  }

  // From a design that was judged on tree_ to a cheaper one that is found on a working set. Where
  // the whole tree says no, its worst leaves join the set, and the target shrinks a bit.
  template <class SearchFrom>
  Judged refine(const Subject& subject, Judged best, const SearchFrom& search) {
    SearchOptions options = search_options();
    Sensitivity everywhere;
    if (tree_)
      everywhere = watch_.stage("search", [&] {
        return largest_sensitivity(subject, best.candidate.image, all_leaves(*tree_));
      });
    // Some more leaves may be worth it, but the design can also be chosen for those there are.
    const std::size_t growth = tree_ ? std::min(budget_, tree_->leaves.size() * 2 + 16) : 1;
    std::vector<range::FloatBox> critical;
    for (int attempt = 0; attempt < kAttempts && !cancelled(); ++attempt) {
      const LeafSet leaves =
          tree_ ? working_set(subject, *tree_, kWorst, kSpread, critical) : whole_box(subject);
      Candidate candidate = watch_.stage("search", [&] {
        return search(subject, leaves, realize(subject, leaves, best.candidate.plan), everywhere,
                      options);
      });
      std::optional<split::Tree> tree = tree_;
      Judged judged = judge_on_tree(subject, std::move(candidate), growth);
      if (judged.candidate.ratio <= 1 &&
          broken_limit(judged.candidate.design, problem_.limits).empty() &&
          objective(options_.cost, judged.candidate.design) <
              objective(options_.cost, best.candidate.design))
        return judged;
      if (!tree) break;
      const std::vector<range::FloatBox> worst =
          worst_boxes(all_leaves(*tree_), judged.values, kWorst);
      critical.insert(critical.begin(), worst.begin(), worst.end());
      tree_ = std::move(tree);
      options.target *= std::clamp(0.995 / judged.candidate.ratio, 0.8, 0.98);
      options.effort /= 2;  // searches that are repeated are not to take their time again
    }
    return best;
  }

  // The best design on these leaves that starts from a uniform one; nothing if none is accepted.
  std::optional<Candidate> search(const Subject& subject, const LeafSet& leaves,
                                  UniformSearch& uniform, const SearchOptions& options) {
    if (options_.granularity == Granularity::network) {
      const std::optional<Candidate>& from = uniform.found ? uniform.found : uniform.finest;
      if (!from) return std::nullopt;
      return search_network(subject, leaves, *from, uniform.bits, options);
    }
    std::optional<Candidate> reference = uniform.found;
    LayerGrids grids = uniform_grids(subject, uniform.bits);
    if (!reference && uniform.finest) {
      std::tie(uniform.finest.emplace(), grids) = finest_layers(subject, leaves, grids, options);
      if (uniform.finest->ratio <= options.target) reference = uniform.finest;
    }
    if (cancelled() || !reference) return std::nullopt;
    LayerSearch layers = search_layers(subject, leaves, *reference, grids, options);
    lp_ = std::move(layers.lp);
    return std::move(layers.best);
  }

  Choice choose_layers(const Subject& subject) {
    LeafSet leaves = whole_box(subject);
    SearchOptions options = search_options();
    UniformSearch uniform = fewest_bits(subject, leaves, 1);
    const std::optional<Candidate>& first = uniform.found ? uniform.found : uniform.finest;
    if (!first) return unreachable(subject, leaves, uniform);
    leaves = split_for(subject, *first);
    // The design is chosen on a working set; where the whole tree, grown on for it, is above the
    // bound, its worst leaves join the set and the target shrinks.
    double target = 1;
    std::vector<range::FloatBox> critical;
    std::optional<Proposal> finest;  // the finest grids, where even these need a grown tree
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      options.target = target;
      if (tree_) uniform = fewest_bits(subject, leaves, target);
      std::optional<Candidate> found =
          watch_.stage("search", [&] { return search(subject, leaves, uniform, options); });
      if (cancelled()) return Cancelled{};
      if (!found && tree_ && !finest && uniform.finest) {
        finest = on_grown_tree(subject, *uniform.finest);
        if (finest->judged.candidate.ratio <= 1 &&
            broken_limit(finest->judged.candidate.design, problem_.limits).empty()) {
          leaves = working_set(subject, *tree_, kWorst, kSpread);
          continue;
        }
        finest.reset();
      }
      if (!found) break;
      Judged judged = judge_on_tree(subject, std::move(*found), budget_);
      if (judged.candidate.ratio <= 1 &&
          broken_limit(judged.candidate.design, problem_.limits).empty())
        return judged;
      if (!tree_) break;
      const std::vector<range::FloatBox> worst =
          worst_boxes(all_leaves(*tree_), judged.values, kWorst);
      critical.insert(critical.begin(), worst.begin(), worst.end());
      leaves = working_set(subject, *tree_, kWorst, kSpread, critical);
      target *= std::clamp(0.995 / judged.candidate.ratio, 0.8, 0.98);
    }
    if (!finest) return unreachable(subject, leaves, uniform);
    tree_ = std::move(finest->tree);
    return std::move(finest->judged);
  }

  Choice choose_aster(const Subject& subject) {
    AsterOutcome outcome =
        watch_.stage("search", [&] { return aster(problem_, options_.aster, Rational(1), &lp_); });
    if (const auto* no = std::get_if<AsterInfeasible>(&outcome)) {
      Unreachable result;
      result.reason = "the paper's model has no assignment: " + no->reason;
      result.remedy =
          "another setting (--aster-input-fraction, --aster-fraction), or --method certifix";
      result.solver_proved = no->proved;
      result.lp = std::move(lp_);
      return result;
    }
    const LeafSet leaves = whole_box(subject);
    Candidate candidate =
        realize(subject, leaves, std::get<AsterAssignment>(std::move(outcome)).plan);
    if (candidate.ratio > 1) split_for(subject, candidate);
    Judged judged = judge_on_tree(subject, std::move(candidate), budget_);
    Unreachable no;
    no.remedy = "a larger --max-word or --max-accumulator, or --method certifix";
    no.reason = broken_limit(judged.candidate.design, problem_.limits);
    if (!no.reason.empty()) {
      no.reason = "the paper's assignment needs " + no.reason;
      return no;
    }
    if (judged.candidate.ratio > 1) {
      no.reason = fmt::format("the paper's assignment is proven to {:.4f} of the bound only",
                              judged.candidate.ratio);
      return no;
    }
    return judged;
  }

  std::vector<Leaf> leaves_of_tree(const Subject& subject) const {
    if (tree_) return all_leaves(*tree_);
    return {{subject.box(), std::nullopt}};
  }

  // The checker's figures are a hair below the analysis', so that it agrees.
  Outcome finish(const Subject& subject, Judged judged) {
    const std::vector<Leaf> leaves = leaves_of_tree(subject);
    auto proof = watch_.stage("check", [&] {
      return prove(problem_, certificate(subject, *simplified_, judged, tree_), options_.threads);
    });
    if (const auto* rejected = std::get_if<check::Rejected>(&proof))
      throw Bug(__FILE__, __LINE__,
                fmt::format("the checker refused what the analysis had accepted: {} at {}: {}",
                            check::id(rejected->rule), rejected->where, rejected->detail));
    Proof& proven = std::get<Proof>(proof);
    const std::size_t worst =
        std::max_element(judged.values.begin(), judged.values.end()) - judged.values.begin();
    Quantized result{.accepted = std::move(proven.accepted),
                     .problem_text = std::move(proven.problem_text),
                     .certificate_text = std::move(proven.certificate_text),
                     .shares = shares(subject, judged.candidate, leaves[worst]),
                     .simplified = simplified_->statistics,
                     .ranges = {},
                     .seconds = {},
                     .lp = std::move(lp_),
                     .gap = {}};
    const range::Ranges ranges = range::ranges(subject.network(), subject.box());
    for (const auto& block : ranges.pre) {
      result.ranges.emplace_back();
      for (const num::Enclosure e : block) result.ranges.back().emplace_back(e.lower, e.upper);
    }
    result.seconds = watch_.seconds();
    return result;
  }

  // The smallest bound of the finest design, proven by the checker under bounds that it meets.
  Unreachable unreachable(const Subject& subject, const LeafSet& leaves,
                          const UniformSearch& search) {
    Unreachable result;
    result.reason = "no design within the limits is proven to meet the bound: " + search.limit;
    result.remedy =
        "a larger --max-word or --max-accumulator, a larger --error, or a smaller --box";
    if (!search.finest || !std::isfinite(search.finest->ratio)) return result;
    result.dominated_by = dominating(shares(subject, *search.finest, leaves.leaves[0]));
    Judged judged = judge(subject, leaves_of_tree(subject), *search.finest);
    spec::Problem relaxed = problem_;
    for (spec::Functional& functional : relaxed.functionals)
      functional.bound = upward(judged.candidate.ratio, functional.bound);
    auto proof =
        prove(relaxed, certificate(subject, *simplified_, judged, tree_), options_.threads);
    if (const auto* proven = std::get_if<Proof>(&proof)) {
      Rational smallest = 0;
      for (const Rational& p : proven->accepted.theorem.proven) smallest = std::max(smallest, p);
      result.smallest_bound = smallest;
    }
    return result;
  }

  const spec::Problem& problem_;
  const Options& options_;
  Stopwatch watch_;
  std::optional<simplify::Simplified> simplified_;
  std::size_t budget_ = 1;
  std::optional<split::Tree> tree_;  // empty: the box is one leaf
  std::string lp_;
};

}  // namespace

Outcome quantize(const spec::Problem& problem, const Options& options) {
  return Job(problem, options).run();
}

}  // namespace certifix::optimize
