#include "bench/measure_exhaustive.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>

#include "certifix/base/error.hpp"
#include "certifix/optimize/quantize.hpp"

namespace certifix::bench {
namespace {

// The proven bound of each output. The benchmark bounds outputs one by one, in their order.
std::vector<num::Rational> proven_outputs(const spec::Problem& problem,
                                          const check::Theorem& theorem) {
  const std::size_t outputs = problem.network.output_count();
  CERTIFIX_CHECK(problem.functionals.size() == outputs, "one bound an output");
  for (std::size_t k = 0; k < outputs; ++k)
    for (std::size_t o = 0; o < outputs; ++o)
      CERTIFIX_CHECK(problem.functionals[k].coefficients[o] == num::Rational(k == o ? 1 : 0),
                     "functional k bounds output k alone");
  return theorem.proven;
}

}  // namespace

ExhaustiveRow measure_exhaustive(const std::filesystem::path& benchmarks,
                                 const BenchmarkNetwork& network, const std::string& error,
                                 unsigned threads) {
  const spec::Problem asked = read_problem(benchmarks, network, error);
  optimize::Options how;
  how.granularity = optimize::Granularity::neuron;
  how.threads = threads;
  const optimize::Outcome outcome = optimize::quantize(asked, how);
  const auto* quantized = std::get_if<optimize::Quantized>(&outcome);
  if (quantized == nullptr)
    throw Error(ErrorCode::not_reachable, "no design of " + network.name + " within " + error, {},
                "a larger --errors");
  const check::Subject& subject = *quantized->accepted.subject;
  ExhaustiveRow row{network.name, error, extent(subject.problem, subject.design), {}, {}, 0};
  row.proven = proven_outputs(subject.problem, quantized->accepted.theorem);
  fmt::print(stderr, "{} {}: {} combinations of input codes, {} corners{}\n", network.name, error,
             row.extent.combinations.get_str(), row.extent.corners.get_str(),
             row.extent.corners > (num::Integer(1) << 31)
                 ? ": more than 2^31, all are taken, which may take hours"
                 : "");
  const auto start = std::chrono::steady_clock::now();
  row.worst = worst_corners(subject.problem, subject.design, threads);
  row.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return row;
}

}  // namespace certifix::bench
