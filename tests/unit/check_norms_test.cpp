// R-OPERATOR-NORM: claims just above a known norm are proven, claims below it never.
#include <gtest/gtest.h>

#include <vector>

#include "certifix/check/operator_norm.hpp"
#include "tests/support/dense.hpp"
#include "tests/support/random_design.hpp"

namespace certifix::check {
namespace {

using net::Activation;
using net::Block;
using net::Matrix;

// Whether the norm of the rows x columns matrix is proven to be at most sigma.
bool proven(std::size_t rows, std::size_t columns, const std::vector<Rational>& weights,
            const Rational& sigma, int precision = 64) {
  const net::Network network("matrix", columns,
                             {Block{"b",
                                    {{0, test::dense(rows, columns, weights)}},
                                    std::vector<Rational>(rows),
                                    std::vector<Activation>(rows, Activation::identity),
                                    {}}});
  return norm_is_proven(GridNetwork(network, {64, precision}), {1, 0, sigma});
}

Rational decimal(const char* text) { return *num::parse_decimal(text); }

TEST(CheckNorms, ARowHasItsEuclideanNorm) {
  EXPECT_TRUE(proven(1, 2, {3, 4}, decimal("5.0001")));
  EXPECT_TRUE(proven(2, 1, {3, -4}, decimal("5.0001")));
  EXPECT_FALSE(proven(1, 2, {3, 4}, 5));  // nothing is left for the rounding to 18 bits
  EXPECT_FALSE(proven(1, 2, {3, 4}, decimal("4.999")));
  EXPECT_FALSE(proven(2, 1, {3, -4}, decimal("4.999")));
}

TEST(CheckNorms, OnesHaveTheRootOfTheirNumber) {  // sqrt(600) = 24.4948974
  const std::vector<Rational> ones(600, 1);
  EXPECT_TRUE(proven(20, 30, ones, decimal("24.496")));
  EXPECT_TRUE(proven(30, 20, ones, decimal("24.496")));
  EXPECT_FALSE(proven(20, 30, ones, decimal("24.494")));
  EXPECT_FALSE(proven(30, 20, ones, decimal("24.494")));
}

// Orthogonal rows of different lengths: the longest decides, wherever it stands.
TEST(CheckNorms, EveryMinorCounts) {
  for (std::size_t longest = 0; longest < 4; ++longest) {
    std::vector<Rational> weights(16);
    for (std::size_t i = 0; i < 4; ++i) weights[5 * i] = i == longest ? 2 : Rational(1, 3);
    EXPECT_TRUE(proven(4, 4, weights, decimal("2.0001"))) << longest;
    EXPECT_FALSE(proven(4, 4, weights, decimal("1.999"))) << longest;
  }
}

TEST(CheckNorms, SmallAndLargeWeightsAreScaled) {
  for (const int exponent : {-40, -3, 0, 17, 60}) {
    const Rational unit = num::power_of_two(exponent);
    EXPECT_TRUE(proven(2, 2, {unit, unit, unit, -unit}, unit * decimal("1.4143"))) << exponent;
    EXPECT_FALSE(proven(2, 2, {unit, unit, unit, -unit}, unit * decimal("1.414"))) << exponent;
  }
}

// The proof takes a time of about the fourth power of the smaller side.
TEST(CheckNorms, LargeMatricesAreRefused) {
  const auto ones_on_the_diagonal = [](std::size_t size) {
    std::vector<Rational> weights(size * size);
    for (std::size_t i = 0; i < size; ++i) weights[i * size + i] = 1;
    return weights;
  };
  EXPECT_TRUE(proven(256, 256, ones_on_the_diagonal(256), 2));
  EXPECT_FALSE(proven(257, 257, ones_on_the_diagonal(257), 2));
  EXPECT_TRUE(proven(1, 1000, std::vector<Rational>(1000, 1), 32));
}

TEST(CheckNorms, WeightsThatAreAll0HaveEveryNorm) {
  EXPECT_TRUE(proven(2, 3, std::vector<Rational>(6), num::power_of_two(-100)));
  // 0 on the grid 2^-64; what is lost is no part of this claim (R-WEIGHTS).
  EXPECT_TRUE(proven(1, 1, {num::power_of_two(-70)}, num::power_of_two(-100)));
}

// |W v| <= sigma |v| wherever a claim is proven; claims are taken near the norm, as powers of W W^T
// find it.
TEST(CheckNorms, WhatIsProvenHoldsForEveryVector) {
  test::Random random(5);
  int accepted = 0, refused = 0;
  for (int n = 0; n < 200; ++n) {
    const auto rows = static_cast<std::size_t>(random.between(1, 5));
    const auto columns = static_cast<std::size_t>(random.between(1, 5));
    std::vector<Rational> weights;
    for (std::size_t k = 0; k < rows * columns; ++k)
      weights.push_back(Rational(random.between(-99, 99), 32));
    std::vector<Integer> v;
    for (std::size_t j = 0; j < columns; ++j) v.push_back(random.between(1, 9));
    Rational stretched = 0;  // |W v|^2 / |v|^2
    for (int step = 0; step < 30; ++step) {
      std::vector<Rational> image(rows), back(columns);
      Integer length = 0;
      Rational image_length = 0, largest = 0;
      for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < columns; ++j) image[i] += weights[i * columns + j] * v[j];
      for (const Rational& x : image) image_length += x * x;
      for (const Integer& x : v) length += x * x;
      if (length == 0) break;
      stretched = std::max(stretched, image_length / length);
      for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < columns; ++j) back[j] += weights[i * columns + j] * image[i];
      for (const Rational& x : back) largest = std::max(largest, num::abs(x));
      if (largest.sign() == 0) break;
      for (std::size_t j = 0; j < columns; ++j) v[j] = num::round_half_up(back[j] / largest, -20);
    }
    // The root of `stretched` on the grid 2^-20, and a little around it.
    const Rational root = num::scaled(ceil_sqrt(num::ceil(num::scaled(stretched, 40))), -20);
    for (const Rational& factor :
         {Rational(999, 1000), Rational(9999, 10000), Rational(1), Rational(11, 10)}) {
      const Rational sigma = root * factor;
      if (sigma.sign() <= 0) continue;
      const bool yes = proven(rows, columns, weights, sigma);
      ++(yes ? accepted : refused);
      EXPECT_TRUE(!yes || stretched <= sigma * sigma);
      EXPECT_TRUE(yes || factor <= 1);
    }
  }
  EXPECT_GT(accepted, 150);
  EXPECT_GT(refused, 300);
}

}  // namespace
}  // namespace certifix::check
