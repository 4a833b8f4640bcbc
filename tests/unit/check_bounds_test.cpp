// Chapter 5 of docs/soundness.md on examples worked out by hand: what each bound gives alone, and
// what it must not forget.
//
// Unless a test says otherwise inputs are real, rounded to eighths, so that each has an error of up
// to 1/16 =: eps; weights are exact, and nothing else is rounded.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "certifix/certify/text.hpp"
#include "certifix/check/verify.hpp"
#include "certifix/semantics/output_bounds.hpp"
#include "tests/support/dense.hpp"

namespace certifix::check {
namespace {

using net::Activation;
using net::Matrix;
using num::Interval;
using num::power_of_two;
using num::Rational;

constexpr Activation kIdentity = Activation::identity;
constexpr Activation kRelu = Activation::relu;
const Rational kEps = Rational(1, 16);

// A network beside a design with the same rows, as wide as need be. Weights are in eighths.
struct Pair {
  explicit Pair(std::size_t inputs) : sizes_{inputs} {
    for (std::size_t i = 0; i < inputs; ++i) {
      box.emplace_back(-1, 1);
      design.inputs.push_back({{true, 20, -3}, -8, 8});
    }
    conventions.resize(inputs);
  }

  // Rows of weights on the block before; of the design too, or others for it.
  void add(Activation activation, const std::vector<std::vector<Rational>>& rows,
           std::optional<std::vector<std::vector<Rational>>> implemented = std::nullopt) {
    const std::size_t source = sizes_.size() - 1;
    std::vector<Rational> weights;
    design::Block block;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      weights.insert(weights.end(), rows[i].begin(), rows[i].end());
      block.rows.push_back(row(activation, source, (implemented ? *implemented : rows)[i]));
    }
    blocks.push_back({"b",
                      {{source, test::dense(rows.size(), sizes_.back(), weights)}},
                      std::vector<Rational>(rows.size()),
                      std::vector<Activation>(rows.size(), activation),
                      {}});
    design.blocks.push_back(std::move(block));
    sizes_.push_back(rows.size());
  }
  void name(std::vector<Neuron> rows) { tree = {Leaf{std::move(rows)}}; }

  // The error proven of the only output; -1 where the certificate is rejected, which fails.
  Rational proven() const {
    spec::Problem problem{
        net::Network("pair", box.size(), blocks), box, conventions, spec::OutOfRange::clamp,
        semantics::output_bounds(1, {1000}),      {}};
    Certificate certificate{precision, design, tree};
    certificate.norms = norms;
    const Verdict answer =
        verify(certify::problem_text(problem), certify::certificate_text(certificate));
    if (const auto* no = std::get_if<Rejected>(&answer)) {
      ADD_FAILURE() << id(no->rule) << " " << no->where << ": " << no->detail;
      return -1;
    }
    return std::get<Accepted>(answer).theorem.proven[0];
  }

  Precision precision{64, 64};
  int weight_bits = 3;  // fractional
  spec::Box box;
  std::vector<spec::InputConvention> conventions;
  std::vector<net::Block> blocks;
  design::Design design;
  SplitTree tree = {Leaf{}};
  std::vector<Norm> norms;

 private:
  // Each block's outputs lie on a grid finer by the weights' bits than those before it: nothing is
  // rounded.
  design::Row row(Activation activation, std::size_t source,
                  const std::vector<Rational>& weights) const {
    const int lsb = -3 - weight_bits * static_cast<int>(source + 1);
    design::Row row;
    row.activation = activation;
    for (std::size_t j = 0; j < weights.size(); ++j)
      if (const Rational w = num::scaled(weights[j], weight_bits); w.sign() != 0)
        row.terms.push_back({source, j, w.numerator(), 0});
    row.accumulator_lsb = lsb;
    row.accumulator_width = 60;
    row.output = {true, lsb + 50, lsb};
    return row;
  }

  std::vector<std::size_t> sizes_;
};

// y = relu(x0 + x1) - x0. Forward: 2 eps + eps. Centred: (e1 - e0)/2 and half of 2 eps. With the
// slope enumerated: -e0 or e1.
TEST(CheckBounds, PatternsAreTighterThanTheCentreAndTheCentreThanIntervals) {
  Pair p(2);
  p.add(kRelu, {{1, 1}});
  p.add(kIdentity, {{1}});
  p.blocks[1].sources.insert(p.blocks[1].sources.begin(), {0, test::dense(1, 2, {-1, 0})});
  design::Row& y = p.design.blocks[1].rows[0];
  y.terms.insert(y.terms.begin(), {0, 0, -64, 0});
  EXPECT_EQ(p.proven(), 2 * kEps);
  p.name({{1, 0}});
  EXPECT_EQ(p.proven(), kEps);
  p.name({{1, 0}, {1, 0}});  // twice is once
  EXPECT_EQ(p.proven(), kEps);
  p.name({{2, 0}});  // stable
  EXPECT_EQ(p.proven(), 2 * kEps);
}

// y = relu(x0 + x1) + c x0: c e0 at slope 0, (1 + c) e0 + e1 at slope 1. Both ends count.
TEST(CheckBounds, BothEndsOfASlopeCount) {
  for (const int eighths : {-16, -12, -8, -4, 0, 4, 8}) {
    Pair p(2);
    const Rational c(eighths, 8);
    p.add(kRelu, {{1, 1}});
    p.add(kIdentity, {{1}});
    p.blocks[1].sources.insert(p.blocks[1].sources.begin(), {0, test::dense(1, 2, {c, 0})});
    design::Row& y = p.design.blocks[1].rows[0];
    if (eighths != 0) y.terms.insert(y.terms.begin(), {0, 0, 8 * eighths, 0});
    p.name({{1, 0}});
    EXPECT_EQ(p.proven(), std::max(num::abs(c), num::abs(1 + c) + 1) * kEps) << eighths;
  }
}

// y = relu(x0 + x1) - relu(x0): at slopes (1, 0) e0 + e1, at the other three at most eps.
TEST(CheckBounds, EveryCombinationOfTheSlopesCounts) {
  Pair p(2);
  p.add(kRelu, {{1, 1}, {1, 0}});
  p.add(kIdentity, {{1, -1}});
  p.name({{1, 0}, {1, 1}});
  EXPECT_EQ(p.proven(), 2 * kEps);  // slopes 1 and 0: e0 + e1
  p.name({{1, 1}, {1, 0}});
  EXPECT_EQ(p.proven(), 2 * kEps);
}

// An error of weights that a later layer takes back: p = (1 + 1/4) x with the weight 1, y = p - 5/4
// x with the weights 1 and -1.
TEST(CheckBounds, WeightDifferencesMeetWithTheirSigns) {
  Pair p(1);
  p.conventions[0].fraction_bits = 3;
  p.add(kIdentity, {{Rational(5, 4)}}, {{{1}}});
  p.add(kIdentity, {{1}});
  p.blocks[1].sources.insert(p.blocks[1].sources.begin(),
                             {0, test::dense(1, 1, {Rational(-5, 4)})});
  design::Row& y = p.design.blocks[1].rows[0];
  y.terms.insert(y.terms.begin(), {0, 0, -64, 0});
  EXPECT_EQ(p.proven(), Rational(0));
  y.terms[0].weight = -80;  // -5/4, exact: the first difference stays
  EXPECT_EQ(p.proven(), Rational(1, 4));
}

// relu(5/4 x) with the weight 1: -x/8, and half of max|delta| = 1/4; at the slope 1, -x/4.
TEST(CheckBounds, DifferencesPassAnUnstableRowByHalf) {
  Pair p(1);
  p.conventions[0].fraction_bits = 3;
  p.add(kRelu, {{Rational(5, 4)}}, {{{1}}});
  p.add(kIdentity, {{1}});
  EXPECT_EQ(p.proven(), Rational(1, 4));  // -x/8 and 1/8
  p.name({{1, 0}});
  EXPECT_EQ(p.proven(), Rational(1, 4));
}

// h = relu of x0 + x1 and x0 - x1, y = h0 + h1. Intervals: 4 eps; centred: e0 and half of 4 eps;
// norms: sqrt(2) eps in, times sqrt(2), times sqrt(2).
TEST(CheckBounds, NormsDoNotAddAbsoluteValues) {
  Pair p(2);
  p.add(kRelu, {{1, 1}, {1, -1}});
  p.add(kIdentity, {{1, 1}});
  EXPECT_EQ(p.proven(), 3 * kEps);
  p.norms = {{1, 0, Rational(14143, 10000)}};
  EXPECT_LT(p.proven(), Rational(28287, 10000) * kEps);
  EXPECT_GT(p.proven(), Rational(28284, 10000) * kEps);
  p.norms = {{2, 1, Rational(14143, 10000)}};  // of the last block: no use
  EXPECT_EQ(p.proven(), 3 * kEps);
}

// A row's own rounding enters the norm of its block: the first example's, with rows that round to
// 1/8 from 1/64: rho lies in -1/16 + 1/64 .. 1/16.
TEST(CheckBounds, ARowsOwnSourceEntersItsNorm) {
  Pair p(2);
  p.add(kRelu, {{1, 1}, {1, -1}});
  for (design::Row& row : p.design.blocks[0].rows) row.output = {true, 20, -3};
  p.add(kIdentity, {{1, 1}});
  for (design::Row& row : p.design.blocks[1].rows) {
    row.accumulator_lsb = -6;
    row.output = {true, 20, -6};
  }
  p.norms = {{1, 0, Rational(14143, 10000)}};
  // Norm: sqrt(2) (2 eps + sqrt(2) eps) = 4.83 eps; centred: e0 + (rho0 + rho1)/2, and half of
  // 2 (3 eps), so 1 + 1 + 3.
  EXPECT_GT(p.proven(), Rational(482, 100) * kEps);
  EXPECT_LT(p.proven(), Rational(484, 100) * kEps);
}

// The error of relu(x) reaches y by G = (2^17 - 1) v^2, v = 2^-16: as a multiple of 2 v, as an
// unstable row needs it, G is 0. What that leaves out, nearly 2 v, must be paid for in full.
TEST(CheckBounds, CoefficientsOfUnstableRowsAreRoundedAtTheirPrice) {
  Pair p(1);
  p.precision = {64, 16};
  p.weight_bits = 16;
  p.add(kRelu, {{1}});
  p.add(kIdentity, {{Rational((1 << 17) - 1) * power_of_two(-16)}});
  p.add(kIdentity, {{power_of_two(-16)}});
  EXPECT_EQ(p.proven(), Rational((1 << 17) - 1) * power_of_two(-32) * kEps);  // reached for x > 0
}

}  // namespace
}  // namespace certifix::check
