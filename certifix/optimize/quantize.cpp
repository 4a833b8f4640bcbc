#include "certifix/optimize/quantize.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <tuple>

#include "certifix/optimize/aster.hpp"
#include "certifix/optimize/layer.hpp"
#include "certifix/optimize/prove.hpp"
#include "certifix/optimize/uniform.hpp"

namespace certifix::optimize {
namespace {

using num::Rational;

// Seconds per stage, for timing.json alone: nothing depends on them.
class Stopwatch {
 public:
  explicit Stopwatch(const Progress& progress) : progress_(progress) {}

  template <class Work>
  auto stage(const char* name, Work work) {
    if (progress_) progress_(name, "");
    const auto start = std::chrono::steady_clock::now();
    auto result = work();
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    for (auto& [known, seconds] : seconds_) {
      if (known != name) continue;
      seconds += elapsed.count();
      return result;
    }
    seconds_.emplace_back(name, elapsed.count());
    return result;
  }

  const std::vector<std::pair<std::string, double>>& seconds() const { return seconds_; }

 private:
  const Progress& progress_;
  std::vector<std::pair<std::string, double>> seconds_;
};

// The functional that comes closest to its bound.
std::size_t worst_functional(const spec::Problem& problem, const error::Analysis& analysis) {
  std::size_t worst = 0;
  double ratio = -1;
  for (std::size_t f = 0; f < problem.functionals.size(); ++f) {
    const double r =
        analysis.functional[f].magnitude() / num::enclose(problem.functionals[f].bound).lower;
    if (r > ratio) {
      ratio = r;
      worst = f;
    }
  }
  return worst;
}

// |H| times the radius of each source; the middles are in the biases.
Shares shares(const Subject& subject, const Candidate& candidate) {
  const error::Analysis& analysis = candidate.analysis;
  const auto& sensitivity = analysis.sensitivity[worst_functional(subject.problem(), analysis)];
  const auto radius = [](num::Enclosure e) { return (e.upper - e.lower) / 2; };
  Shares result;
  for (std::size_t i = 0; i < sensitivity[0].size(); ++i)
    result.inputs += sensitivity[0][i] * radius(analysis.error[0][i]);
  for (std::size_t b = 1; b < sensitivity.size(); ++b) {
    const design::Block& block = candidate.design.blocks[b - 1];
    BlockShares share{subject.problem().network.block(b).name, 0, 0};
    for (std::size_t i = 0; i < sensitivity[b].size(); ++i) {
      share.weights += sensitivity[b][i] * radius(analysis.weight_source[b][i]);
      share.rounding +=
          sensitivity[b][i] *
          radius(error::output_rounding(block.rows[i].accumulator_lsb, block.rows[i].output.lsb));
    }
    result.blocks.push_back(std::move(share));
  }
  return result;
}

std::string dominating(const Shares& shares) {
  std::string result = "rounding of the inputs";
  double largest = shares.inputs;
  for (const BlockShares& block : shares.blocks) {
    if (block.weights > largest) {
      largest = block.weights;
      result = fmt::format("rounded weights of block '{}'", block.name);
    }
    if (block.rounding > largest) {
      largest = block.rounding;
      result = fmt::format("rounded outputs of block '{}'", block.name);
    }
  }
  return result;
}

Rational upward(double ratio, const Rational& bound) {
  return num::exact_value(num::next_up(ratio)) * bound;
}

class Job {
 public:
  Job(const spec::Problem& problem, const Options& options)
      : problem_(problem), options_(options), watch_(options.progress) {}

  Outcome run() {
    const Subject subject =
        watch_.stage("ranges", [&] { return Subject(problem_, FormatScope::block); });
    // The checker's figures are a hair below the analysis', so one round is the rule. Should it
    // refuse all the same, the target shrinks and the search is run again.
    double target = 1;
    for (int attempt = 0; attempt < 8; ++attempt) {
      std::variant<Candidate, Unreachable, Cancelled> chosen =
          watch_.stage("search", [&] { return choose(subject, target); });
      if (auto* no = std::get_if<Unreachable>(&chosen)) return std::move(*no);
      if (std::holds_alternative<Cancelled>(chosen)) return Cancelled{};
      Candidate& candidate = std::get<Candidate>(chosen);
      auto proof = watch_.stage(
          "check", [&] { return prove(problem_, candidate.design, options_.threads); });
      if (auto* proven = std::get_if<Proof>(&proof)) return found(subject, candidate, *proven);
      const check::Rejected& rejected = std::get<check::Rejected>(proof);
      last_rejection_ =
          fmt::format("{} at {}: {}", check::id(rejected.rule), rejected.where, rejected.detail);
      if (rejected.rule != check::Rule::bound) break;
      target *= 1 - std::ldexp(1.0, 2 * attempt - 20);
    }
    throw Bug(__FILE__, __LINE__,
              "the checker refused what the analysis had accepted: " + last_rejection_);
  }

 private:
  using Choice = std::variant<Candidate, Unreachable, Cancelled>;

  bool cancelled() const { return options_.cancel != nullptr && options_.cancel->load(); }

  Choice choose(const Subject& subject, double target) {
    switch (options_.method) {
      case Method::uniform:
        return choose_uniform(subject, target);
      case Method::certifix:
        return choose_layers(subject, target);
      case Method::aster:
        return choose_aster(subject, target);
    }
    throw Bug(__FILE__, __LINE__, "unknown method");
  }

  Choice choose_uniform(const Subject& subject, double target) {
    UniformSearch search = search_uniform(subject, options_.input_bits, target);
    if (search.found) return std::move(*search.found);
    return unreachable(subject, search);
  }

  Choice choose_layers(const Subject& subject, double target) {
    LayerOptions options;
    options.input_bits = options_.input_bits;
    options.target = target;
    options.cancelled = [this] { return cancelled(); };
    UniformSearch search = search_uniform(subject, options_.input_bits, target);
    std::optional<Candidate> reference = std::move(search.found);
    LayerGrids grids = uniform_grids(subject, search.bits);
    if (!reference && search.finest) {
      std::tie(search.finest.emplace(), grids) = finest_layers(subject, grids, options);
      if (search.finest->ratio <= target) reference = search.finest;
    }
    if (cancelled()) return Cancelled{};
    if (!reference) return unreachable(subject, search);
    if (options_.progress)
      options.progress = [this](std::string_view line) { options_.progress("search", line); };
    LayerSearch layers = search_layers(subject, *reference, grids, options);
    lp_ = std::move(layers.lp);
    if (cancelled()) return Cancelled{};
    return std::move(layers.best);
  }

  Choice choose_aster(const Subject& subject, double target) {
    AsterOutcome outcome = aster(problem_, options_.aster, num::exact_value(target), &lp_);
    if (const auto* no = std::get_if<AsterInfeasible>(&outcome)) {
      Unreachable result;
      result.reason = "the paper's model has no assignment: " + no->reason;
      result.remedy =
          "another setting (--aster-input-fraction, --aster-fraction), or --method certifix";
      result.solver_proved = no->proved;
      result.lp = std::move(lp_);
      return result;
    }
    Candidate candidate = realize(subject, std::get<AsterAssignment>(outcome).plan);
    if (const std::string broken = broken_limit(candidate.design, problem_.limits);
        !broken.empty()) {
      Unreachable result;
      result.reason = "the paper's assignment needs " + broken;
      result.remedy = "a larger --max-word or --max-accumulator, or --method certifix";
      return result;
    }
    return candidate;
  }

  // The smallest bound of the finest design, proven by the checker under bounds that it meets.
  Unreachable unreachable(const Subject& subject, const UniformSearch& search) {
    Unreachable result;
    result.reason = "no design within the limits is proven to meet the bound: " + search.limit;
    result.remedy =
        "a larger --max-word or --max-accumulator, a larger --error, or a smaller --box";
    if (!search.finest || !std::isfinite(search.finest->ratio)) return result;
    const Candidate& finest = *search.finest;
    result.dominated_by = dominating(shares(subject, finest));
    spec::Problem relaxed = problem_;
    for (spec::Functional& functional : relaxed.functionals)
      functional.bound = upward(finest.ratio, functional.bound);
    auto proof = prove(relaxed, finest.design, options_.threads);
    if (const auto* proven = std::get_if<Proof>(&proof)) {
      Rational smallest = 0;
      for (const Rational& p : proven->accepted.theorem.proven) smallest = std::max(smallest, p);
      result.smallest_bound = smallest;
    }
    return result;
  }

  Quantized found(const Subject& subject, const Candidate& candidate, Proof& proof) {
    Quantized result{.accepted = std::move(proof.accepted),
                     .problem_text = std::move(proof.problem_text),
                     .certificate_text = std::move(proof.certificate_text),
                     .shares = shares(subject, candidate),
                     .ranges = {},
                     .seconds = watch_.seconds(),
                     .lp = std::move(lp_)};
    for (const auto& block : subject.ranges().pre) {
      result.ranges.emplace_back();
      for (const num::Enclosure e : block) result.ranges.back().emplace_back(e.lower, e.upper);
    }
    return result;
  }

  const spec::Problem& problem_;
  const Options& options_;
  Stopwatch watch_;
  std::string lp_;
  std::string last_rejection_;
};

}  // namespace

Outcome quantize(const spec::Problem& problem, const Options& options) {
  return Job(problem, options).run();
}

}  // namespace certifix::optimize
