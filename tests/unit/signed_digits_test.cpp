#include "certifix/optimize/signed_digits.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "certifix/cost/cost.hpp"
#include "certifix/num/exact/fixed_format.hpp"

namespace certifix::optimize {
namespace {

TEST(SignedDigits, CountsAsTheCostDoes) {
  for (int code = -3000; code <= 3000; ++code) {
    EXPECT_EQ(signed_digits(std::ldexp(code, -9)), cost::csd_digits(num::Integer(code))) << code;
    if (code != 0) {
      EXPECT_EQ(width_at(std::ldexp(code, 5), 5),
                num::signed_width(num::Integer(code), num::Integer(code)))
          << code;
    }
  }
  EXPECT_EQ(signed_digits(0x1.fffffffffffffp+0), 2);  // 2 - 2^-52
  EXPECT_EQ(signed_digits(0x1.5555555555555p-3), 27);
}

TEST(SignedDigits, LowestBit) {
  EXPECT_EQ(lowest_bit(0.75), -2);
  EXPECT_EQ(lowest_bit(-12), 2);
  EXPECT_EQ(lowest_bit(0x1.0000000000001p0), -52);
}

TEST(SignedDigits, NearestMultiple) {
  EXPECT_EQ(nearest_multiple(0.3, -2), 0.25);
  EXPECT_EQ(nearest_multiple(0.375, -2), 0.5);  // half up
  EXPECT_EQ(nearest_multiple(-0.375, -2), -0.25);
  EXPECT_EQ(nearest_multiple(0.3, -80), 0.3);  // finer than a double
}

// 0.7 lies between 5/8 = 1/2 + 1/8 and 3/4 = 1 - 1/4.
TEST(SignedDigits, CandidatesOnBothSides) {
  const std::vector<double> values = few_digit_values(0.7, -3);
  const std::vector<double> expected = {0.75, 0.625, 0.5, 1.0, 0.0};
  EXPECT_EQ(values, expected);
  EXPECT_TRUE(few_digit_values(0, -3).empty());
  EXPECT_TRUE(few_digit_values(0.7, -60).empty());
}

TEST(SignedDigits, NoCandidateIsBeaten) {
  std::mt19937 random(1);
  for (int k = 0; k < 300; ++k) {
    const double w = (static_cast<double>(random()) * 0x1p-32 - 0.5) * 4;
    const std::vector<double> values = few_digit_values(w, -12);
    ASSERT_GE(values.size(), 2u);
    EXPECT_LE(std::fabs(values[0] - w), 0x1p-13);
    EXPECT_NE(std::find(values.begin(), values.end(), 0), values.end());
    for (std::size_t i = 0; i < values.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) {
        EXPECT_LE(std::fabs(values[j] - w), std::fabs(values[i] - w));
        EXPECT_NE(values[i], values[j]);
        if ((values[i] > w) != (values[j] > w)) continue;
        const bool coarser =
            values[i] == 0 || (values[j] != 0 && lowest_bit(values[i]) > lowest_bit(values[j]));
        EXPECT_TRUE(signed_digits(values[i]) < signed_digits(values[j]) || coarser) << w;
      }
  }
}

}  // namespace
}  // namespace certifix::optimize
