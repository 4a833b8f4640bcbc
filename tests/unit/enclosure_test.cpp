#include "certifix/num/outward/enclosure.hpp"

#include <gtest/gtest.h>

#include <random>

namespace certifix::num {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Enclosure, StepsToTheNeighboursOfADouble) {
  std::vector<double> values = {0.0,
                                -0.0,
                                1,
                                -1,
                                std::numeric_limits<double>::denorm_min(),
                                -std::numeric_limits<double>::denorm_min(),
                                std::numeric_limits<double>::min(),
                                -std::numeric_limits<double>::min(),
                                std::numeric_limits<double>::max(),
                                -std::numeric_limits<double>::max(),
                                kInfinity,
                                -kInfinity};
  std::mt19937_64 random(1);
  for (int k = 0; k < 100000; ++k) {
    const double x = std::bit_cast<double>(random());
    if (std::isfinite(x)) values.push_back(x);
  }
  for (const double x : values) {
    EXPECT_EQ(next_up(x), std::nextafter(x, kInfinity)) << x;
    EXPECT_EQ(next_down(x), std::nextafter(x, -kInfinity)) << x;
  }
  EXPECT_TRUE(std::isnan(next_up(std::nan(""))));
  EXPECT_TRUE(std::isnan(next_down(std::nan(""))));
}

// Terms of very different size, so that plain summation loses most of them.
TEST(Enclosure, SumsContainTheExactSum) {
  std::mt19937_64 random(2);
  std::uniform_real_distribution<double> mantissa(-1, 1);
  std::uniform_int_distribution<int> exponent(-60, 60);
  for (int k = 0; k < 2000; ++k) {
    EnclosedSum sum;
    Rational exact = 0;
    for (int t = 0; t < 30; ++t) {
      const double c = std::ldexp(mantissa(random), exponent(random));
      const double x = std::ldexp(mantissa(random), exponent(random));
      sum.add_product(c, {x, x});
      exact += exact_value(c) * exact_value(x);
    }
    const Enclosure e = sum.value(1);
    EXPECT_LE(exact_value(e.lower), exact);
    EXPECT_GE(exact_value(e.upper), exact);
  }
}

TEST(Enclosure, EnclosesRationalsTightly) {
  for (const auto& [n, d] : {std::pair{1, 3}, {-1, 3}, {2, 1}, {-7, 10}, {0, 1}}) {
    const Rational x{Integer(n), Integer(d)};
    const Enclosure e = enclose(x);
    EXPECT_LE(exact_value(e.lower), x);
    EXPECT_GE(exact_value(e.upper), x);
    EXPECT_LE(e.upper, next_up(e.lower));
  }
}

}  // namespace
}  // namespace certifix::num
