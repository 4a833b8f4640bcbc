#include "certifix/simplify/simplify.hpp"

#include <gtest/gtest.h>

#include "certifix/semantics/evaluate.hpp"
#include "certifix/simplify/box_tree.hpp"
#include "certifix/simplify/rewrite.hpp"
#include "tests/support/dense.hpp"

namespace certifix::simplify {
namespace {

using net::Activation;
using net::Block;
using net::Matrix;
using net::Network;
using num::Interval;
using num::Rational;

constexpr Activation kIdentity = Activation::identity;
constexpr Activation kRelu = Activation::relu;

// relu(2 x - 1) - 3 relu(-x): on [1, 2] the first neuron is linear, the second dead.
Network example() {
  return Network("example", 1,
                 {Block{"hidden", {{0, test::dense(2, 1, {2, -1})}}, {-1, 0}, {kRelu, kRelu}, {}},
                  Block{"output", {{1, test::dense(1, 2, {1, -3})}}, {0}, {kIdentity}, {}}});
}

// The only weights of the network's only source of block b.
const Matrix& weights(const Network& network, std::size_t b, std::size_t source = 0) {
  return network.block(b).sources.at(source).weights;
}

TEST(Rewrite, BypassesLinearAndDropsDeadNeurons) {
  const Network g =
      rewrite(example(), {Interval(1, 2)}, {{{Role::bypass, Role::dead}, {Role::keep}}});
  ASSERT_EQ(g.block_count(), 2u);
  EXPECT_EQ(g.name(), "example");
  EXPECT_EQ(g.block(1).name, "output");
  EXPECT_EQ(g.block(1).bias, std::vector<Rational>{-1});
  EXPECT_EQ(weights(g, 1), test::dense(1, 1, {2}));
}

TEST(Rewrite, KeepsAnAffineNeuronWithoutItsRelu) {
  const Network g =
      rewrite(example(), {Interval(1, 2)}, {{{Role::affine, Role::dead}, {Role::keep}}});
  ASSERT_EQ(g.block_count(), 3u);
  ASSERT_EQ(g.size(1), 1u);
  EXPECT_EQ(g.block(1).activation[0], kIdentity);
  EXPECT_EQ(semantics::evaluate(g, {Rational(3, 2)}), std::vector<Rational>{2});
}

TEST(Rewrite, ReadsEarlierBlocksAcrossABypassedOne) {
  // Block 2 is bypassed: the output reads block 1 and the input directly.
  const Network f("skip", 1,
                  {Block{"a", {{0, test::dense(1, 1, {1})}}, {0}, {kRelu}, {}},
                   Block{"b",
                         {{0, test::dense(1, 1, {Rational(1, 3)})}, {1, test::dense(1, 1, {2})}},
                         {Rational(1, 7)},
                         {kIdentity},
                         {}},
                   Block{"c", {{2, test::dense(1, 1, {Rational(3, 4)})}}, {1}, {kIdentity}, {}}});
  const Network g = rewrite(f, {Interval(-1, 1)}, {{{Role::keep}, {Role::bypass}, {Role::keep}}});
  ASSERT_EQ(g.block_count(), 3u);
  ASSERT_EQ(g.block(2).sources.size(), 2u);
  EXPECT_EQ(weights(g, 2, 0), test::dense(1, 1, {Rational(1, 4)}));
  EXPECT_EQ(weights(g, 2, 1), test::dense(1, 1, {Rational(3, 2)}));
  EXPECT_EQ(g.block(2).bias[0], Rational(31, 28));
  EXPECT_EQ(g.block(2).name, "c");
}

TEST(Rewrite, FoldsAConstantInputIntoTheBiasAndKeepsTheInput) {
  const Network f(
      "point", 2,
      {Block{"a", {{0, test::dense(1, 2, {Rational(1, 10), 5})}}, {1}, {kIdentity}, {}}});
  const Network g =
      rewrite(f, {Interval(Rational(1, 3), Rational(1, 3)), Interval(0, 1)}, {{{Role::keep}}});
  EXPECT_EQ(g.input_count(), 2u);
  EXPECT_EQ(g.block(1).bias[0], Rational(31, 30));
  EXPECT_EQ(weights(g, 1), test::dense(1, 2, {0, 5}));
}

TEST(Rewrite, LeavesOutWhatNothingReads) {
  // The only reader of a's second row is dead, and what the output reads of b cancels.
  const Network f("unread", 1,
                  {Block{"a", {{0, test::dense(2, 1, {1, 1})}}, {0, 1}, {kRelu, kRelu}, {}},
                   Block{"b",
                         {{1, test::dense(3, 2, {1, 0, 0, 1, 1, 0})}},
                         {0, 0, 0},
                         {kIdentity, kRelu, kIdentity},
                         {}},
                   Block{"c", {{2, test::dense(1, 3, {1, 1, -1})}}, {4}, {kIdentity}, {}}});
  const Claims claims{
      {{Role::keep, Role::keep}, {Role::bypass, Role::dead, Role::bypass}, {Role::keep}}};
  const Network g = rewrite(f, {Interval(-1, 1)}, claims);
  ASSERT_EQ(g.block_count(), 2u);
  EXPECT_TRUE(g.block(1).sources.empty());
  EXPECT_EQ(g.block(1).bias[0], Rational(4));
}

TEST(Rewrite, RefusesClaimsThatDoNotFit) {
  const spec::Box box{Interval(1, 2)};
  const auto refused = [&](Claims claims) { EXPECT_THROW(rewrite(example(), box, claims), Bug); };
  refused({{{Role::keep}, {Role::keep}}});
  refused({{{Role::keep, Role::keep}}});
  refused({{{Role::keep, Role::keep}, {Role::dead}}});
  refused({{{Role::keep, Role::keep}, {Role::bypass}}});
  refused({{{Role::keep, Role::keep}, {Role::affine}}});  // no relu
}

TEST(Simplify, MakesTheExampleAffine) {
  const Simplified s = simplify(example(), {Interval(1, 2)});
  EXPECT_EQ(s.claims, (Claims{{{Role::bypass, Role::dead}, {Role::keep}}}));
  EXPECT_TRUE(s.statistics.affine_on_box());
  Statistics expected;
  expected.multiplications_before = 4;
  expected.multiplications_after = 1;
  expected.dead = expected.linear = expected.bypassed = 1;
  EXPECT_EQ(s.statistics, expected);
  EXPECT_EQ(s.tree, (check::SplitTree{check::Leaf{}}));
}

TEST(Simplify, KeepsALinearNeuronAsAffineWhereBypassingCostsMore) {
  // One linear neuron between 4 inputs and 4 outputs: 8 multiplications, 16 without it.
  const Network f("narrow", 4,
                  {Block{"a", {{0, test::dense(1, 4, {1, 2, 3, 4})}}, {1}, {kRelu}, {}},
                   Block{"b",
                         {{1, test::dense(4, 1, {1, 2, 3, 4})}},
                         {0, 0, 0, 0},
                         {kIdentity, kIdentity, kIdentity, kIdentity},
                         {}}});
  const Simplified s = simplify(f, spec::Box(4, Interval(0, 1)));
  EXPECT_EQ(s.claims.of(1, 0), Role::affine);
  EXPECT_EQ(s.statistics.multiplications_after, 8u);
  EXPECT_EQ(s.statistics.affine, 1u);
  EXPECT_EQ(s.statistics.bypassed, 0u);
  EXPECT_TRUE(s.statistics.affine_on_box());
}

TEST(Simplify, ChoosesLayerByLayer) {
  // 3 inputs, two linear layers of 8 between them and the unstable layer of 3: both are bypassed,
  // although bypassing the first alone costs nothing less.
  const auto layer = [](std::size_t rows, std::size_t columns, int bias, Activation activation) {
    std::vector<Rational> w;
    for (std::size_t k = 0; k < rows * columns; ++k) w.push_back(Rational(int(k % 7) + 1, 8));
    return Block{"l",
                 {{0, test::dense(rows, columns, w)}},
                 std::vector<Rational>(rows, bias),
                 std::vector<Activation>(rows, activation),
                 {}};
  };
  std::vector<Block> blocks{layer(8, 3, 0, kRelu), layer(8, 8, 0, kRelu), layer(3, 8, -4, kRelu),
                            layer(1, 3, 0, kIdentity)};
  for (std::size_t b = 1; b < blocks.size(); ++b) blocks[b].sources[0].block = b;
  const Network f("layers", 3, blocks);
  const Simplified s = simplify(f, spec::Box(3, Interval(Rational(1, 9), 1)));
  EXPECT_EQ(s.statistics.multiplications_after, 12u);
  EXPECT_EQ(s.network.block_count(), 3u);
}

TEST(Simplify, AcceptsANetworkWhoseHiddenLayersAreDead) {
  const Network f(
      "dead", 2,
      {Block{"a", {{0, test::dense(2, 2, {1, 1, 1, -1})}}, {-9, -9}, {kRelu, kRelu}, {}},
       Block{"b", {{1, test::dense(1, 2, {1, 1})}}, {Rational(1, 10)}, {kRelu}, {}}});
  const Simplified s = simplify(f, spec::Box(2, Interval(-1, 1)));
  EXPECT_EQ(s.statistics.multiplications_after, 0u);
  EXPECT_EQ(s.network.block_count(), 2u);
  EXPECT_EQ(semantics::evaluate(s.network, {1, 1}), std::vector<Rational>{Rational(1, 10)});
  EXPECT_EQ(s.claims.of(2, 0), Role::affine);
}

// y = 3 relu(relu(x) - x/2 + 1/10): the outer relu is linear, but the ranges on [-1, 7/8] say that
// it may reach -27/80.
Network needs_a_cut() {
  return Network("cut", 1,
                 {Block{"a", {{0, test::dense(1, 1, {1})}}, {0}, {kRelu}, {}},
                  Block{"b",
                        {{0, test::dense(1, 1, {Rational(-1, 2)})}, {1, test::dense(1, 1, {1})}},
                        {Rational(1, 10)},
                        {kRelu},
                        {}},
                  Block{"c", {{2, test::dense(1, 1, {3})}}, {0}, {kIdentity}, {}}});
}

TEST(Simplify, CutsTheBoxWhereThatSavesMultiplications) {
  const spec::Box box{Interval(-1, Rational(7, 8))};
  const Simplified s = simplify(needs_a_cut(), box);
  EXPECT_EQ(s.claims.of(2, 0), Role::bypass);
  EXPECT_EQ(s.statistics.multiplications_after, 3u);
  EXPECT_EQ(s.tree,
            (check::SplitTree{check::Cut{0, Rational(-1, 16)}, check::Leaf{}, check::Leaf{}}));
  EXPECT_EQ(s.statistics.leaves, 2u);
  EXPECT_EQ(leaf_boxes(s.tree, box),
            (std::vector<spec::Box>{{Interval(-1, Rational(-1, 16))},
                                    {Interval(Rational(-1, 16), Rational(7, 8))}}));
}

TEST(Simplify, DoesNotCutTheBoxIfToldSo) {
  const Simplified s = simplify(needs_a_cut(), {Interval(-1, Rational(7, 8))}, {.leaves = 1});
  EXPECT_EQ(s.claims.of(2, 0), Role::keep);
  EXPECT_EQ(s.tree, (check::SplitTree{check::Leaf{}}));
  EXPECT_EQ(s.statistics.unstable, 2u);
}

TEST(Simplify, NeverCutsAnInputThatIsAPointOrNearlyOne) {
  // 1/3 is no double, so its enclosure has a width.
  const Network one = needs_a_cut();
  std::vector<Block> blocks{one.block(1), one.block(2), one.block(3)};
  blocks[0].sources[0].weights = test::dense(1, 2, {1, Rational(1, 1000)});
  blocks[1].sources[0].weights = test::dense(1, 2, {Rational(-1, 2), Rational(1, 1000)});
  const Network f("two", 2, blocks);
  const Rational third(1, 3);
  for (const Rational& width : {Rational(0), num::power_of_two(-300)}) {
    const spec::Box box{Interval(-1, Rational(7, 8)), Interval(third, third + width)};
    const Simplified s = simplify(f, box);
    EXPECT_EQ(s.claims.of(2, 0), Role::bypass);
    EXPECT_EQ(s.statistics.leaves, 2u);
    EXPECT_EQ(std::get<check::Cut>(s.tree[0]).input, 0u);
  }
}

TEST(Simplify, DoesNotCutWhereNothingIsSaved) {
  // The neuron that a cut would prove linear is read by nothing.
  const Network f(
      "vain", 1,
      {Block{"a", {{0, test::dense(1, 1, {1})}}, {0}, {kRelu}, {}},
       Block{"b",
             {{0, test::dense(2, 1, {Rational(-1, 2), 1})}, {1, test::dense(2, 1, {1, 1})}},
             {Rational(1, 10), 0},
             {kRelu, kRelu},
             {}},
       Block{"c", {{2, test::dense(1, 2, {0, 3})}}, {0}, {kIdentity}, {}}});
  const Simplified s = simplify(f, {Interval(-1, Rational(7, 8))});
  EXPECT_EQ(s.statistics.leaves, 1u);
}

TEST(Simplify, KeepsAnOutputThatIsADeadRelu) {
  const Network f("out", 1, {Block{"a", {{0, test::dense(1, 1, {1})}}, {-5}, {kRelu}, {}}});
  const Simplified s = simplify(f, {Interval(0, 1)});
  EXPECT_EQ(s.claims.of(1, 0), Role::keep);
  EXPECT_EQ(s.statistics.dead, 1u);
  EXPECT_EQ(semantics::evaluate(s.network, {1}), std::vector<Rational>{0});
}

}  // namespace
}  // namespace certifix::simplify
