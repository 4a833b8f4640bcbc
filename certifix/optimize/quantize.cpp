#include "certifix/optimize/quantize.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "certifix/optimize/aster.hpp"
#include "certifix/optimize/choose.hpp"
#include "certifix/optimize/explain.hpp"
#include "certifix/optimize/neuron_model.hpp"
#include "certifix/optimize/prove.hpp"
#include "certifix/optimize/run.hpp"

namespace certifix::optimize {
namespace {

using num::Rational;

FormatScope scope(Granularity granularity) {
  switch (granularity) {
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

simplify::Simplified simplified(const spec::Problem& problem, const Options& options) {
  // The founding method knows the network's own layers only.
  const bool own = options.method == Method::aster;
  return simplify::simplify(problem.network, problem.box,
                            {.extent = own ? simplify::Extent::none : options.simplify});
}

// One bound of one problem, from the choice of a method to the checker's verdict.
class Job {
 public:
  Job(const spec::Problem& problem, const simplify::Simplified& simplified, const Subject& subject,
      const Options& options, std::optional<split::Tree> start)
      : problem_(problem),
        simplified_(simplified),
        subject_(subject),
        options_(options),
        run_(subject, options, std::move(start)) {}

  Outcome run() {
    if (run_.cancelled()) return Cancelled{};
    Answer answer = choose();
    if (run_.cancelled()) {
      if (!run_.best()) return Cancelled{};
      return Cancelled{finish(*run_.best())};
    }
    if (const auto* within = std::get_if<Reach>(&answer)) {
      Unreachable no = explain(problem_, simplified_, run_, *within);
      no.lp = std::move(run_.lp);
      return no;
    }
    if (auto* no = std::get_if<Unreachable>(&answer)) return std::move(*no);
    const JudgedOnTree& chosen = std::get<JudgedOnTree>(answer);
    const std::optional<Gap> gap = gap_of(chosen);
    Quantized quantized = finish(chosen);
    quantized.gap = gap;
    // Stopped on the way to the gap or the verdict: this design is proven all the same.
    if (run_.cancelled()) return Cancelled{std::move(quantized)};
    return quantized;
  }

  const std::optional<split::Tree>& first_tree() const { return run_.first_tree(); }

 private:
  using Answer = std::variant<JudgedOnTree, Reach, Unreachable>;

  Answer choose() {
    const auto answer = [](Choice choice) {
      return std::visit([](auto&& value) { return Answer(std::move(value)); }, std::move(choice));
    };
    switch (options_.method) {
      case Method::uniform:
        return answer(choose_uniform(run_));
      case Method::certifix:
        return answer(choose_certifix(run_));
      case Method::aster:
        return choose_aster();
    }
    throw Bug(__FILE__, __LINE__, "unknown method");
  }

  std::optional<Gap> gap_of(const JudgedOnTree& chosen) {
    const Candidate& candidate = chosen.judged.candidate;
    // Only the models of layers and of neurons have bounds of their own.
    if (!options_.gap || options_.method != Method::certifix || run_.cancelled() ||
        options_.granularity == Granularity::network || options_.granularity == Granularity::weight)
      return std::nullopt;
    run_.set_tree(chosen.tree);
    return run_.watch().stage("gap", [&] {
      // The worst of this design first: they are what the model knows.
      const LeafSet leaves = run_.working_set(run_.worst(chosen.judged));
      if (options_.granularity == Granularity::layer)
        return layer_gap(subject_, leaves, candidate, run_.search_options());
      const Sensitivity everywhere =
          chosen.tree ? largest_sensitivity(subject_, candidate.image, all_leaves(*chosen.tree))
                      : Sensitivity{};
      return neuron_gap(subject_, leaves, candidate, everywhere, run_.search_options());
    });
  }

  Answer choose_aster() {
    AsterOutcome outcome = run_.watch().stage("search", [&] {
      return aster(problem_, options_.aster, Rational(1), &run_.lp, options_.solver);
    });
    if (const auto* no = std::get_if<AsterInfeasible>(&outcome)) {
      Unreachable result;
      result.reason = "the paper's model has no assignment: " + no->reason;
      result.remedy =
          "another setting (--aster-input-fraction, --aster-fraction), or --method certifix";
      result.solver_proved = no->proved;
      result.lp = std::move(run_.lp);
      return result;
    }
    const LeafSet leaves = whole_box(subject_);
    Candidate candidate =
        realize(subject_, leaves, std::get<AsterAssignment>(std::move(outcome)).plan);
    if (candidate.ratio > 1) run_.split_for(candidate);
    Judged judged = run_.judge_grown(std::move(candidate), run_.budget());
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
    return JudgedOnTree{std::move(judged), run_.tree()};
  }

  // The checker's figures are a hair below the analysis', so that it agrees.
  Quantized finish(const JudgedOnTree& chosen) {
    const Judged& judged = chosen.judged;
    const std::optional<split::Tree>& tree = chosen.tree;
    auto proof = run_.watch().stage("check", [&] {
      return prove(problem_, certificate(subject_, simplified_, judged, tree), options_.threads);
    });
    if (const auto* rejected = std::get_if<check::Rejected>(&proof))
      throw Bug(__FILE__, __LINE__,
                fmt::format("the checker refused what the analysis had accepted: {} at {}: {}",
                            check::id(rejected->rule), rejected->where, rejected->detail));
    Proof& proven = std::get<Proof>(proof);
    const std::vector<Leaf> leaves =
        tree ? all_leaves(*tree) : std::vector<Leaf>{{subject_.box(), std::nullopt}};
    const std::size_t worst =
        std::max_element(judged.values.begin(), judged.values.end()) - judged.values.begin();
    Quantized result{.accepted = std::move(proven.accepted),
                     .problem_text = std::move(proven.problem_text),
                     .certificate_text = std::move(proven.certificate_text),
                     .shares = shares(subject_, judged.candidate, leaves[worst]),
                     .simplified = simplified_.statistics,
                     .ranges = {},
                     .seconds = {},
                     .lp = std::move(run_.lp),
                     .gap = {}};
    const range::Ranges ranges = range::ranges(subject_.network(), subject_.box());
    for (const auto& block : ranges.pre) {
      result.ranges.emplace_back();
      for (const num::Enclosure e : block) result.ranges.back().emplace_back(e.lower, e.upper);
    }
    result.seconds = run_.watch().seconds();
    return result;
  }

  const spec::Problem& problem_;
  const simplify::Simplified& simplified_;
  const Subject& subject_;
  const Options& options_;
  Run run_;
};

}  // namespace

// What designs share whatever their bounds.
class Quantizer::Prepared {
 public:
  Prepared(const spec::Problem& problem, const Options& options)
      : watch_(options.progress),
        simplified_(
            watch_.stage("simplify", [&] { return optimize::simplified(problem, options); })),
        subject_(watch_.stage("ranges", [&] {
          return std::make_unique<Subject>(problem, simplified_.network, scope(options.granularity),
                                           options.threads);
        })) {}

  // Seconds of the preparation count to the first bound.
  Outcome run(const spec::Problem& problem, const Options& options) {
    const Subject subject(*subject_, problem.functionals, problem.limits);
    Job job(problem, simplified_, subject, options, tree_);
    Outcome outcome = job.run();
    if (job.first_tree()) tree_ = job.first_tree();
    add_seconds(outcome);
    return outcome;
  }

 private:
  void add_seconds(Outcome& outcome) {
    auto* quantized = std::get_if<Quantized>(&outcome);
    if (auto* cancelled = std::get_if<Cancelled>(&outcome); cancelled && cancelled->best)
      quantized = &*cancelled->best;
    if (quantized == nullptr || counted_) return;
    quantized->seconds.insert(quantized->seconds.begin(), watch_.seconds().begin(),
                              watch_.seconds().end());
    counted_ = true;
  }

  Stopwatch watch_;
  bool counted_ = false;
  simplify::Simplified simplified_;
  std::unique_ptr<const Subject> subject_;
  std::optional<split::Tree> tree_;
};

Quantizer::Quantizer(const spec::Problem& problem, const Options& options)
    : problem_(problem), options_(options) {}

Quantizer::~Quantizer() = default;

Outcome Quantizer::run(const std::vector<Rational>& bounds) {
  CERTIFIX_CHECK(bounds.size() == 1 || bounds.size() == problem_.functionals.size(),
                 "one bound for all functionals, or one for each");
  if (!prepared_) prepared_ = std::make_unique<Prepared>(problem_, options_);
  spec::Problem problem = problem_;
  for (std::size_t f = 0; f < problem.functionals.size(); ++f)
    problem.functionals[f].bound = bounds[bounds.size() == 1 ? 0 : f];
  return prepared_->run(problem, options_);
}

Outcome quantize(const spec::Problem& problem, const Options& options) {
  std::vector<Rational> bounds;
  for (const spec::Functional& functional : problem.functionals) bounds.push_back(functional.bound);
  return Quantizer(problem, options).run(bounds);
}

}  // namespace certifix::optimize
