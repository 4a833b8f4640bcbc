// Places where a proof of this kind is easily wrong by a little, each small enough to be worked out
// by hand: ties, faces of leaves, accumulators coarser than outputs, weights that are not dyadic.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "certifix/certify/text.hpp"
#include "certifix/check/verify.hpp"
#include "tests/support/dense.hpp"

namespace certifix::check {
namespace {

using net::Activation;
using num::Interval;
using num::power_of_two;
using num::Rational;

// One input, one row y = w x + b.
struct Single {
  Rational w = 1, b = 0;
  Interval range{0, 1};
  std::optional<int> grid;  // fractional bits
  Rational bound = 1000;
  design::Input input{{true, 20, -2}, 0, 4};
  design::Row row{Activation::identity,           {{0, 0, 1, 0}}, 0, -2, 40,
                  design::AccumulatorMode::exact, {true, 20, -2}};
  Certificate certificate;

  Verdict verdict() const {
    net::Network network("single", 1,
                         {{"y", {{0, test::dense(1, 1, {w})}}, {b}, {row.activation}, {}}});
    const spec::Problem problem{
        std::move(network),       {range}, {{grid}}, spec::OutOfRange::clamp,
        {{{Rational(1)}, bound}}, {}};
    Certificate result = certificate;
    result.design.inputs = {input};
    result.design.blocks = {{"", {row}}};
    return verify(certify::problem_text(problem), certify::certificate_text(result));
  }
  // What is proven; a rejection fails the test.
  Rational proven() const {
    const Verdict answer = verdict();
    if (const auto* no = std::get_if<Rejected>(&answer)) {
      ADD_FAILURE() << id(no->rule) << " " << no->where << ": " << no->detail;
      return -1;
    }
    return std::get<Accepted>(answer).theorem.proven[0];
  }
  std::string rule() const {
    const Verdict answer = verdict();
    const auto* no = std::get_if<Rejected>(&answer);
    return no ? std::string(id(no->rule)) : "accepted";
  }
};

TEST(CheckTraps, AnInputOnItsOwnGridHasNoError) {
  Single s;
  s.grid = 2;
  EXPECT_EQ(s.proven(), Rational(0));
  s.grid = 1;  // coarser
  EXPECT_EQ(s.proven(), Rational(0));
  s.grid = -3;  // only 0 lies in the box
  s.input.code_max = 0;
  EXPECT_EQ(s.proven(), Rational(0));
}

// Multiples of 1/8 on the grid 1/4: 1/8 becomes 1/4, so e is 0 or 1/8, never negative. Multiples of
// 1/16: e lies in -1/16 .. 1/8, and a bias of the network centres it.
TEST(CheckTraps, AFinerGridIsRoundedHalfUp) {
  Single s;
  s.grid = 3;
  EXPECT_EQ(s.proven(), Rational(1, 8));
  s.b = Rational(1, 16);
  EXPECT_EQ(s.proven(), Rational(1, 16));
  s.grid = 4;
  s.b = Rational(1, 32);
  EXPECT_EQ(s.proven(), Rational(3, 32));
  s.grid.reset();  // any real: -1/8 .. 1/8
  EXPECT_EQ(s.proven(), Rational(1, 8) + Rational(1, 32));
}

TEST(CheckTraps, AConstantInputHasItsExactError) {
  Single s;
  s.range = Interval(Rational(5, 16), Rational(5, 16));  // becomes 1/4
  s.input.code_min = s.input.code_max = 1;
  EXPECT_EQ(s.proven(), Rational(1, 16));
  s.range = Interval(Rational(3, 4), Rational(3, 4));
  s.input.code_min = s.input.code_max = 3;
  EXPECT_EQ(s.proven(), Rational(0));
}

TEST(CheckTraps, RoundingOfTheOutputDependsOnTheAccumulatorsGrid) {
  Single s;
  s.grid = 2;
  EXPECT_EQ(s.proven(), Rational(0));  // A == Q
  s.row.output.lsb = -5;               // A > Q: shifted left
  EXPECT_EQ(s.proven(), Rational(0));
  s.row.output.lsb = -1;  // A < Q: half an ulp
  EXPECT_EQ(s.proven(), Rational(1, 4));
  s.row.output.lsb = 0;
  EXPECT_EQ(s.proven(), Rational(1, 2));
}

// Quarters rounded to whole numbers: rho lies in -1/4 .. 1/2, and a bias of the network centres it.
TEST(CheckTraps, HalfAnUlpIsReachedUpwardsOnly) {
  Single s;
  s.grid = 2;
  s.row.output.lsb = 0;
  s.b = Rational(1, 8);
  EXPECT_EQ(s.proven(), Rational(3, 8));
  s.b = Rational(-1, 8);
  EXPECT_EQ(s.proven(), Rational(5, 8));
}

// [0, 1/8] holds the tie 1/8, which becomes 1/4: the implemented input leaves the box.
TEST(CheckTraps, TheImplementedInputMayLeaveTheLeaf) {
  Single s;
  s.range = Interval(0, Rational(1, 8));
  s.input.code_max = 1;
  s.input.format = {false, -2, -2};  // one bit
  s.row.output = {false, -2, -2};
  EXPECT_EQ(s.proven(), Rational(1, 8));
  s.input.code_max = 0;
  EXPECT_EQ(s.rule(), "R-INPUT-CODES");
  // The lower leaf of a cut at the tie reaches code 2 although its values end at 3/8: two bits.
  Single split;
  split.range = Interval(0, Rational(3, 4));
  split.input.code_max = 3;
  split.certificate.tree = {Cut{0, Rational(3, 8)}, Leaf{}, Leaf{}};
  split.row.accumulator_width = 3;
  EXPECT_EQ(split.proven(), Rational(1, 8));
  split.row.accumulator_width = 2;
  EXPECT_EQ(split.rule(), "R-ACCUMULATOR");
  const Verdict answer = split.verdict();
  EXPECT_EQ(std::get<Rejected>(answer).where, "block 1 row 0, leaf 0");
}

// A value just below a tie is rounded down, the tie itself up; -1/8 is a tie as well.
TEST(CheckTraps, NegativeTiesGoUp) {
  Single s;
  s.range = Interval(Rational(-1, 8), 0);
  s.input.code_min = 0;
  s.input.code_max = 0;
  EXPECT_EQ(s.proven(), Rational(1, 8));
  s.input.code_min = -1;
  EXPECT_EQ(s.rule(), "R-INPUT-CODES");
  s.range = Interval(Rational(-1, 8) - power_of_two(-100), 0);
  EXPECT_EQ(s.proven(), Rational(1, 8));
}

// relu(x - 1/2) cut at its kink: the network is off in the lower leaf and on in the upper one, kink
// included, but near the kink the design may be on where the network is off.
TEST(CheckTraps, FacesBelongToBothLeaves) {
  Single s;
  s.row.activation = Activation::relu;
  s.b = Rational(-1, 2);
  s.row.bias = -2;
  s.certificate.tree = {Cut{0, Rational(1, 2)}, Leaf{}, Leaf{}};
  EXPECT_EQ(s.proven(), Rational(1, 8));
  s.row.bias = -1;  // an ulp more: 1/4 + 1/8, reached at x = 3/8 and below x = 1/2
  EXPECT_EQ(s.proven(), Rational(3, 8));
}

TEST(CheckTraps, AnEdgeOfTheNetworkAloneCounts) {
  Single s;
  s.grid = 2;
  s.w = Rational(-3, 5);
  s.row.terms.clear();
  const Rational proven = s.proven();
  EXPECT_GE(proven, Rational(3, 5));  // reached at x = 1
  EXPECT_LE(proven, Rational(3, 5) + power_of_two(-46));
}

TEST(CheckTraps, AnEdgeOfTheDesignAloneCounts) {
  Single s;
  s.grid = 2;
  s.w = 0;
  EXPECT_EQ(s.proven(), Rational(1));
}

// 1/3 is not on the grid 2^-16: its nearest point is 21845 u, a third of u below. What the network
// loses there, theta, is paid for.
TEST(CheckTraps, DecimalsAreSafeOnACoarseGrid) {
  Single s;
  s.grid = 2;
  s.certificate.precision = {16, 16};
  for (const int sign : {-1, 1}) {
    s.w = Rational(sign, 3);
    s.b = 0;
    s.row.terms.clear();
    EXPECT_GE(s.proven(), Rational(1, 3));
    EXPECT_LE(s.proven(), Rational(1, 3) + 2 * power_of_two(-16));
    s.b = Rational(sign * 2, 3);
    EXPECT_GE(s.proven(), Rational(1));
    EXPECT_LE(s.proven(), Rational(1) + 3 * power_of_two(-16));
  }
}

// A functional whose coefficients are not on the grid.
TEST(CheckTraps, CoefficientsAreRoundedOutward) {
  net::Network network("c", 1,
                       {{"y", {{0, test::dense(1, 1, {0})}}, {1}, {Activation::identity}, {}}});
  for (const Rational& c : {Rational(1, 3), Rational(2, 3), Rational(-1, 3), Rational(-2, 3)}) {
    const spec::Problem problem{
        network, {Interval(0, 1)}, {{}}, spec::OutOfRange::clamp, {{{c}, 10}}, {}};
    Certificate certificate;
    certificate.precision = {16, 16};
    certificate.design.inputs = {{{true, 20, -2}, 0, 4}};
    certificate.design.blocks = {
        {"", {{Activation::identity, {}, 0, 0, 4, design::AccumulatorMode::exact, {true, 3, 0}}}}};
    const Verdict answer =
        verify(certify::problem_text(problem), certify::certificate_text(certificate));
    const Rational proven = std::get<Accepted>(answer).theorem.proven[0];
    EXPECT_GE(proven, num::abs(c));
    EXPECT_LE(proven, num::abs(c) + power_of_two(-16));
  }
}

// On whole numbers a tent of height 1/2 is 0, and so is the design. The leaf that holds the tent's
// top holds no whole number and needs no proof.
TEST(CheckTraps, ALeafWithoutGridPointsNeedsNoProof) {
  net::Network network("tent", 1,
                       {{"h",
                         {{0, test::dense(2, 1, {1, 1})}},
                         {0, Rational(-1, 2)},
                         {Activation::relu, Activation::relu},
                         {}},
                        {"y", {{1, test::dense(1, 2, {1, -2})}}, {0}, {Activation::identity}, {}}});
  spec::Problem problem{
      network, {Interval(0, 1)}, {{0}}, spec::OutOfRange::clamp, {{{Rational(1)}, Rational(1, 20)}},
      {}};
  const design::Row nothing{Activation::relu, {}, 0, 0, 4, design::AccumulatorMode::exact,
                            {true, 3, 0}};
  Certificate certificate;
  certificate.design.inputs = {{{false, 0, 0}, 0, 1}};
  certificate.design.blocks = {{"", {nothing, nothing}}, {"", {nothing}}};
  certificate.design.blocks[1].rows[0].activation = Activation::identity;
  certificate.tree = {Cut{0, Rational(1, 100)}, Leaf{}, Cut{0, Rational(99, 100)}, Leaf{}, Leaf{}};
  const auto rule = [&] {
    const Verdict answer =
        verify(certify::problem_text(problem), certify::certificate_text(certificate));
    const auto* no = std::get_if<Rejected>(&answer);
    return no ? std::string(id(no->rule)) : "accepted";
  };
  // In the last leaf the errors -x and -(x - 1/2) cancel but for the width of the leaf.
  EXPECT_EQ(rule(), "accepted");
  problem.inputs[0].fraction_bits.reset();
  EXPECT_EQ(rule(), "R-BOUND");
}

}  // namespace
}  // namespace certifix::check
