#include "certifix/attack/attack.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <set>
#include <utility>

#include "certifix/attack/climb.hpp"
#include "certifix/attack/exploration.hpp"
#include "certifix/attack/objective.hpp"
#include "certifix/attack/run_jobs.hpp"
#include "certifix/attack/worst_points.hpp"
#include "certifix/base/error.hpp"
#include "certifix/executor/executor.hpp"
#include "certifix/semantics/evaluate.hpp"

namespace certifix::attack {
namespace {

using num::Rational;
using Input = std::vector<Rational>;

constexpr std::uint64_t kClimbStage = 2;  // names the random streams of climbing
constexpr std::size_t kMostStarts = 32;
// A climb of the first round has at least this many batches, if need be with fewer starts.
constexpr std::uint64_t kLeastBatches = 8;

// The double search: two passes that fill `worst`, one list a functional.
class Search {
 public:
  Search(const spec::Problem& problem, const executor::Executor& executor, const Options& options)
      : space_(problem, executor.design()),
        objective_(problem, space_, executor),
        options_(options),
        evaluations_wanted_(options.evaluations != 0 ? options.evaluations
                                                     : default_evaluations(problem.network)),
        capacity_(list_capacity(problem, options)),
        worst_(problem.functionals.size(), WorstPoints(capacity_)) {}

  void run() {
    explore();
    if (!overflow_seen()) climb_all();
  }

  const SearchSpace& space() const { return space_; }
  const std::vector<WorstPoints>& worst() const { return worst_; }
  std::uint64_t evaluations() const { return evaluations_; }

 private:
  static std::size_t list_capacity(const spec::Problem& problem, const Options& options) {
    const std::size_t functionals = problem.functionals.size();
    return std::max<std::size_t>(1, (options.confirmed + functionals - 1) / functionals);
  }

  std::vector<WorstPoints> empty_lists() const {
    return std::vector<WorstPoints>(worst_.size(), WorstPoints(capacity_));
  }

  // May be called by any thread, in any order: the lists come out the same.
  void merge(const std::vector<WorstPoints>& lists) {
    const std::lock_guard lock(merge_mutex_);
    for (std::size_t k = 0; k < worst_.size(); ++k) worst_[k].merge(lists[k]);
  }

  bool overflow_seen() const {
    const std::vector<Candidate>& first = worst_[0].sorted();
    return !first.empty() && std::isinf(first[0].ratio);
  }

  void explore() {
    const Exploration exploration(space_, evaluations_wanted_ / 2, options_.seed);
    run_jobs(exploration.chunk_count(), options_.threads, [&](std::size_t job) {
      const std::vector<Position> points = exploration.chunk(job);
      const std::size_t inputs = space_.dimension();
      const std::size_t functionals = worst_.size();
      Objective::Scratch scratch;
      std::vector<double> ratios(points.size() / inputs * functionals);
      objective_.ratios(points, ratios, scratch);
      std::vector<WorstPoints> found = empty_lists();
      for (std::size_t n = 0; n < points.size() / inputs; ++n)
        for (std::size_t k = 0; k < functionals; ++k)
          found[k].insert(ratios[n * functionals + k], {&points[n * inputs], inputs});
      merge(found);
    });
    evaluations_ += exploration.point_count();
  }

  // Successive halving, each functional for itself: many short climbs, then longer ones from the
  // better half, until one is left.
  void climb_all() {
    const std::uint64_t left =
        evaluations_wanted_ > evaluations_ ? evaluations_wanted_ - evaluations_ : 0;
    const std::uint64_t share = worst_.size() * kClimbBatch;
    const std::uint64_t batches = (left + share - 1) / share;  // of one functional
    std::size_t starts = 1;
    std::uint64_t rounds = 1;
    while (2 * starts <= kMostStarts && batches >= 2 * starts * (rounds + 1) * kLeastBatches) {
      starts *= 2;
      ++rounds;
    }
    std::vector<std::vector<Candidate>> current;  // the starts of each functional
    for (const WorstPoints& list : worst_) {
      const std::vector<Candidate>& sorted = list.sorted();
      current.emplace_back(sorted.begin(), sorted.begin() + std::min(starts, sorted.size()));
    }
    for (std::uint64_t round = 0; round < rounds; ++round) {
      const std::uint64_t budget = batches / rounds + (round < batches % rounds ? 1 : 0);
      climb_round(round, budget, current);
      for (std::vector<Candidate>& candidates : current) {
        std::sort(candidates.begin(), candidates.end(), worse);
        candidates.resize((candidates.size() + 1) / 2);
      }
    }
  }

  // `budget` batches for each functional, shared by its starts, which are replaced by what was
  // found.
  void climb_round(std::uint64_t round, std::uint64_t budget,
                   std::vector<std::vector<Candidate>>& current) {
    struct Job {
      std::size_t functional;
      std::size_t start;
      std::uint64_t batches;
    };
    std::vector<Job> jobs;
    for (std::size_t k = 0; k < current.size(); ++k) {
      const std::size_t starts = current[k].size();
      for (std::size_t s = 0; s < starts; ++s)
        jobs.push_back({k, s, budget / starts + (s < budget % starts ? 1 : 0)});
    }
    run_jobs(jobs.size(), options_.threads, [&](std::size_t j) {
      const auto [k, s, batches] = jobs[j];
      Candidate& candidate = current[k][s];
      std::vector<WorstPoints> found = empty_lists();
      candidate = climb(objective_, space_, k, std::move(candidate), batches,
                        RandomStream(options_.seed, kClimbStage + round, j), found);
      merge(found);
    });
    for (const Job& job : jobs) evaluations_ += job.batches * kClimbBatch;
  }

  SearchSpace space_;
  Objective objective_;
  const Options& options_;
  std::uint64_t evaluations_wanted_;
  std::size_t capacity_;  // of each list
  std::vector<WorstPoints> worst_;
  std::mutex merge_mutex_;
  std::uint64_t evaluations_ = 0;
};

// The exact errors of all functionals at x, or the overflow there.
struct ExactPoint {
  std::vector<Rational> errors;
  std::optional<std::string> overflow;
};

ExactPoint evaluate_exactly(const spec::Problem& problem, const executor::Executor& executor,
                            const Input& x) {
  CERTIFIX_CHECK(in_domain(problem, x), "the attack stays in the box and on the declared grid");
  std::vector<num::Integer> codes;
  try {
    codes = executor.run(executor.quantize(x));
  } catch (const std::exception& failure) {
    return {{}, failure.what()};
  }
  std::vector<Rational> difference = semantics::evaluate(problem.network, x);
  for (std::size_t o = 0; o < difference.size(); ++o)
    difference[o] = executor.output_value(codes[o], o) - difference[o];
  ExactPoint result;
  for (const spec::Functional& functional : problem.functionals) {
    Rational error;
    for (std::size_t o = 0; o < difference.size(); ++o)
      error += functional.coefficients[o] * difference[o];
    result.errors.push_back(std::move(error));
  }
  return result;
}

// Evaluates `inputs` exactly and keeps the worst of each functional, the first one of equals.
void confirm(const spec::Problem& problem, const executor::Executor& executor,
             const std::vector<Input>& inputs, unsigned threads, Result& result) {
  std::vector<ExactPoint> exact(inputs.size());
  run_jobs(inputs.size(), threads,
           [&](std::size_t n) { exact[n] = evaluate_exactly(problem, executor, inputs[n]); });
  for (std::size_t n = 0; n < inputs.size(); ++n) {
    if (exact[n].overflow) {
      if (!result.overflow) result.overflow = Overflow{inputs[n], *exact[n].overflow};
      continue;
    }
    std::vector<Finding>& worst = result.per_functional;
    const bool first = worst.empty();
    for (std::size_t k = 0; k < problem.functionals.size(); ++k) {
      const Rational& error = exact[n].errors[k];
      Finding finding{inputs[n], k, error, num::abs(error) / problem.functionals[k].bound};
      if (first)
        worst.push_back(std::move(finding));
      else if (finding.ratio_to_bound > worst[k].ratio_to_bound)
        worst[k] = std::move(finding);
    }
  }
  result.confirmed += inputs.size();
}

void require_domain(const spec::Problem& problem, const Input& x, std::size_t number) {
  if (in_domain(problem, x)) return;
  throw Error(
      ErrorCode::malformed_inputs, "the input is not one that the theorem speaks of",
      Origin{"", "input " + std::to_string(number)},
      "give a point of the box with one value an input, on the declared grid if there is one");
}

}  // namespace

const Finding& Result::worst() const {
  CERTIFIX_CHECK(!per_functional.empty(), "every point overflowed: there is no finding");
  return *std::max_element(
      per_functional.begin(), per_functional.end(),
      [](const Finding& a, const Finding& b) { return a.ratio_to_bound < b.ratio_to_bound; });
}

bool Result::broken() const { return overflow.has_value() || worst().ratio_to_bound > Rational(1); }

std::uint64_t default_evaluations(const net::Network& network) {
  // About two seconds on one core.
  constexpr std::uint64_t kWork = 1'000'000'000;
  const std::uint64_t parameters = semantics::parameter_count(network);
  const std::uint64_t least = parameters <= 5'000 ? 100'000 : 10'000;
  return std::clamp<std::uint64_t>(kWork / parameters, least, 1'000'000);
}

Result attack(const spec::Problem& problem, const design::Design& design, const Options& options) {
  for (std::size_t n = 0; n < options.extra_points.size(); ++n)
    require_domain(problem, options.extra_points[n], n + 1);
  const executor::Executor executor(design);
  Search search(problem, executor, options);
  search.run();
  std::set<Point> candidates;
  for (const WorstPoints& list : search.worst())
    for (const Candidate& candidate : list.sorted()) candidates.insert(candidate.point);
  std::vector<Input> inputs = options.extra_points;
  for (const Point& point : candidates) inputs.push_back(search.space().exact(point));
  Result result;
  result.evaluations = search.evaluations();
  confirm(problem, executor, inputs, options.threads, result);
  return result;
}

Result replay(const spec::Problem& problem, const design::Design& design,
              const std::vector<Input>& inputs, unsigned threads) {
  CERTIFIX_CHECK(!inputs.empty(), "there is a point to replay");
  for (std::size_t n = 0; n < inputs.size(); ++n) require_domain(problem, inputs[n], n + 1);
  Result result;
  result.evaluations = inputs.size();
  confirm(problem, executor::Executor(design), inputs, threads, result);
  return result;
}

}  // namespace certifix::attack
