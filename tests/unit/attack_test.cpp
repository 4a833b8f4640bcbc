#include "certifix/attack/attack.hpp"

#include <gtest/gtest.h>

#include "certifix/attack/real_program.hpp"
#include "certifix/attack/search_space.hpp"
#include "certifix/executor/executor.hpp"
#include "certifix/semantics/evaluate.hpp"
#include "certifix/semantics/output_bounds.hpp"
#include "tests/support/dense.hpp"
#include "tests/support/random_network.hpp"
#include "tests/support/rounded_design.hpp"

namespace certifix::attack {
namespace {

using net::Activation;
using num::Interval;
using num::Rational;

spec::Problem problem_of(net::Network network, spec::Box box, const Rational& bound,
                         std::optional<int> grid = std::nullopt) {
  const std::size_t inputs = box.size();
  std::vector<spec::Functional> functionals =
      semantics::output_bounds(network.output_count(), {bound});
  return {std::move(network),
          std::move(box),
          std::vector<spec::InputConvention>(inputs, {grid}),
          spec::OutOfRange::clamp,
          std::move(functionals),
          {}};
}

// 2 x0 - 3/7 x1 + 1/3, no ReLU: the error is affine within a rounding cell.
net::Network affine() {
  return net::Network("affine", 2,
                      {net::Block{"output",
                                  {{0, test::dense(1, 2, {Rational(2), Rational(-3, 7)})}},
                                  {Rational(1, 3)},
                                  {Activation::identity},
                                  {}}});
}

spec::Box decimal_box() {
  return {Interval(Rational(-7, 10), Rational(7, 10)), Interval(Rational(1, 3), Rational(6, 5))};
}

Rational exact_error(const spec::Problem& problem, const executor::Executor& executor,
                     const std::vector<Rational>& x, const std::vector<num::Integer>& codes) {
  return executor.output_value(executor.run(codes)[0], 0) -
         semantics::evaluate(problem.network, x)[0];
}

// The supremum of the error of `affine` at every corner of every rounding cell, closed: the tie
// itself rounds up, but the cell below comes as close to it as one likes.
Rational supremum(const spec::Problem& problem, const design::Design& design) {
  const executor::Executor executor(design);
  std::vector<std::vector<std::pair<num::Integer, Rational>>> edges(2);  // code, end of its cell
  for (std::size_t i = 0; i < 2; ++i) {
    const int lsb = design.inputs[i].format.lsb;
    for (num::Integer code = design.inputs[i].code_min; code <= design.inputs[i].code_max; ++code) {
      const Rational low = num::scaled(Rational(num::Integer(2 * code - 1)), lsb - 1);
      const Rational high = num::scaled(Rational(num::Integer(2 * code + 1)), lsb - 1);
      edges[i].push_back({code, std::max(low, problem.box[i].lower())});
      edges[i].push_back({code, std::min(high, problem.box[i].upper())});
    }
  }
  Rational worst;
  for (const auto& [code0, x0] : edges[0])
    for (const auto& [code1, x1] : edges[1])
      worst = std::max(worst, num::abs(exact_error(problem, executor, {x0, x1}, {code0, code1})));
  return worst;
}

TEST(Attack, ReachesTheSupremumOfAnAffineNetworkOverEveryCell) {
  const spec::Problem problem = problem_of(affine(), decimal_box(), Rational(1, 10));
  const design::Design design = test::rounded_design(problem.network, problem.box,
                                                     {.input = 3, .weight = 5, .activation = 4});
  const Rational truth = supremum(problem, design);
  const Result result = attack(problem, design, {.evaluations = 2'000});
  const Finding& worst = result.worst();
  EXPECT_LE(num::abs(worst.error), truth);
  EXPECT_GT(num::abs(worst.error), truth * Rational(999'999, 1'000'000));
  EXPECT_EQ(worst.ratio_to_bound, num::abs(worst.error) * 10);
  EXPECT_GE(result.evaluations, 2'000u);
  EXPECT_GE(result.confirmed, 1u);
}

TEST(Attack, ClimbsCloseToTheSupremumWhereThereAreTooManyCells) {
  // 179 x 111 cells with four corners each; 4,000 evaluations.
  const spec::Problem problem = problem_of(affine(), decimal_box(), Rational(1, 10));
  const design::Design design = test::rounded_design(problem.network, problem.box,
                                                     {.input = 7, .weight = 5, .activation = 9});
  const Rational truth = supremum(problem, design);
  const Result result = attack(problem, design, {.evaluations = 4'000});
  EXPECT_LE(num::abs(result.worst().error), truth);
  EXPECT_GT(num::abs(result.worst().error), truth * Rational(99, 100));
}

TEST(Attack, FindsTheWorstPointOfADeclaredGrid) {
  const spec::Problem problem =
      problem_of(test::random_network(3, {2, 6, 5, 1}),
                 {Interval(Rational(-1), Rational(7, 10)), Interval(Rational(1, 3), Rational(2))},
                 Rational(1, 10), 4);
  const design::Design design = test::rounded_design(problem.network, problem.box,
                                                     {.input = 4, .weight = 6, .activation = 6});
  const executor::Executor executor(design);
  Rational truth;
  for (num::Integer a = num::ceil_to(problem.box[0].lower(), -4); Rational(a) <= Rational(56, 5);
       ++a)
    for (num::Integer b = num::ceil_to(problem.box[1].lower(), -4); b <= 32; ++b)
      truth = std::max(
          truth, num::abs(exact_error(problem, executor,
                                      {num::scaled(Rational(a), -4), num::scaled(Rational(b), -4)},
                                      {a, b})));
  ASSERT_GT(truth, Rational(0));
  const Result result = attack(problem, design, {.evaluations = 4'000});
  EXPECT_EQ(num::abs(result.worst().error), truth);
  EXPECT_TRUE(in_domain(problem, result.worst().input));
}

TEST(Attack, ComesCloseToTheWorstPointOfAGridTooLargeToTry) {
  // 129 x 129 points, errors much like noise (a few bits), and a budget of a quarter of that.
  Rational sum;
  for (const std::uint64_t seed : {1u, 2u, 3u, 4u, 5u, 6u}) {
    const spec::Problem problem =
        problem_of(test::random_network(seed, {2, 6, 4, 1}),
                   {2, Interval(Rational(-1), Rational(1))}, Rational(1, 10), 6);
    const design::Design design = test::rounded_design(problem.network, problem.box,
                                                       {.input = 6, .weight = 7, .activation = 8});
    const executor::Executor executor(design);
    Rational truth;
    for (int a = -64; a <= 64; ++a)
      for (int b = -64; b <= 64; ++b)
        truth = std::max(truth, num::abs(exact_error(problem, executor,
                                                     {Rational(a, 64), Rational(b, 64)}, {a, b})));
    const Rational found = num::abs(attack(problem, design, {.evaluations = 4'000}).worst().error);
    EXPECT_LE(found, truth);
    EXPECT_GE(found, truth * Rational(8, 10)) << "seed " << seed;
    sum += found / truth;
  }
  EXPECT_GE(sum, Rational(95 * 6, 100));
}

TEST(Attack, CatchesABiasThatIsOff) {
  const spec::Problem problem =
      problem_of(test::random_network(5, {3, 8, 8, 2}), {3, Interval(Rational(-1), Rational(1))},
                 Rational(1, 50));
  design::Design design = test::rounded_design(problem.network, problem.box,
                                               {.input = 14, .weight = 14, .activation = 14});
  EXPECT_FALSE(attack(problem, design, {.evaluations = 2'000}).broken());
  design::Row& row = design.blocks.back().rows[1];
  row.bias += num::round_half_up(Rational(1, 40), row.accumulator_lsb);
  row.output.msb += 1;  // the values still fit
  row.accumulator_width += 1;
  const Result result = attack(problem, design, {.evaluations = 2'000});
  EXPECT_FALSE(result.overflow);
  EXPECT_TRUE(result.broken());
  EXPECT_EQ(result.worst().functional, 1u);
  EXPECT_GT(result.worst().error, Rational(1, 50));
  EXPECT_LT(result.per_functional[0].ratio_to_bound, Rational(1));
}

TEST(Attack, ReportsAValueThatLeavesItsWidth) {
  const spec::Problem problem = problem_of(affine(), decimal_box(), Rational(1, 10));
  design::Design design = test::rounded_design(problem.network, problem.box,
                                               {.input = 8, .weight = 8, .activation = 8});
  design.blocks[0].rows[0].output.msb -= 1;
  const Result result = attack(problem, design, {.evaluations = 1'000});
  ASSERT_TRUE(result.overflow);
  EXPECT_TRUE(result.broken());
  EXPECT_NE(result.overflow->what.find("block 1 row 0"), std::string::npos)
      << result.overflow->what;
  EXPECT_TRUE(in_domain(problem, result.overflow->input));
}

TEST(Attack, DoesNotDependOnTheNumberOfThreads) {
  const spec::Problem problem =
      problem_of(test::random_network(7, {4, 10, 3}), {4, Interval(Rational(-1), Rational(1))},
                 Rational(1, 50));
  const design::Design design = test::rounded_design(problem.network, problem.box,
                                                     {.input = 9, .weight = 8, .activation = 8});
  const Result one = attack(problem, design, {.evaluations = 8'000, .seed = 4, .threads = 1});
  const Result two = attack(problem, design, {.evaluations = 8'000, .seed = 4, .threads = 2});
  EXPECT_EQ(one.evaluations, two.evaluations);
  EXPECT_EQ(one.confirmed, two.confirmed);
  ASSERT_EQ(one.per_functional.size(), 3u);
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_EQ(one.per_functional[k].input, two.per_functional[k].input);
    EXPECT_EQ(one.per_functional[k].error, two.per_functional[k].error);
  }
}

TEST(Attack, WorksWithoutTheFastPath) {
  const spec::Problem problem = problem_of(affine(), decimal_box(), Rational(1, 10));
  const design::Design design = test::rounded_design(problem.network, problem.box,
                                                     {.input = 3, .weight = 80, .activation = 4});
  ASSERT_FALSE(executor::Executor(design).fast());
  const Rational truth = supremum(problem, design);
  const Result result = attack(problem, design, {.evaluations = 2'000});
  EXPECT_GT(num::abs(result.worst().error), truth * Rational(999'999, 1'000'000));
}

TEST(Attack, MeasuresDifferencesOfOutputs) {
  spec::Problem problem = problem_of(test::random_network(11, {2, 5, 3}),
                                     {2, Interval(Rational(0), Rational(1))}, Rational(1, 10));
  problem.functionals = {{{Rational(1), Rational(0), Rational(-1)}, Rational(1, 20)}};
  const design::Design design = test::rounded_design(problem.network, problem.box,
                                                     {.input = 5, .weight = 6, .activation = 5});
  const Finding worst = attack(problem, design, {.evaluations = 2'000}).worst();
  const executor::Executor executor(design);
  const std::vector<num::Integer> codes = executor.run(executor.quantize(worst.input));
  const std::vector<Rational> real = semantics::evaluate(problem.network, worst.input);
  EXPECT_EQ(worst.error, executor.output_value(codes[0], 0) - real[0] -
                             (executor.output_value(codes[2], 2) - real[2]));
  EXPECT_EQ(worst.ratio_to_bound, num::abs(worst.error) * 20);
}

TEST(Attack, ReplaysAFinding) {
  const spec::Problem problem = problem_of(affine(), decimal_box(), Rational(1, 10));
  const design::Design design = test::rounded_design(problem.network, problem.box,
                                                     {.input = 3, .weight = 5, .activation = 4});
  const Finding worst = attack(problem, design, {.evaluations = 500}).worst();
  EXPECT_EQ(replay(problem, design, {worst.input}).worst().error, worst.error);
  // An extra point is confirmed whatever the search finds.
  const Result with =
      attack(problem, design, {.evaluations = 1, .confirmed = 1, .extra_points = {worst.input}});
  EXPECT_GE(with.worst().ratio_to_bound, worst.ratio_to_bound);
}

TEST(Attack, RefusesPointsThatTheTheoremDoesNotSpeakOf) {
  const spec::Problem problem = problem_of(affine(), decimal_box(), Rational(1, 10), 3);
  const design::Design design = test::rounded_design(problem.network, problem.box,
                                                     {.input = 3, .weight = 5, .activation = 4});
  const std::vector<std::vector<Rational>> refused = {
      {Rational(1), Rational(1)},                 // outside the box
      {Rational(1, 16), Rational(1)},             // off the grid
      {Rational(0)},                              // too few values
      {Rational(0), Rational(1), Rational(1, 8)}  // too many
  };
  for (const std::vector<Rational>& x : refused) {
    try {
      replay(problem, design, {{Rational(1, 8), Rational(1)}, x});
      ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::malformed_inputs);
      EXPECT_EQ(error.origin().place, "input 2");
    }
  }
  EXPECT_NO_THROW(replay(problem, design, {{Rational(1, 8), Rational(1)}}));
}

TEST(Attack, HandlesABoxThatIsAPoint) {
  const spec::Problem problem = problem_of(
      affine(), {Interval(Rational(1, 3), Rational(1, 3)), Interval(Rational(2), Rational(2))},
      Rational(1, 10));
  const design::Design design = test::rounded_design(problem.network, problem.box,
                                                     {.input = 3, .weight = 5, .activation = 4});
  const Result result = attack(problem, design, {.evaluations = 100});
  EXPECT_EQ(result.worst().input, (std::vector<Rational>{Rational(1, 3), Rational(2)}));
  EXPECT_EQ(result.confirmed, 1u);
}

TEST(RealProgram, AgreesWithTheExactNetwork) {
  const net::Network network = test::random_network(13, {3, 20, 20, 4});
  const RealProgram program(network);
  const std::size_t count = RealProgram::kLanes + 3;  // a full and a partial batch
  std::vector<double> inputs;
  std::vector<std::vector<Rational>> points;
  for (std::size_t n = 0; n < count; ++n) {
    points.emplace_back();
    for (int i = 0; i < 3; ++i) {
      const int eighths = static_cast<int>(n * 5 + 3) * (i + 1) % 17 - 8;
      points[n].push_back(Rational(eighths, 8));
      inputs.push_back(eighths / 8.0);
    }
  }
  std::vector<double> outputs(count * 4);
  std::vector<double> scratch;
  program.run(inputs, outputs, scratch);
  for (std::size_t n = 0; n < count; ++n) {
    const std::vector<Rational> exact = semantics::evaluate(network, points[n]);
    for (std::size_t o = 0; o < 4; ++o)
      EXPECT_NEAR(outputs[n * 4 + o],
                  mpq_class(exact[o].numerator(), exact[o].denominator()).get_d(), 1e-12);
  }
}

}  // namespace
}  // namespace certifix::attack
