#include "certifix/optimize/analyze.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "certifix/optimize/grow.hpp"
#include "certifix/optimize/layer.hpp"
#include "certifix/optimize/prove.hpp"
#include "certifix/optimize/stopwatch.hpp"
#include "certifix/simplify/box_tree.hpp"
#include "certifix/simplify/stability.hpp"

namespace certifix::optimize {
namespace {

using num::Enclosure;
using num::Rational;

// A layer in messages, as users count: "layer 2, 'h2'".
std::string layer_name(const net::Network& network, std::size_t b) {
  return fmt::format("layer {}, '{}'", b, network.block(b).name);
}

// One number for each layer.
std::vector<int> per_layer(const std::vector<int>& bits, const net::Network& implemented,
                           const net::Network& own, const std::string& option) {
  const std::size_t layers = implemented.block_count() - 1;
  if (bits.size() == 1) return std::vector<int>(layers, bits[0]);
  if (bits.size() == layers) return bits;
  std::string names;
  for (std::size_t b = 1; b <= layers; ++b)
    names += (b == 1 ? "'" : ", '") + implemented.block(b).name + "'";
  const bool fewer = layers < own.block_count() - 1;
  throw Error(
      ErrorCode::usage,
      fmt::format("{} has {} numbers, the network{} {} layer{}: {}", option, bits.size(),
                  fewer ? ", simplified on the box," : "", layers, layers == 1 ? "" : "s", names),
      {},
      fmt::format(
          "give one number for all layers, or one for each{}",
          fewer ? fmt::format("; with --no-simplify there are {}", own.block_count() - 1) : ""));
}

// The ranges before activation, joined over the leaves.
std::vector<std::vector<std::pair<double, double>>> ends(
    const range::FloatNetwork& network, const std::vector<range::FloatBox>& boxes) {
  simplify::PreRanges all;
  for (const range::FloatBox& box : boxes) {
    simplify::PreRanges here = range::ranges(network, box).pre;
    if (all.empty())
      all = std::move(here);
    else
      simplify::join(all, here);
  }
  std::vector<std::vector<std::pair<double, double>>> result;
  for (const std::vector<Enclosure>& block : all) {
    result.emplace_back();
    for (const Enclosure e : block) result.back().emplace_back(e.lower, e.upper);
  }
  return result;
}

// What is not finite, if anything: without that no design has a meaning.
std::optional<Unbounded> unbounded(const Subject& subject, const LeafSet& leaves,
                                   const Candidate& candidate) {
  const net::Network& network = subject.problem().network;
  for (std::size_t b = 1; b < network.block_count(); ++b)
    for (const Enclosure e : leaves.hull.pre[b])
      if (!std::isfinite(e.lower) || !std::isfinite(e.upper))
        return Unbounded{"the values of the network on this box have no finite bound in doubles",
                         layer_name(network, b),
                         "a smaller --box, or a network with smaller weights"};
  if (std::isfinite(candidate.ratio)) return std::nullopt;
  return Unbounded{"the error of these formats has no finite bound in doubles",
                   layer_name(network, network.block_count() - 1),
                   "more --weight-bits or --activation-bits, or a smaller --box"};
}

class Analysis {
 public:
  Analysis(const spec::Problem& problem, const AnalyzeOptions& options)
      : problem_(problem), options_(options), watch_(options.progress) {
    set_bounds(std::vector<Rational>(problem.functionals.size(), Rational(1)));
  }

  AnalyzeOutcome run() {
    simplified_ = watch_.stage("simplify", [&] {
      return simplify::simplify(problem_.network, problem_.box, {.extent = options_.simplify});
    });
    grids_ = layer_grids();
    const auto subject = watch_.stage("ranges", [&] { return make_subject(); });
    const LeafSet whole = whole_box(*subject);
    Candidate candidate = watch_.stage("realise", [&] {
      return realize(*subject, whole, layer_plan(*subject, grids_, input_bits()));
    });
    if (auto no = unbounded(*subject, whole, candidate)) return *std::move(no);
    const std::size_t budget = options_.leaves.value_or(subject->leaf_budget());
    if (budget <= 1 || candidate.unstable == 0)
      return conclude(*subject, *subject,
                      {judge(*subject, whole.leaves, std::move(candidate)), {}});
    // Each output on its own scale, so that the outputs with large errors do not take all the
    // leaves: a ratio of 1 means as near as splitting need bring it.
    set_bounds(near_floors(*subject, whole, candidate));
    const auto scaled = watch_.stage("ranges", [&] { return make_subject(); });
    candidate = judge(*scaled, whole.leaves, std::move(candidate)).candidate;
    std::optional<split::Tree> tree = first_tree(*scaled, candidate, budget, watch_);
    return conclude(*subject, *scaled,
                    judge_on_tree(*scaled, std::move(candidate), std::move(tree), budget, watch_));
  }

 private:
  void set_bounds(const std::vector<Rational>& bounds) {
    for (std::size_t f = 0; f < bounds.size(); ++f) problem_.functionals[f].bound = bounds[f];
  }

  std::unique_ptr<Subject> make_subject() const {
    return std::make_unique<Subject>(problem_, simplified_->network, FormatScope::block,
                                     options_.threads);
  }

  LayerGrids layer_grids() const {
    const net::Network& implemented = simplified_->network;
    return {
        options_.activation_bits[0],
        per_layer(options_.weight_bits, implemented, problem_.network, "--weight-bits"),
        per_layer(options_.activation_bits, implemented, problem_.network, "--activation-bits")};
  }

  // One an input.
  std::vector<int> input_bits() const {
    if (options_.input_bits && options_.input_bits->size() > 1) return *options_.input_bits;
    const int bits = options_.input_bits ? (*options_.input_bits)[0] : options_.activation_bits[0];
    return std::vector<int>(problem_.network.input_count(), bits);
  }

  // Per functional 1.1 times the error that no splitting removes. An output that the samples of it
  // hardly move gets a share of its bound on the whole box.
  std::vector<Rational> near_floors(const Subject& subject, const LeafSet& whole,
                                    const Candidate& candidate) const {
    constexpr double kNear = 1.1, kLeastShare = 1e-3;
    const std::vector<double> floors = error_floors(subject, candidate.image);
    const Sweep sweep = optimize::sweep(subject, candidate.image, whole.leaves, 1e300);
    std::vector<Rational> bounds;
    for (std::size_t f = 0; f < floors.size(); ++f) {
      const double bound =
          std::max(kNear * floors[f], kLeastShare * sweep.functional[f].magnitude());
      bounds.push_back(bound > 0 ? num::exact_value(bound) : Rational(1));
    }
    return bounds;
  }

  // judged: by the scaled subject; in `subject` every bound is 1.
  AnalyzeOutcome conclude(const Subject& subject, const Subject& scaled, JudgedOnTree result) {
    const Judged& judged = result.judged;
    const std::optional<split::Tree>& tree = result.tree;
    Proof proof = watch_.stage("check", [&] { return proven(scaled, judged, tree); });
    auto implemented = ends(subject.network(), boxes(subject, tree));
    return Analyzed{
        .accepted = std::move(proof.accepted),
        .simplified = simplified_->statistics,
        .weight_bits = grids_.weight,
        .network = options_.simplify != simplify::Extent::none ? own_ranges() : implemented,
        .implemented = std::move(implemented),
        .unstable = unstable_rows(subject, judged.candidate),
        .shares = shares(subject, judged.candidate, worst_leaf(subject, judged, tree))};
  }

  static std::vector<range::FloatBox> boxes(const Subject& subject,
                                            const std::optional<split::Tree>& tree) {
    if (!tree) return {subject.box()};
    std::vector<range::FloatBox> result;
    for (const split::OpenLeaf& leaf : tree->leaves) result.push_back(leaf.box);
    return result;
  }

  // Of the network that was simplified, on the leaves on which the claims were proven: its neurons
  // are seen as the simplification saw them.
  std::vector<std::vector<std::pair<double, double>>> own_ranges() const {
    std::vector<range::FloatBox> leaves;
    for (const spec::Box& leaf : simplify::leaf_boxes(simplified_->tree, problem_.box))
      leaves.push_back(range::float_box(leaf));
    return ends(range::to_float(problem_.network), leaves);
  }

  // Under bounds that the design meets by far, since the theorem has the error that was proven.
  Proof proven(const Subject& subject, const Judged& judged,
               const std::optional<split::Tree>& tree) const {
    spec::Problem met = problem_;
    const Rational factor = Rational(1) + num::exact_value(num::next_up(judged.candidate.ratio));
    for (spec::Functional& functional : met.functionals) functional.bound *= factor;
    auto proof = prove(met, certificate(subject, *simplified_, judged, tree), options_.threads);
    if (const auto* rejected = std::get_if<check::Rejected>(&proof))
      throw Bug(__FILE__, __LINE__,
                fmt::format("the checker refused what the analysis had accepted: {} at {}: {}",
                            check::id(rejected->rule), rejected->where, rejected->detail));
    return std::get<Proof>(std::move(proof));
  }

  std::vector<std::size_t> unstable_rows(const Subject& subject, const Candidate& candidate) const {
    const range::RealNetwork real(subject.network(), subject.box());
    return error::analyze(subject.problem(), candidate.image, real, subject.effort()).unstable;
  }

  // Where the largest error of all outputs is largest.
  Leaf worst_leaf(const Subject& subject, const Judged& judged,
                  const std::optional<split::Tree>& tree) const {
    if (!tree) return {subject.box(), std::nullopt};
    const std::vector<Leaf> leaves = all_leaves(*tree);
    const std::vector<double> values =
        problem_.functionals.size() == 1
            ? judged.values
            : optimize::sweep(subject, judged.candidate.image, leaves, 1e300).values;
    return leaves[std::max_element(values.begin(), values.end()) - values.begin()];
  }

  spec::Problem problem_;  // with bounds of our own
  const AnalyzeOptions& options_;
  Stopwatch watch_;
  std::optional<simplify::Simplified> simplified_;
  LayerGrids grids_;
};

}  // namespace

AnalyzeOutcome analyze(const spec::Problem& problem, const AnalyzeOptions& options) {
  CERTIFIX_CHECK(!options.weight_bits.empty() && !options.activation_bits.empty(),
                 "formats are given");
  CERTIFIX_CHECK(!problem.limits.word && !problem.limits.accumulator,
                 "formats that the user brings know no limits");
  return Analysis(problem, options).run();
}

}  // namespace certifix::optimize
