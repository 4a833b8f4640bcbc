// Rounding a row so that its errors cancel.
#include "certifix/optimize/compensated_rounding.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace certifix::optimize {
namespace {

// Of values that are mixtures of two hidden ones, as activations of a layer often are.
QuadraticForm mixture(std::mt19937_64& engine, std::size_t n) {
  std::normal_distribution<double> normal;
  QuadraticForm result(n);
  std::vector<double> first(n), second(n);
  for (std::size_t i = 0; i < n; ++i) {
    first[i] = normal(engine);
    second[i] = normal(engine);
  }
  result.add_square(first.data(), 1);
  result.add_square(second.data(), 1);
  return result;
}

double variance(const std::vector<double>& weights, const std::vector<double>& ulps,
                const std::vector<double>& codes, const QuadraticForm& covariance) {
  double sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i)
    for (std::size_t j = 0; j < weights.size(); ++j)
      sum += (codes[i] * ulps[i] - weights[i]) * covariance.at(i, j) *
             (codes[j] * ulps[j] - weights[j]);
  return sum;
}

TEST(CompensatedRounding, ErrorsCancel) {
  std::mt19937_64 engine(7);
  std::uniform_real_distribution<double> uniform(-2, 2);
  double before = 0, after = 0;
  for (int round = 0; round < 50; ++round) {
    const std::size_t n = 12;
    const QuadraticForm covariance = mixture(engine, n);
    std::vector<double> weights(n), ulps(n, 0x1p-4), nearest(n);
    for (std::size_t j = 0; j < n; ++j) {
      weights[j] = uniform(engine);
      if (j % 3 == 0) ulps[j] = 0x1p-5;
      nearest[j] = std::floor(weights[j] / ulps[j] + 0.5);
    }
    const std::vector<double> codes = compensated_codes(weights, ulps, covariance);
    for (std::size_t j = 0; j < n; ++j) {
      EXPECT_EQ(codes[j], std::floor(codes[j]));
      EXPECT_LE(std::fabs(codes[j] - weights[j] / ulps[j]), 2);
    }
    const double one = variance(weights, ulps, nearest, covariance);
    const double other = variance(weights, ulps, codes, covariance);
    EXPECT_LE(other, one * (1 + 1e-9));
    before += one;
    after += other;
  }
  EXPECT_LT(after, before / 10);  // two hidden values, twelve weights: nearly all cancels
}

TEST(CompensatedRounding, WhatIsNotThereStaysAway) {
  std::mt19937_64 engine(8);
  const QuadraticForm covariance = mixture(engine, 3);
  const std::vector<double> codes = compensated_codes({0.3, 0, 0.4}, {1, 1, 1}, covariance);
  EXPECT_EQ(codes[1], 0);
}

TEST(CompensatedRounding, OneWeightGoesToItsNearestCode) {
  QuadraticForm one(1);
  const double spread = 1.5;
  one.add_square(&spread, 1);
  EXPECT_EQ(compensated_codes({0.7}, {0.5}, one), std::vector<double>{1});
  EXPECT_EQ(compensated_codes({-0.8}, {0.5}, one), std::vector<double>{-2});
}

}  // namespace
}  // namespace certifix::optimize
