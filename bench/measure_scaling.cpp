#include "bench/measure_scaling.hpp"

#include <algorithm>
#include <chrono>

#include "certifix/base/error.hpp"
#include "certifix/optimize/grow.hpp"
#include "certifix/optimize/uniform.hpp"
#include "certifix/semantics/evaluate.hpp"

namespace certifix::bench {
namespace {

constexpr int kRepeats = 3;
constexpr double kShortest = 0.5;  // seconds of a timing: small trees are grown again and again

}  // namespace

ScalingRow measure_scaling(const std::filesystem::path& benchmarks, const BenchmarkNetwork& network,
                           const std::string& error, std::size_t leaves) {
  const spec::Problem problem = read_problem(benchmarks, network, error);
  const optimize::Subject one(problem, problem.network, optimize::FormatScope::block, 1);
  const optimize::Subject two(problem, problem.network, optimize::FormatScope::block, 2);
  const optimize::UniformSearch search =
      optimize::search_uniform(one, optimize::whole_box(one), std::nullopt, 1);
  const std::optional<optimize::Candidate>& design = search.found ? search.found : search.finest;
  if (!design)
    throw Error(ErrorCode::not_reachable, "no uniform design of " + network.name, {},
                "a larger --errors");
  ScalingRow row{network.name, semantics::parameter_count(problem.network), 0, 0, 1e300, 1e300};
  const auto seconds = [&](const optimize::Subject& subject) {
    const auto start = std::chrono::steady_clock::now();
    for (int trees = 1;; ++trees) {
      const split::Tree tree = optimize::grow(subject, design->image, 0, leaves);
      const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
      CERTIFIX_CHECK(row.evaluations == 0 || row.evaluations == tree.evaluations,
                     "a tree does not depend on the number of threads");
      row.evaluations = tree.evaluations;
      row.leaves = tree.leaves.size();
      if (elapsed.count() >= kShortest) return elapsed.count() / trees;
    }
  };
  for (int repeat = 0; repeat < kRepeats; ++repeat) {
    row.seconds_one = std::min(row.seconds_one, seconds(one));
    row.seconds_two = std::min(row.seconds_two, seconds(two));
  }
  return row;
}

}  // namespace certifix::bench
