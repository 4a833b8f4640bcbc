#include "certifix/optimize/aster.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "aster_recursion.hpp"
#include "certifix/base/error.hpp"
#include "certifix/optimize/aster_layers.hpp"
#include "certifix/semantics/evaluate.hpp"
#include "certifix/semantics/output_bounds.hpp"
#include "tests/support/dense.hpp"

namespace certifix::optimize {
namespace {

using net::Activation;
using net::Matrix;
using num::Integer;
using num::Interval;
using num::Rational;
using spec::Problem;
using test::accumulator_lsb;
using test::recursion;
using test::rounded;

struct Setting {
  const char* name;
  AsterOptions options;
  bool exact_inputs;
};

const std::vector<Setting> kSettings = {{"A", {20, 5, 32}, false},
                                        {"B", {32, 10, 32}, false},
                                        {"C", {10, 5, 32}, true},
                                        {"D", {17, 10, 32}, true}};

Rational q(long numerator, long denominator) {
  return Rational(Integer(numerator), Integer(denominator));
}

Matrix matrix(std::size_t rows, std::size_t columns, const std::vector<long>& hundredths) {
  std::vector<Rational> values;
  for (const long h : hundredths) values.push_back(q(h, 100));
  return certifix::test::dense(rows, columns, std::move(values));
}

net::Block layer(const char* name, std::size_t source, Matrix weights, std::vector<long> bias,
                 Activation activation) {
  net::Block block{name, {}, {}, std::vector(weights.rows(), activation), {}};
  block.sources.push_back({source, std::move(weights)});
  for (const long h : bias) block.bias.push_back(q(h, 100));
  return block;
}

Problem problem(net::Network network, long box, const Rational& eps, const Setting& setting) {
  Problem result{std::move(network), {}, {}, spec::OutOfRange::clamp, {}, {}};
  for (std::size_t i = 0; i < result.network.input_count(); ++i) {
    result.box.push_back(Interval(q(-box, 10), q(box, 10)));
    result.inputs.push_back({});
    if (setting.exact_inputs) result.inputs.back().fraction_bits = setting.options.input_fraction;
  }
  result.functionals = semantics::output_bounds(result.network.output_count(), {eps});
  return result;
}

// Weights whose sums nearly cancel, while the sums of their absolute values do not.
net::Network cancelling() {
  return net::Network(
      "cancelling", 2,
      {layer("hidden", 0, matrix(3, 2, {211, -207, -313, 309, 55, -51}), {10, -20, 33},
             Activation::relu),
       layer("middle", 1, matrix(2, 3, {171, -93, -79, -283, 142, 139}), {7, 0}, Activation::relu),
       layer("output", 2, matrix(1, 2, {391, -387}), {-111}, Activation::identity)});
}

net::Network one_layer(long weight_hundredths) {
  return net::Network(
      "one layer", 1,
      {layer("output", 0, matrix(1, 1, {weight_hundredths}), {0}, Activation::identity)});
}

// The emitted arithmetic at x, in rationals: exact sums, one rounding half up a row.
std::vector<Rational> implemented(const Problem& problem, const Plan& plan,
                                  const std::vector<Rational>& x) {
  std::vector<Rational> values;
  std::vector<int> lsb = plan.input_lsb;
  for (std::size_t i = 0; i < x.size(); ++i) values.push_back(rounded(x[i], lsb[i]));
  for (std::size_t b = 1; b < problem.network.block_count(); ++b) {
    const net::Block& block = problem.network.block(b);
    const BlockPlan& grids = plan.blocks[b - 1];
    std::vector<Rational> next;
    for (std::size_t i = 0; i < block.size(); ++i) {
      const auto row = block.sources[0].weights.row(i);
      Rational sum = rounded(block.bias[i],
                             accumulator_lsb(row, grids.weight_lsb[i], lsb, grids.output_lsb[i]));
      for (std::size_t t = 0; t < row.size(); ++t)
        sum += rounded(row[t].value, grids.weight_lsb[i][t]) * values[row[t].column];
      next.push_back(semantics::apply(block.activation[i], rounded(sum, grids.output_lsb[i])));
    }
    values = std::move(next);
    lsb = grids.output_lsb;
  }
  return values;
}

TEST(AsterLayers, OneIntervalALayer) {
  const Problem p = problem(cancelling(), 10, q(1, 1000), kSettings[0]);
  const auto layers = aster_layers(p.network, p.box);
  ASSERT_EQ(layers.size(), 3u);
  EXPECT_EQ(layers[0].dot, Interval(q(-626, 100), q(626, 100)));  // 2 * [-3.13, 3.09] * [-1, 1]
  EXPECT_EQ(layers[0].result, Interval(q(-646, 100), q(659, 100)));
  EXPECT_EQ(layers[0].activation, Interval(0, q(659, 100)));
  EXPECT_EQ(layers[1].source, layers[0].activation);
  EXPECT_EQ(integer_bits(q(659, 100)), 3);
  EXPECT_EQ(integer_bits(q(99, 100)), 0);
  EXPECT_EQ(integer_bits(Rational(8)), 4);
  EXPECT_EQ(ceil_log2(1), 0);
  EXPECT_EQ(ceil_log2(5), 3);
  EXPECT_EQ(ceil_log2(8), 3);
}

TEST(AsterLayers, AWeightThatIsNotStoredIsZero) {
  const net::Network network(
      "sparse", 2, {layer("output", 0, matrix(1, 2, {200, 0}), {0}, Activation::identity)});
  const auto layers = aster_layers(network, {Interval(1, 2), Interval(1, 2)});
  EXPECT_EQ(layers[0].weights, Interval(0, 2));
}

TEST(Aster, EveryAssignmentSatisfiesTheRecursion) {
  for (const Setting& setting : kSettings) {
    for (const Rational& eps : {q(1, 10), q(1, 1000), q(1, 100000)}) {
      const Problem p = problem(cancelling(), 10, eps, setting);
      std::string lp;
      const AsterOutcome outcome = aster(p, setting.options, Rational(1), &lp);
      EXPECT_NE(lp.find("Subject To"), std::string::npos);
      const auto* found = std::get_if<AsterAssignment>(&outcome);
      const bool input_too_coarse = std::string("A") == setting.name && eps < q(1, 1000);
      ASSERT_EQ(found == nullptr, input_too_coarse) << setting.name;
      if (found == nullptr) {
        EXPECT_TRUE(std::get<AsterInfeasible>(outcome).proved);
        continue;
      }
      EXPECT_LE(found->error, eps);
      const auto [again, fits] = recursion(p, found->plan);
      EXPECT_TRUE(fits) << setting.name;
      EXPECT_LE(again, found->error) << setting.name;
      // The model takes the largest gain and the largest weight error apart, the test row by row;
      // beyond that the tables are sharp.
      EXPECT_GE(again, found->error * q(85, 100)) << setting.name;
      for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_GE(found->pi_dot[i], setting.options.fraction_low);
        EXPECT_LE(found->pi_bias[i], setting.options.fraction_high);
        for (const int lsb : found->plan.blocks[i].output_lsb) EXPECT_EQ(lsb, -found->pi_bias[i]);
      }
      // gb = pi_dot + ceil(log2 n) + 1; the first layer's sources are below 2^1, U = 1.
      EXPECT_EQ(found->plan.blocks[0].weight_lsb[0][1], -(found->pi_dot[0] + 1 + 1 + 1));
      // The second reads [0, 6.59], U = 3.
      EXPECT_EQ(found->plan.blocks[1].weight_lsb[1][2], -(found->pi_dot[1] + 2 + 1 + 3));
      EXPECT_EQ(found->plan.input_lsb[0], -setting.options.input_fraction);
    }
  }
}

TEST(Aster, TheEmittedArithmeticStaysWithinTheBound) {
  std::mt19937 random(3);
  for (const Setting& setting : kSettings) {
    const Problem p = problem(cancelling(), 10, q(1, 1000), setting);
    const AsterOutcome outcome = aster(p, setting.options, Rational(1));
    const auto& found = std::get<AsterAssignment>(outcome);
    const long steps = setting.exact_inputs ? 1L << 10 : 999'983;
    for (int sample = 0; sample < 200; ++sample) {
      std::vector<Rational> x;
      for (int i = 0; i < 2; ++i)
        x.push_back(sample < 4 ? Rational((sample >> i) % 2 == 0 ? -1 : 1)
                               : q(static_cast<long>(random() % (2 * steps + 1)) - steps, steps));
      const Rational error =
          num::abs(implemented(p, found.plan, x)[0] - semantics::evaluate(p.network, x)[0]);
      EXPECT_LE(error, found.error);
    }
  }
}

// Against enumeration: whatever is cheaper breaks the recursion (within 5 %, the room above).
TEST(Aster, NothingCheaperIsFeasible) {
  const Setting setting{"small", {14, 4, 12}, false};
  const net::Network network(
      "small", 2,
      {layer("hidden", 0, matrix(2, 2, {71, -65, -113, 109}), {10, -20}, Activation::relu),
       layer("output", 1, matrix(1, 2, {91, -87}), {-11}, Activation::identity)});
  const Problem p = problem(network, 10, q(1, 50), setting);
  const AsterOutcome outcome = aster(p, setting.options, Rational(1));
  const auto& found = std::get<AsterAssignment>(outcome);
  const auto cost = [](const std::array<int, 2>& dot, const std::array<int, 2>& bias) {
    return 32 * (4 * dot[0] + 2 * dot[1]) + std::max(dot[0], bias[0]) + bias[0] +
           std::max(dot[1], bias[1]) + bias[1];
  };
  const int best = cost({found.pi_dot[0], found.pi_dot[1]}, {found.pi_bias[0], found.pi_bias[1]});
  int cheaper = 0;
  for (int code = 0; code < 9 * 9 * 9 * 9; ++code) {
    const std::array<int, 2> dot = {4 + code % 9, 4 + code / 9 % 9};
    const std::array<int, 2> bias = {4 + code / 81 % 9, 4 + code / 729};
    if (cost(dot, bias) >= best) continue;
    ++cheaper;
    Plan plan = found.plan;
    for (std::size_t i = 0; i < 2; ++i) {
      for (int& lsb : plan.blocks[i].output_lsb) lsb = -bias[i];
      for (auto& row : plan.blocks[i].weight_lsb)
        for (int& lsb : row) lsb += found.pi_dot[i] - dot[i];
    }
    EXPECT_GT(recursion(p, plan).error, q(1, 50) * q(95, 100));
  }
  EXPECT_GT(cheaper, 20);
}

// The gain is a sum of absolute values: with |sum| instead (0.04 on the first row) this would pass.
TEST(Aster, GainsAreSumsOfAbsoluteValues) {
  const net::Network network(
      "difference", 2,
      {layer("output", 0, matrix(1, 2, {10000, -9996}), {0}, Activation::identity)});
  // 2^-21 times 199.96 is 9.5e-5, times 0.04 it is 1.9e-8.
  const Problem p = problem(network, 10, q(9, 100000), kSettings[0]);
  const AsterOutcome outcome = aster(p, kSettings[0].options, Rational(1));
  ASSERT_TRUE(std::holds_alternative<AsterInfeasible>(outcome));
  EXPECT_TRUE(std::get<AsterInfeasible>(outcome).proved);
  EXPECT_NE(std::get<AsterInfeasible>(outcome).reason.find("rounding the inputs to 20"),
            std::string::npos);
  const Problem looser = problem(network, 10, q(10, 100000), kSettings[0]);
  EXPECT_TRUE(
      std::holds_alternative<AsterAssignment>(aster(looser, kSettings[0].options, Rational(1))));
}

// 1000 x: rounding x to 12 bits errs by 2^-13 * 1000 = 0.122, and an exact x by nothing.
TEST(Aster, TheInputErrorCountsWithTheFirstLayersWeights) {
  Setting rounded{"rounded", {12, 5, 32}, false};
  Setting exact{"exact", {12, 5, 32}, true};
  const auto feasible = [](const Setting& setting, const Rational& eps) {
    const Problem p = problem(one_layer(100000), 10, eps, setting);
    return std::holds_alternative<AsterAssignment>(aster(p, setting.options, Rational(1)));
  };
  EXPECT_FALSE(feasible(rounded, q(122, 1000)));
  EXPECT_TRUE(feasible(rounded, q(123, 1000)));
  EXPECT_TRUE(feasible(exact, q(1, 1000000)));
  // Declared on a finer grid than the format's: rounded after all.
  Problem finer = problem(one_layer(100000), 10, q(122, 1000), exact);
  finer.inputs[0].fraction_bits = 13;
  EXPECT_TRUE(std::holds_alternative<AsterInfeasible>(aster(finer, exact.options, Rational(1))));
  // On a coarser one: nothing is gained by a finer input.
  finer.inputs[0].fraction_bits = 3;
  const AsterOutcome coarse = aster(finer, exact.options, Rational(1));
  EXPECT_EQ(std::get<AsterAssignment>(coarse).plan.input_lsb[0], -3);
}

// The output of the hidden layer has at best 8 fractional bits; 1000 times 2^-9 is 1.95.
TEST(Aster, TheLastLayersWeightsCount) {
  const Setting setting{"8 bits", {8, 5, 8}, true};
  const net::Network network(
      "steep end", 1,
      {layer("hidden", 0, matrix(1, 1, {33}), {0}, Activation::relu),
       layer("output", 1, matrix(1, 1, {100000}), {0}, Activation::identity)});
  const auto outcome = [&](const Rational& eps) {
    return aster(problem(network, 10, eps, setting), setting.options, Rational(1));
  };
  const AsterOutcome no = outcome(q(195, 100));
  ASSERT_TRUE(std::holds_alternative<AsterInfeasible>(no));
  EXPECT_TRUE(std::get<AsterInfeasible>(no).proved);
  EXPECT_NE(std::get<AsterInfeasible>(no).reason.find("even 8 fractional bits"), std::string::npos);
  EXPECT_TRUE(std::holds_alternative<AsterAssignment>(outcome(Rational(4))));
}

TEST(Aster, ATighterScaleTightensTheBound) {
  const Problem p = problem(cancelling(), 10, q(1, 1000), kSettings[1]);
  const AsterOutcome outcome = aster(p, kSettings[1].options, q(1, 100));
  EXPECT_LE(std::get<AsterAssignment>(outcome).error, q(1, 100000));
}

TEST(Aster, TheSmallestBoundOfTheFunctionalsRules) {
  const net::Network network(
      "two outputs", 1, {layer("output", 0, matrix(2, 1, {33, 47}), {0, 0}, Activation::identity)});
  Problem p = problem(network, 10, q(1, 1000), kSettings[1]);
  p.functionals[1] = {{Rational(-3), Rational(1)}, q(1, 10000)};
  const AsterOutcome outcome = aster(p, kSettings[1].options, Rational(1));
  EXPECT_LE(std::get<AsterAssignment>(outcome).error, q(1, 40000));
}

TEST(Aster, OnlyChainsAndSensibleOptions) {
  const net::Network skip("skip", 1,
                          {layer("hidden", 0, matrix(1, 1, {33}), {0}, Activation::relu),
                           layer("output", 0, matrix(1, 1, {47}), {0}, Activation::identity)});
  const Problem p = problem(skip, 10, q(1, 1000), kSettings[0]);
  try {
    aster(p, kSettings[0].options, Rational(1));
    FAIL() << "a block that skips its predecessor was taken for a chain";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_in_this_version);
    EXPECT_NE(error.sentence().find("'output'"), std::string::npos);
  }
  const Problem chain = problem(cancelling(), 10, q(1, 1000), kSettings[0]);
  EXPECT_THROW(aster(chain, {20, 6, 5}, Rational(1)), Error);
}

}  // namespace
}  // namespace certifix::optimize
