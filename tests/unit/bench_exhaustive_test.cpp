// The exhaustive mode of the benchmark against the plainest enumeration in rationals.
#include <gtest/gtest.h>

#include <algorithm>

#include "bench/exhaustive.hpp"
#include "bench/integer_network.hpp"
#include "bench/rounding_cells.hpp"
#include "certifix/base/error.hpp"
#include "certifix/executor/executor.hpp"
#include "certifix/semantics/evaluate.hpp"
#include "certifix/semantics/output_bounds.hpp"
#include "tests/support/dense.hpp"
#include "tests/support/random_network.hpp"
#include "tests/support/rounded_design.hpp"

namespace certifix::bench {
namespace {

using num::Integer;
using num::Interval;
using num::Rational;
using Point = std::vector<Rational>;

design::Input input_on_grid(int lsb, int code_min, int code_max) {
  return {num::FixedFormat::smallest(code_min, code_max, lsb), code_min, code_max};
}

Point edges_of(const RoundingCells& cells) {
  Point edges;
  for (std::uint64_t e = 0; e < cells.edge_count(); ++e) edges.push_back(cells.edge(e));
  return edges;
}

TEST(RoundingCells, AreCutToTheBox) {
  const RoundingCells cells({0, 1}, input_on_grid(-1, 0, 2), true);
  EXPECT_EQ(cells.count(), 3);
  EXPECT_EQ(cells.code(2), 2);
  EXPECT_EQ(edges_of(cells), (Point{0, Rational(1, 4), Rational(3, 4), 1}));
}

// 3/4 lies between 1/2 and 1, and rounds up: the last cell is the single point 3/4.
TEST(RoundingCells, MayEndInATie) {
  const RoundingCells cells({Rational(-7, 10), Rational(3, 4)}, input_on_grid(-1, -1, 2), true);
  EXPECT_EQ(cells.count(), 4);
  EXPECT_EQ(cells.code(0), -1);
  EXPECT_EQ(edges_of(cells), (Point{Rational(-7, 10), Rational(-1, 4), Rational(1, 4),
                                    Rational(3, 4), Rational(3, 4)}));
}

TEST(RoundingCells, OfAPointHaveOneEdge) {
  const RoundingCells cells({25, 25}, input_on_grid(-1, 50, 50), true);
  EXPECT_EQ(cells.count(), 1);
  EXPECT_EQ(cells.lower_edge(0), cells.upper_edge(0));
  EXPECT_EQ(edges_of(cells), (Point{25}));
}

TEST(RoundingCells, ReachBeyondTheCodesOfADesignThatClamps) {
  const design::Input input = input_on_grid(-1, 1, 2);
  EXPECT_EQ(edges_of(RoundingCells({0, 2}, input, true)), (Point{0, Rational(3, 4), 2}));
  EXPECT_THROW(RoundingCells({0, 2}, input, false), Bug);
}

TEST(IntegerNetwork, FollowsANetworkAlongALine) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const net::Network network = test::random_network(seed, {2, 6, 5, 2});
    const IntegerNetwork integers(network, 7);
    std::vector<Integer> x = {-14, 3};
    const std::vector<Integer> step = {2, -1};
    std::size_t pieces = 0;
    for (std::uint64_t left = 30; left > 0; ++pieces) {
      const Piece piece = integers.piece(x, step, left);
      ASSERT_GE(piece.count, 1U);
      ASSERT_LE(piece.count, left);
      for (std::uint64_t k = 0; k < piece.count; ++k) {
        const Point y = semantics::evaluate(network, {Rational(x[0], 7), Rational(x[1], 7)});
        for (std::size_t o = 0; o < y.size(); ++o)
          EXPECT_EQ(Rational(Integer(piece.value[o] + Integer(k) * piece.slope[o]),
                             integers.output_scale()),
                    y[o]);
        x[0] += step[0];
        x[1] += step[1];
      }
      left -= piece.count;
    }
    EXPECT_GT(pieces, 1U) << "no neuron changes sides: the line shows nothing";
  }
}

// relu(x) at -1, 0, 1: the neuron is on both sides of 0, and only its right one has a slope.
TEST(IntegerNetwork, StartsAPieceAtAKink) {
  const net::Network network(
      "relu", 1,
      {net::Block{"output", {{0, test::dense(1, 1, {1})}}, {0}, {net::Activation::relu}, {}}});
  const IntegerNetwork integers(network, 1);
  const std::vector<Integer> step = {1};
  EXPECT_EQ(integers.piece(std::vector<Integer>{-1}, step, 9).count, 2U);  // -1 and 0
  const Piece right = integers.piece(std::vector<Integer>{0}, step, 9);
  EXPECT_EQ(right.count, 9U);
  EXPECT_EQ(right.slope[0], 1);
}

spec::Problem problem_of(net::Network network, const spec::Box& box) {
  const std::size_t outputs = network.output_count();
  return {std::move(network),
          box,
          std::vector<spec::InputConvention>(box.size()),
          spec::OutOfRange::clamp,
          semantics::output_bounds(outputs, {Rational(1)}),
          {}};
}

// The largest |error| of every output over all corners of all cells, one by one.
class PlainEnumeration {
 public:
  PlainEnumeration(const spec::Problem& problem, const design::Design& design)
      : problem_(problem), executor_(design), worst(problem.network.output_count()) {
    choose_code(0);
  }

 private:
  const spec::Problem& problem_;
  executor::Executor executor_;
  std::vector<Integer> codes_;
  Point implemented_;
  Point corner_;

 public:
  std::vector<Rational> worst;
  std::size_t combinations = 0;
  std::size_t corners = 0;

 private:
  void choose_code(std::size_t i) {
    const design::Design& design = executor_.design();
    if (i < design.inputs.size()) {
      for (Integer code = design.inputs[i].code_min; code <= design.inputs[i].code_max; ++code) {
        codes_.push_back(code);
        choose_code(i + 1);
        codes_.pop_back();
      }
      return;
    }
    ++combinations;
    implemented_.clear();
    const std::vector<Integer> outputs = executor_.run(codes_);
    for (std::size_t o = 0; o < outputs.size(); ++o)
      implemented_.push_back(executor_.output_value(outputs[o], o));
    choose_corner(0);
  }

  void choose_corner(std::size_t i) {
    if (i < codes_.size()) {
      const Rational half(1, 2);
      const long lsb = executor_.design().inputs[i].format.lsb;
      const Interval& side = problem_.box[i];
      const Rational low = std::max(side.lower(), num::scaled(Rational(codes_[i]) - half, lsb));
      const Rational high = std::min(side.upper(), num::scaled(Rational(codes_[i]) + half, lsb));
      for (const Rational& x : side.is_point() ? Point{low} : Point{low, high}) {
        corner_.push_back(x);
        choose_corner(i + 1);
        corner_.pop_back();
      }
      return;
    }
    ++corners;
    const Point real = semantics::evaluate(problem_.network, corner_);
    for (std::size_t o = 0; o < real.size(); ++o)
      worst[o] = std::max(worst[o], num::abs(implemented_[o] - real[o]));
  }
};

// The corner that is named has the error that is named, and its cell is that of the codes.
void expect_true(const spec::Problem& problem, const design::Design& design, std::size_t output,
                 const WorstCorner& worst) {
  const executor::Executor executor(design);
  const Rational implemented = executor.output_value(executor.run(worst.codes)[output], output);
  EXPECT_EQ(worst.error, implemented - semantics::evaluate(problem.network, worst.corner)[output]);
  for (std::size_t i = 0; i < worst.codes.size(); ++i) {
    const Rational centre = num::scaled(Rational(worst.codes[i]), design.inputs[i].format.lsb);
    EXPECT_LE(num::abs(worst.corner[i] - centre),
              num::power_of_two(design.inputs[i].format.lsb - 1));
    EXPECT_TRUE(problem.box[i].contains(worst.corner[i]));
  }
}

void compare(const spec::Problem& problem, const design::Design& design) {
  const PlainEnumeration plain(problem, design);
  const Extent all = extent(problem, design);
  EXPECT_EQ(all.combinations, Integer(plain.combinations));
  EXPECT_EQ(all.corners, Integer(plain.corners));
  const std::vector<WorstCorner> worst = worst_corners(problem, design, 1);
  const std::vector<WorstCorner> again = worst_corners(problem, design, 2);
  ASSERT_EQ(worst.size(), plain.worst.size());
  for (std::size_t o = 0; o < worst.size(); ++o) {
    EXPECT_EQ(num::abs(worst[o].error), plain.worst[o]);
    expect_true(problem, design, o, worst[o]);
    EXPECT_EQ(again[o].error, worst[o].error);
    EXPECT_EQ(again[o].codes, worst[o].codes);
    EXPECT_EQ(again[o].corner, worst[o].corner);
  }
}

TEST(Exhaustive, AgreesWithThePlainEnumeration) {
  const spec::Box box = {Interval(Rational(-7, 10), Rational(6, 5)), Interval(-1, Rational(1, 3))};
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const net::Network network = test::random_network(seed, {2, 5, 4, 2});
    const test::RoundedBits bits{.input = 3, .weight = 5, .activation = 6};
    compare(problem_of(network, box), test::rounded_design(network, box, bits));
  }
}

TEST(Exhaustive, TakesThreeInputsOneOfThemAPoint) {
  const spec::Box box = {Interval(-1, 1), Interval(Rational(1, 3), Rational(1, 3)),
                         Interval(0, Rational(7, 10))};
  const net::Network network = test::random_network(5, {3, 4, 3});
  const test::RoundedBits bits{.input = 3, .weight = 4, .activation = 4};
  compare(problem_of(network, box), test::rounded_design(network, box, bits));
}

// More codes of either input than are taken at a time, so that several tasks meet.
TEST(Exhaustive, JoinsItsBlocks) {
  const spec::Box box = {Interval(0, Rational(7, 100)), Interval(-1, Rational(1, 10))};
  const net::Network network = test::random_network(3, {2, 2, 1});
  const test::RoundedBits bits{.input = 10, .weight = 6, .activation = 8};
  compare(problem_of(network, box), test::rounded_design(network, box, bits));
}

// f(x) = x on [0, 1], inputs and outputs on the grid 1/2: just below 1/4 the code is 0.
TEST(Exhaustive, CountsTheOpenEdgeOfACell) {
  const net::Network network(
      "identity", 1,
      {net::Block{"output", {{0, test::dense(1, 1, {1})}}, {0}, {net::Activation::identity}, {}}});
  const spec::Box box = {Interval(0, 1)};
  const design::Design design =
      test::rounded_design(network, box, {.input = 1, .weight = 0, .activation = 1});
  const WorstCorner worst = worst_corners(problem_of(network, box), design, 1)[0];
  EXPECT_EQ(worst.error, Rational(-1, 4));
  EXPECT_EQ(worst.codes, (std::vector<Integer>{0}));
  EXPECT_EQ(worst.corner, (Point{Rational(1, 4)}));
}

TEST(Exhaustive, RefusesADeclaredGrid) {
  const net::Network network = test::random_network(1, {1, 2, 1});
  const spec::Box box = {Interval(0, 1)};
  const design::Design design = test::rounded_design(network, box, {});
  spec::Problem problem = problem_of(network, box);
  problem.inputs[0].fraction_bits = 4;
  EXPECT_THROW(worst_corners(problem, design, 1), Bug);
}

}  // namespace
}  // namespace certifix::bench
