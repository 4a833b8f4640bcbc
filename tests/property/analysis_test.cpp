// Ranges and errors against exact evaluation, on random problems of every shape.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "certifix/error/analysis.hpp"
#include "certifix/optimize/realize.hpp"
#include "certifix/semantics/evaluate.hpp"
#include "tests/support/dense.hpp"
#include "tests/support/exact_design.hpp"
#include "tests/support/random_dag.hpp"

namespace certifix {
namespace {

using num::Enclosure;
using num::Rational;

constexpr int kProblems = 400;
constexpr int kPoints = 40;

bool contains(Enclosure e, const Rational& x) {
  return num::exact_value(e.lower) <= x && x <= num::exact_value(e.upper);
}

std::string describe(std::uint64_t seed, std::size_t b, std::size_t i) {
  return fmt::format("seed {} block {} row {}", seed, b, i);
}

optimize::Plan random_plan(test::RandomDag& random, const optimize::Subject& subject) {
  optimize::Plan plan = optimize::uniform_plan(subject, -random.integer(0, 8), 0, 0);
  for (optimize::BlockPlan& block : plan.blocks) {
    for (int& lsb : block.output_lsb) lsb = -random.integer(-1, 10);
    for (std::vector<int>& row : block.weight_lsb)
      for (int& lsb : row) lsb = -random.integer(-1, 10);
  }
  return plan;
}

TEST(Ranges, EncloseEveryActivationAtEveryPoint) {
  for (std::uint64_t seed = 1; seed <= kProblems; ++seed) {
    test::RandomDag random(seed);
    const spec::Problem problem = random.problem();
    const range::Ranges ranges =
        range::ranges(range::to_float(problem.network), range::float_box(problem.box));
    for (int k = 0; k < kPoints; ++k) {
      const auto values = semantics::evaluate_blocks(problem.network, random.point(problem));
      for (std::size_t b = 0; b < values.size(); ++b)
        for (std::size_t i = 0; i < values[b].size(); ++i)
          ASSERT_TRUE(contains(ranges.post[b][i], values[b][i])) << describe(seed, b, i);
    }
  }
}

TEST(Ranges, BackSubstitutionSeesThatABranchCancels) {
  // relu(x) - relu(x) through two layers: intervals alone say [-1, 1].
  const net::Network network(
      "cancel", 1,
      {net::Block{"a",
                  {{0, test::dense(2, 1, {1, 1})}},
                  {1, 1},
                  {net::Activation::relu, net::Activation::relu},
                  {}},
       net::Block{"b", {{1, test::dense(1, 2, {1, -1})}}, {0}, {net::Activation::identity}, {}}});
  const range::Ranges ranges = range::ranges(range::to_float(network), {{-1, 1}});
  EXPECT_NEAR(ranges.pre[2][0].upper, 0, 1e-12);
  EXPECT_NEAR(ranges.pre[2][0].lower, 0, 1e-12);
}

TEST(Errors, EncloseEveryErrorOfEveryRealisedDesign) {
  for (std::uint64_t seed = 1; seed <= kProblems; ++seed) {
    test::RandomDag random(seed);
    const spec::Problem problem = random.problem();
    const optimize::Subject subject(
        problem, problem.network,
        random.chance(50) ? optimize::FormatScope::block : optimize::FormatScope::row, 1);
    const optimize::LeafSet leaves = optimize::whole_box(subject);
    const optimize::Candidate candidate =
        optimize::realize(subject, leaves, random_plan(random, subject));
    const error::Analysis analysis = error::analyze(
        subject.problem(), candidate.image, *leaves.leaves[0].real,
        {.centred = random.chance(80), .patterns = random.integer(0, 4), .sensitivity = false});
    for (int k = 0; k < kPoints; ++k) {
      const std::vector<Rational> x = random.point(problem);
      const auto real = semantics::evaluate_blocks(problem.network, x);
      const auto implemented = test::evaluate_design(candidate.design, x);
      for (std::size_t b = 0; b < real.size(); ++b)
        for (std::size_t i = 0; i < real[b].size(); ++i) {
          ASSERT_TRUE(contains(analysis.error[b][i], implemented[b][i].value - real[b][i]))
              << describe(seed, b, i);
          ASSERT_TRUE(contains(analysis.implemented_pre[b][i], implemented[b][i].pre))
              << describe(seed, b, i);
        }
      for (std::size_t f = 0; f < problem.functionals.size(); ++f) {
        Rational error;
        for (std::size_t o = 0; o < real.back().size(); ++o)
          error += problem.functionals[f].coefficients[o] *
                   (implemented.back()[o].value - real.back()[o]);
        ASSERT_TRUE(contains(analysis.functional[f], error)) << describe(seed, f, 0);
      }
    }
  }
}

TEST(Designs, HoldEveryCodeAndEveryPartialSum) {
  for (std::uint64_t seed = 1; seed <= kProblems; ++seed) {
    test::RandomDag random(seed);
    const spec::Problem problem = random.problem();
    const optimize::Subject subject(problem, problem.network, optimize::FormatScope::row, 1);
    const optimize::Candidate candidate =
        optimize::realize(subject, optimize::whole_box(subject), random_plan(random, subject));
    for (int k = 0; k < kPoints; ++k) {
      const auto values = test::evaluate_design(candidate.design, random.point(problem));
      for (std::size_t b = 1; b < values.size(); ++b)
        for (std::size_t i = 0; i < values[b].size(); ++i) {
          const design::Row& row = candidate.design.blocks[b - 1].rows[i];
          const test::ExactRow& value = values[b][i];
          ASSERT_TRUE(row.output.contains(value.code, value.code)) << describe(seed, b, i);
          num::Integer low, high;  // the extreme sums over subsets
          for (const num::Integer& s : value.summands) (s < 0 ? low : high) += s;
          const num::Integer limit = num::Integer(1) << (row.accumulator_width - 1);
          ASSERT_TRUE(-limit <= low && high < limit) << describe(seed, b, i);
        }
    }
  }
}

}  // namespace
}  // namespace certifix
