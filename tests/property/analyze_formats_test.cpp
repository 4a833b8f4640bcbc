// optimize::analyze against exact evaluation, on random problems of every shape.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "certifix/optimize/analyze.hpp"
#include "certifix/semantics/evaluate.hpp"
#include "tests/support/exact_design.hpp"
#include "tests/support/random_dag.hpp"

namespace certifix {
namespace {

using num::Rational;
using optimize::Analyzed;
using optimize::AnalyzeOptions;

constexpr std::uint64_t kProblems = 400;
constexpr int kPoints = 40;

spec::Problem random_problem(test::RandomDag& random) {
  spec::Problem problem = random.problem();
  problem.limits = {};
  return problem;
}

AnalyzeOptions random_options(test::RandomDag& random, const spec::Problem& problem) {
  AnalyzeOptions options;
  options.simplify = random.chance(50) ? simplify::Extent::full : simplify::Extent::none;
  options.leaves = random.integer(1, 20);
  // A list has one number for each layer, which only the unchanged network tells beforehand.
  const std::size_t layers = options.simplify != simplify::Extent::none || random.chance(30)
                                 ? 1
                                 : problem.network.block_count() - 1;
  for (std::size_t b = 0; b < layers; ++b) {
    options.weight_bits.push_back(random.integer(0, 10));
    options.activation_bits.push_back(random.integer(0, 10));
  }
  if (random.chance(30)) options.input_bits = {random.integer(-1, 8)};
  return options;
}

Analyzed analyzed(const spec::Problem& problem, const AnalyzeOptions& options) {
  return std::get<Analyzed>(optimize::analyze(problem, options));
}

int bits(const std::vector<int>& list, std::size_t b) { return list[list.size() == 1 ? 0 : b - 1]; }

// Whether weight * 2^lsb is a multiple of 2^-fraction.
bool on_grid(const num::Integer& weight, int lsb, int fraction) {
  return lsb + static_cast<int>(mpz_scan1(weight.get_mpz_t(), 0)) >= -fraction;
}

TEST(AnalyzeFormats, TheDesignHasTheFormatsAskedFor) {
  for (std::uint64_t seed = 1; seed <= kProblems; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    test::RandomDag random(seed);
    const spec::Problem problem = random_problem(random);
    const AnalyzeOptions options = random_options(random, problem);
    const Analyzed result = analyzed(problem, options);
    const design::Design& design = result.accepted.subject->design;
    ASSERT_EQ(result.weight_bits.size(), design.blocks.size());
    for (std::size_t b = 1; b < design.block_count(); ++b) {
      EXPECT_EQ(result.weight_bits[b - 1], bits(options.weight_bits, b));
      for (const design::Row& row : design.blocks[b - 1].rows) {
        EXPECT_EQ(row.output.lsb, -bits(options.activation_bits, b));
        for (const design::Term& term : row.terms)
          EXPECT_TRUE(on_grid(
              term.weight, term.shift + row.accumulator_lsb - design.lsb(term.source, term.index),
              bits(options.weight_bits, b)));
      }
    }
  }
}

TEST(AnalyzeFormats, NoErrorIsAboveTheProvenOneAndNoValueOutsideItsRange) {
  for (std::uint64_t seed = 1; seed <= kProblems; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    test::RandomDag random(seed);
    const spec::Problem problem = random_problem(random);
    const Analyzed result = analyzed(problem, random_options(random, problem));
    for (int k = 0; k < kPoints; ++k) {
      const std::vector<Rational> x = random.point(problem);
      const auto real = semantics::evaluate_blocks(problem.network, x);
      const auto implemented = test::evaluate_design(result.accepted.subject->design, x);
      for (std::size_t f = 0; f < problem.functionals.size(); ++f) {
        Rational error;
        for (std::size_t o = 0; o < real.back().size(); ++o)
          error += problem.functionals[f].coefficients[o] *
                   (implemented.back()[o].value - real.back()[o]);
        ASSERT_LE(num::abs(error), result.accepted.theorem.proven[f]) << "functional " << f;
      }
      for (std::size_t b = 1; b < real.size(); ++b)
        for (std::size_t i = 0; i < real[b].size(); ++i) {
          const auto [low, high] = result.network[b][i];
          const net::Activation activation = problem.network.block(b).activation[i];
          ASSERT_LE(semantics::apply(activation, num::exact_value(low)), real[b][i]);
          ASSERT_GE(semantics::apply(activation, num::exact_value(high)), real[b][i]);
        }
    }
  }
}

TEST(AnalyzeFormats, BoundsOfTheProblemAreNotRead) {
  for (std::uint64_t seed = 1; seed <= kProblems / 8; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    test::RandomDag random(seed);
    spec::Problem problem = random_problem(random);
    const AnalyzeOptions options = random_options(random, problem);
    const Analyzed first = analyzed(problem, options);
    for (spec::Functional& functional : problem.functionals) functional.bound /= Rational(1000);
    const Analyzed second = analyzed(problem, options);
    EXPECT_EQ(first.accepted.subject->design, second.accepted.subject->design);
    EXPECT_EQ(first.accepted.theorem.proven, second.accepted.theorem.proven);
  }
}

TEST(AnalyzeFormats, ListsOfTheWrongLengthAreTheUsersError) {
  test::RandomDag random(1);
  const spec::Problem problem = random_problem(random);
  const std::vector<int> list(problem.network.block_count() + 1, 4);
  for (const AnalyzeOptions& options :
       {AnalyzeOptions{
            .weight_bits = list, .activation_bits = {4}, .simplify = simplify::Extent::none},
        AnalyzeOptions{
            .weight_bits = {4}, .activation_bits = list, .simplify = simplify::Extent::none}}) {
    try {
      (void)optimize::analyze(problem, options);
      ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::usage);
    }
  }
}

}  // namespace
}  // namespace certifix
