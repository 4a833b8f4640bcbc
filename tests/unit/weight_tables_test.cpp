// Two roundings of a block's weights: which is taken, and what it makes of a plan.
#include "certifix/optimize/weight_tables.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "../support/dense.hpp"
#include "certifix/optimize/joint_rounding.hpp"
#include "certifix/optimize/layer.hpp"
#include "certifix/optimize/realize.hpp"

namespace certifix::optimize {
namespace {

using num::Rational;

constexpr std::size_t kHidden = 16;

// One output over 16 neurons of two inputs. With a bias of 10 all neurons are active on the box
// [-1, 1]^2: each is an affine function of two values, and rounding errors of the output's weights
// can cancel.
spec::Problem problem() {
  std::mt19937_64 engine(5);
  std::uniform_int_distribution<int> thousandths(-1500, 1500);
  const auto weight = [&] { return Rational(thousandths(engine), 1000); };
  std::vector<Rational> hidden, output;
  for (std::size_t i = 0; i < kHidden; ++i) {
    hidden.insert(hidden.end(), {weight(), weight()});
    output.push_back(weight());
  }
  return spec::Problem{net::Network("wide", 2,
                                    {{"hidden",
                                      {{0, test::dense(kHidden, 2, hidden)}},
                                      std::vector<Rational>(kHidden, 10),
                                      std::vector<net::Activation>(kHidden, net::Activation::relu),
                                      {}},
                                     {"out",
                                      {{1, test::dense(1, kHidden, output)}},
                                      {Rational(0)},
                                      {net::Activation::identity},
                                      {}}}),
                       spec::Box(2, num::Interval(Rational(-1), Rational(1))),
                       std::vector<spec::InputConvention>(2),
                       spec::OutOfRange::clamp,
                       {{{1}, Rational(1, 1000)}},
                       {}};
}

TEST(WeightTables, CompensationIsTakenWhereErrorsCancel) {
  const spec::Problem one = problem();
  const Subject subject(one, one.network, FormatScope::block, 1);
  const LeafSet leaves = whole_box(subject);
  WeightTables tables(subject, leaves);
  const WeightTables::Entry& first = tables.at(1, 8);  // two inputs that vary by themselves
  EXPECT_EQ(first.rounding, Rounding::nearest);
  const WeightTables::Entry& second = tables.at(2, 8);
  ASSERT_EQ(second.rounding, Rounding::compensated);
  // Both errors are those of the designs that differ from the network in these weights alone.
  const auto proven = [&](Rounding rounding) {
    const error::FloatDesign image = only_weights(subject, leaves, 2, {8}, rounding);
    const error::Analysis analysis =
        error::analyze(subject.problem(), image, *leaves.leaves[0].real, subject.effort());
    return tables.relative(0, (analysis.functional[0].upper - analysis.functional[0].lower) / 2);
  };
  EXPECT_DOUBLE_EQ(second.error[0], proven(Rounding::compensated));
  EXPECT_LT(second.error[0] * 5, proven(Rounding::nearest));
}

TEST(WeightTables, PlansGetValuesOfTheirGrids) {
  const spec::Problem one = problem();
  const Subject subject(one, one.network, FormatScope::block, 2);
  const LeafSet leaves = whole_box(subject);
  WeightTables tables(subject, leaves);
  const Plan plain = uniform_plan(subject, -16, -8, -16);
  const Plan plan = tables.rounded(plain);
  EXPECT_TRUE(plan.blocks[0].value.empty());
  ASSERT_EQ(plan.blocks[1].value.size(), 1u);
  ASSERT_EQ(plan.blocks[1].value[0].size(), kHidden);
  for (std::size_t t = 0; t < kHidden; ++t) {
    const double code = std::ldexp(plan.blocks[1].value[0][t], 8);
    EXPECT_EQ(code, std::floor(code));
    EXPECT_LE(std::fabs(code - std::ldexp(subject.network().block(2).sources[0].row(0)[t], 8)), 2);
  }
  EXPECT_EQ(roundings(plan), (std::vector<Rounding>{Rounding::nearest, Rounding::compensated}));
  EXPECT_LT(realize(subject, leaves, plan).ratio, realize(subject, leaves, plain).ratio);
}

TEST(WeightTables, ADesignOfTheLayerMethodUsesThem) {
  const spec::Problem one = problem();
  const Subject subject(one, one.network, FormatScope::block, 2);
  const LeafSet leaves = whole_box(subject);
  const LayerGrids grids = uniform_grids(subject, 20);
  const Candidate reference = realize(subject, leaves, layer_plan(subject, grids, std::nullopt));
  ASSERT_LE(reference.ratio, 1);
  const Candidate best = search_layers(subject, leaves, reference, grids, {}).best;
  EXPECT_LE(best.ratio, 1);
  EXPECT_EQ(roundings(best.plan)[1], Rounding::compensated);
}

TEST(JointRounding, RowsUndoEachOthersErrors) {
  const spec::Problem one = problem();
  const Subject subject(one, one.network, FormatScope::block, 2);
  const LeafSet leaves = whole_box(subject);
  ASSERT_TRUE(JointRounding::possible(subject));
  const JointRounding joint(subject, leaves);
  Plan plain = uniform_plan(subject, -24, -24, -24);
  for (std::vector<int>& row : plain.blocks[0].weight_lsb) row.assign(row.size(), -5);
  const Plan plan = joint.improved(plain);
  for (std::size_t b = 0; b < 2; ++b) {
    const range::FloatSource& source = subject.network().block(b + 1).sources[0];
    for (std::size_t i = 0; i < plan.blocks[b].value.size(); ++i)
      for (std::size_t j = 0; j < plan.blocks[b].value[i].size(); ++j) {
        const double code = std::ldexp(plan.blocks[b].value[i][j], b == 0 ? 5 : 24);
        EXPECT_EQ(code, std::floor(code));
        EXPECT_LE(std::fabs(code - std::ldexp(source.row(i)[j], b == 0 ? 5 : 24)), 2);
      }
  }
  // Two inputs, sixteen rows of two weights, one output: nearly all cancels, and the proof sees it.
  EXPECT_LT(realize(subject, leaves, plan).ratio * 5, realize(subject, leaves, plain).ratio);
  EXPECT_EQ(joint.improved(plain).blocks[0].value, plan.blocks[0].value);
}

TEST(JointRounding, GridsStayAndWhatIsNotThereStaysAway) {
  const spec::Problem one = problem();
  const Subject subject(one, one.network, FormatScope::block, 1);
  const JointRounding joint(subject, whole_box(subject));
  const Plan plain = uniform_plan(subject, -10, -6, -10);
  const Plan plan = joint.improved(plain);
  EXPECT_EQ(plan.input_lsb, plain.input_lsb);
  for (std::size_t b = 0; b < 2; ++b) {
    EXPECT_EQ(plan.blocks[b].weight_lsb, plain.blocks[b].weight_lsb);
    EXPECT_EQ(plan.blocks[b].output_lsb, plain.blocks[b].output_lsb);
  }
}

}  // namespace
}  // namespace certifix::optimize
