#include "certifix/num/exact/rational.hpp"

#include <gtest/gtest.h>

#include "certifix/num/exact/fixed_format.hpp"

namespace certifix::num {
namespace {

TEST(Rational, RoundsHalfUpOnAGrid) {
  EXPECT_EQ(round_half_up(Rational(7, 10), -4), 11);
  EXPECT_EQ(round_half_up(Rational(1, 2), 0), 1);
  EXPECT_EQ(round_half_up(Rational(-1, 2), 0), 0);
  EXPECT_EQ(round_half_up(Rational(-3, 2), 0), -1);
  EXPECT_EQ(round_half_up(Rational(12), 3), 2);
  EXPECT_EQ(floor_to(Rational(-1, 10), -2), -1);
  EXPECT_EQ(ceil_to(Rational(-1, 10), -2), 0);
}

TEST(Rational, TextIsCanonicalAndStrict) {
  for (const auto& [value, expected] :
       std::vector<std::pair<Rational, std::string>>{{Rational(0), "0"},
                                                     {Rational(-12), "-12"},
                                                     {Rational(3, 4), "3p-2"},
                                                     {Rational(7, 10), "7/10"},
                                                     {Rational(-1, 3), "-1/3"}}) {
    EXPECT_EQ(text(value), expected);
    EXPECT_EQ(parse_text(expected), value);
  }
  for (const char* bad :
       {"",      "-",   "-0",  "00",  "01",  "+1",   " 1",  "1 ",  "2p-1", "1p-0",          "1p2",
        "1p--1", "1/2", "2/6", "1/0", "1/1", "3/-7", "0.5", "1e3", "0p-1", "1p-99999999999"})
    EXPECT_FALSE(parse_text(bad)) << bad;
  EXPECT_FALSE(parse_text("256", 8));
  EXPECT_TRUE(parse_text("255", 8));
}

TEST(Rational, DecimalLiteralsAreExact) {
  EXPECT_EQ(parse_decimal("-1.5e-3"), Rational(-3, 2000));
  EXPECT_EQ(parse_decimal("1E2"), Rational(100));
  EXPECT_EQ(parse_decimal(".5"), Rational(1, 2));
  EXPECT_EQ(parse_decimal("5."), Rational(5));
  for (const char* bad : {"", ".", "-", "1e", "1e+", "nan", "inf", "1.2.3", "0x1", "1e99999", "1 "})
    EXPECT_FALSE(parse_decimal(bad)) << bad;
}

TEST(Rational, DecimalTextRoundsOutward) {
  EXPECT_EQ(decimal_up(Rational(1, 3), 3), "0.334");
  EXPECT_EQ(decimal_down(Rational(1, 3), 3), "0.333");
  EXPECT_EQ(decimal_up(Rational(-1, 3), 3), "-0.333");
  EXPECT_EQ(decimal_up(Rational(9999, 10000000), 3), "0.001");
  EXPECT_EQ(decimal_up(Rational(1, 1000), 6), "0.001");
  EXPECT_EQ(decimal_up(Rational(1, 300000), 3), "3.34e-6");
  EXPECT_EQ(decimal_up(Rational(123456), 6), "123456");
  EXPECT_EQ(decimal_up(Rational(12345678), 3), "1.24e7");
}

TEST(FixedFormat, SmallestHoldsItsRangeAndNothingNarrowerDoes) {
  for (int low = -20; low <= 20; ++low)
    for (int high = low; high <= 20; ++high) {
      const FixedFormat f = FixedFormat::smallest(low, high, -3);
      EXPECT_TRUE(f.contains(low, high));
      EXPECT_EQ(f.is_signed, low < 0);
      if (f.width() > 1) {
        const FixedFormat narrower{f.is_signed, f.msb - 1, f.lsb};
        EXPECT_FALSE(narrower.contains(low, high)) << low << " " << high;
      }
    }
}

}  // namespace
}  // namespace certifix::num
