// What is said of a bound out of reach is true: the smallest bound is proven, and each remedy leads
// to a design when it is followed.
#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "../support/random_network.hpp"
#include "certifix/optimize/quantize.hpp"
#include "certifix/semantics/output_bounds.hpp"

namespace certifix::optimize {
namespace {

using num::Rational;

spec::Problem problem_of(std::uint64_t seed, const std::vector<Rational>& bounds,
                         const spec::Limits& limits) {
  return {test::random_network(seed, {3, 6, 5, 2}), spec::Box(3, num::Interval(-1, 1)),
          std::vector<spec::InputConvention>(3),    spec::OutOfRange::clamp,
          semantics::output_bounds(2, bounds),      limits};
}

// Few leaves, so that nothing takes long.
Options few_leaves() {
  Options options;
  options.leaves = 12;
  return options;
}

Unreachable no_to(const spec::Problem& problem, const Options& options) {
  Outcome outcome = quantize(problem, options);
  if (!std::holds_alternative<Unreachable>(outcome)) throw std::runtime_error("within reach");
  return std::get<Unreachable>(std::move(outcome));
}

void expect_reached(const spec::Problem& problem, const Options& options) {
  const Outcome outcome = quantize(problem, options);
  ASSERT_TRUE(std::holds_alternative<Quantized>(outcome))
      << std::get<Unreachable>(outcome).reason << "; " << std::get<Unreachable>(outcome).remedy;
  const auto& found = std::get<Quantized>(outcome);
  EXPECT_TRUE(std::holds_alternative<check::Accepted>(
      check::verify(found.problem_text, found.certificate_text)));
}

// Follows all that is recommended: the bounds, and everything else together or piece by piece.
void expect_true(const spec::Problem& problem, const Options& options, const Unreachable& no) {
  SCOPED_TRACE(no.reason + "; " + no.remedy);
  const Remedies& r = no.remedies;
  EXPECT_TRUE(no.smallest_bound);
  EXPECT_FALSE(no.dominated_by.empty());
  ASSERT_EQ(r.bounds.size(), problem.functionals.size());
  spec::Problem relaxed = problem;
  for (std::size_t f = 0; f < r.bounds.size(); ++f) relaxed.functionals[f].bound = r.bounds[f];
  expect_reached(relaxed, options);
  EXPECT_LE(no.smallest_bounds.at(0), r.bounds[0]);

  spec::Problem all = problem;
  Options how = options;
  const auto follow = [&] {
    if (r.together) return;
    expect_reached(all, how);
    all = problem;
    how = options;
  };
  if (r.word) {
    EXPECT_GT(*r.word, *problem.limits.word);
    all.limits.word = r.word;
    follow();
  }
  if (r.accumulator) {
    EXPECT_GT(*r.accumulator, *problem.limits.accumulator);
    all.limits.accumulator = r.accumulator;
    follow();
  }
  if (r.input_bits) {
    how.input_bits = r.input_bits;
    follow();
  }
  if (r.leaves) {
    EXPECT_GT(*r.leaves, *options.leaves);
    how.leaves = r.leaves;
    follow();
  }
  if (r.together) expect_reached(all, how);
}

TEST(Explain, WordsThatAreTooShort) {
  for (const Method method : {Method::certifix, Method::uniform})
    for (std::uint64_t seed = 0; seed < 2; ++seed) {
      Options options = few_leaves();
      options.method = method;
      const spec::Problem problem = problem_of(seed, {Rational(1, 10000)}, {10, 64});
      const Unreachable no = no_to(problem, options);
      EXPECT_TRUE(no.remedies.word && !no.remedies.accumulator && !no.remedies.together);
      EXPECT_NE(no.reason.find("words of at most 10 bits are too short for the bound 0.0001"),
                std::string::npos);
      expect_true(problem, options, no);
    }
}

TEST(Explain, TheWordNeededIsNotMoreThanOneFoundWithout) {
  Options options = few_leaves();
  const spec::Problem problem = problem_of(1, {Rational(1, 10000)}, {10, 64});
  const Unreachable no = no_to(problem, options);
  spec::Problem one_less = problem;
  one_less.limits.word = *no.remedies.word - 1;
  EXPECT_TRUE(std::holds_alternative<Unreachable>(quantize(one_less, options)));
}

TEST(Explain, AccumulatorsThatAreTooShort) {
  const spec::Problem problem = problem_of(2, {Rational(1, 1000000)}, {64, 24});
  for (const Granularity granularity :
       {Granularity::network, Granularity::layer, Granularity::neuron}) {
    Options options = few_leaves();
    options.granularity = granularity;
    const Unreachable no = no_to(problem, options);
    EXPECT_TRUE(no.remedies.accumulator && !no.remedies.word);
    expect_true(problem, options, no);
  }
}

TEST(Explain, InputsThatAreTooCoarse) {
  const spec::Problem problem = problem_of(3, {Rational(1, 1000)}, {64, 64});
  Options options = few_leaves();
  options.input_bits = {3, 2, 5};
  const Unreachable no = no_to(problem, options);
  EXPECT_TRUE(no.remedies.input_bits && !no.remedies.word && !no.remedies.accumulator);
  EXPECT_NE(no.dominated_by.find("rounding of the inputs"), std::string::npos);
  EXPECT_NE(no.reason.find("inputs with 3,2,5 fractional bits are too coarse"), std::string::npos);
  expect_true(problem, options, no);
}

TEST(Explain, SeveralThingsTogether) {
  const spec::Problem problem = problem_of(4, {Rational(1, 100000)}, {9, 17});
  Options options = few_leaves();
  options.input_bits = {3};
  const Unreachable no = no_to(problem, options);
  EXPECT_TRUE(no.remedies.together && no.remedies.input_bits && no.remedies.word);
  expect_true(problem, options, no);
}

TEST(Explain, OneOutputIsTheProblem) {
  const spec::Problem problem = problem_of(5, {Rational(1, 10), Rational(1, 1000000)}, {14, 64});
  const Unreachable no = no_to(problem, few_leaves());
  EXPECT_NE(no.reason.find("for the bounds of output 1; output 1 was to stay within 1e-6"),
            std::string::npos)
      << no.reason;
  EXPECT_EQ(no.remedies.bounds.at(0), Rational(1, 10));
  expect_true(problem, few_leaves(), no);
}

// A network that needs its box split, and may not.
TEST(Explain, TooFewLeaves) {
  const spec::Problem problem{
      test::random_network(7, {2, 12, 12, 1}),         spec::Box(2, num::Interval(-1, 1)),
      std::vector<spec::InputConvention>(2),           spec::OutOfRange::clamp,
      semantics::output_bounds(1, {Rational(1, 100)}), {14, 64}};
  Options options = few_leaves();
  options.leaves = 1;
  const Unreachable no = no_to(problem, options);
  EXPECT_TRUE(no.remedies.leaves) << no.reason << no.remedy;
  EXPECT_NE(no.reason.find("one leaf is too few"), std::string::npos);
  expect_true(problem, options, no);
}

TEST(Explain, ADeterministicAnswer) {
  const spec::Problem problem = problem_of(1, {Rational(1, 10000)}, {10, 64});
  Options options = few_leaves();
  const Unreachable no = no_to(problem, options);
  options.threads = 3;
  const Unreachable again = no_to(problem, options);
  EXPECT_EQ(no.reason, again.reason);
  EXPECT_EQ(no.remedy, again.remedy);
  EXPECT_EQ(no.dominated_by, again.dominated_by);
}

}  // namespace
}  // namespace certifix::optimize
