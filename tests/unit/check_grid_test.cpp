// Interval arithmetic on the grid, exhaustively on small integers.
#include "certifix/check/grid.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "certifix/base/error.hpp"

namespace certifix::check {
namespace {

std::vector<Range> small_ranges() {
  std::vector<Range> ranges;
  for (int lower = -3; lower <= 3; ++lower)
    for (int upper = lower; upper <= 3; ++upper) ranges.push_back({lower, upper});
  return ranges;
}

TEST(CheckGrid, AProductOfRangesIsTheHullOfAllProducts) {
  for (const Range& x : small_ranges()) {
    for (const Range& y : small_ranges()) {
      Integer least = 100, most = -100;
      for (Integer a = x.lower; a <= x.upper; ++a)
        for (Integer b = y.lower; b <= y.upper; ++b) {
          least = std::min(least, Integer(a * b));
          most = std::max(most, Integer(a * b));
        }
      Range sum{7, 7};
      add_product(sum, x, y);
      ASSERT_EQ(sum.lower, least + 7);
      ASSERT_EQ(sum.upper, most + 7);
    }
  }
}

TEST(CheckGrid, AProductWithANumberIsTheHullOfAllProducts) {
  for (const Range& x : small_ranges()) {
    for (int a = -3; a <= 3; ++a) {
      Range sum{-1, 1}, same{-1, 1};
      add_product(sum, Integer(a), x);
      add_product(same, Range{a, a}, x);
      ASSERT_EQ(sum.lower, same.lower);
      ASSERT_EQ(sum.upper, same.upper);
    }
  }
}

TEST(CheckGrid, RoundingGoesOutwards) {
  for (const Range& x : small_ranges()) {
    for (int precision = 0; precision <= 2; ++precision) {
      const Range rounded = to_values(x, {0, precision});
      const Integer unit = Integer(1) << static_cast<unsigned long>(precision);
      ASSERT_TRUE(rounded.lower * unit <= x.lower && x.lower < (rounded.lower + 1) * unit);
      ASSERT_TRUE(rounded.upper * unit >= x.upper && x.upper > (rounded.upper - 1) * unit);
    }
  }
  EXPECT_EQ(grid_below(Rational(-1, 3), 2), -2);
  EXPECT_EQ(grid_above(Rational(-1, 3), 2), -1);
  EXPECT_EQ(grid_nearest(Rational(-1, 3), 2), -1);
  EXPECT_EQ(to_products(-3, {0, 4}), -48);
}

// The largest Word is what a Word may be, either sign; beyond, nothing is computed in Words.
TEST(CheckGrid, WordsNeverOverflow) {
  constexpr Word kMost = std::numeric_limits<Word>::max();
  EXPECT_TRUE(is_word(Integer(kMost)) && is_word(Integer(-kMost)));
  EXPECT_FALSE(is_word(Integer(kMost) + 1) || is_word(Integer(-kMost) - 1));
  EXPECT_EQ(coefficient<Word>(Integer(-kMost)), -kMost);
  EXPECT_THROW(coefficient<Word>(Integer(-kMost) - 1), TooWide);

  bool exact = false;
  EXPECT_EQ(shifted_down(shifted_up(kMost, 5), 5, exact), kMost);
  EXPECT_EQ(shifted_down(shifted_up(-kMost, 5), 5, exact), -kMost);
  EXPECT_THROW(shifted_down(shifted_up(kMost, 6), 5, exact), TooWide);
  EXPECT_THROW(shifted_down(shifted_up(-kMost, 6), 5, exact), TooWide);

  DoubleWord sum = 0;
  add_product(sum, kMost, kMost);
  EXPECT_EQ(sum, static_cast<DoubleWord>(kMost) * kMost);
  add_product(sum, kMost, kMost);
  EXPECT_THROW(add_product(sum, kMost, kMost), TooWide);
  DoubleWord negative_sum = 0;
  add_product(negative_sum, kMost, -kMost);
  add_product(negative_sum, -kMost, kMost);
  EXPECT_THROW(add_product(negative_sum, kMost, -kMost), TooWide);
  const DoubleWord least = shifted_up(-kMost - 1, 64 - 1) * 2;  // -2^127
  EXPECT_THROW(negative(least), TooWide);
}

TEST(CheckGrid, WordsGiveWhatIntegersGive) {
  for (const Word a :
       {Word{0}, Word{1}, Word{-1}, Word{12345678901234567}, Word{-98765432109876}}) {
    for (const Word b : {Word{3}, Word{-7}, Word{1} << 60}) {
      Integer product = 5, same = 5;
      add_product(product, a, Integer(b));
      add_product(same, Integer(a), Integer(b));
      EXPECT_EQ(product, same);
    }
    for (const int bits : {0, 1, 7, 40}) {
      bool exact = false, same_exact = true;
      const Word down = shifted_down(static_cast<DoubleWord>(a), bits, exact);
      EXPECT_EQ(shifted_down(Integer(a), bits, same_exact), Integer(down));
      EXPECT_EQ(exact, same_exact);
      EXPECT_EQ(absolute(a), absolute(Integer(a)));
    }
    for (const Range& x : small_ranges()) {
      Integer sum = 1, same = 1;
      add_magnitude(sum, absolute(a), x);
      same += absolute(Integer(a)) * magnitude(x);
      EXPECT_EQ(sum, same);
    }
  }
}

TEST(CheckGrid, OnlyMultiplesOfTheUnitAreOnTheGrid) {
  EXPECT_EQ(on_grid(-12, -4, 2), Integer(-3));
  EXPECT_EQ(on_grid(-12, -5, 2), std::nullopt);
  EXPECT_EQ(on_grid(-3, 2, 4), Integer(-192));
  EXPECT_EQ(on_grid(0, -4000, 16), Integer(0));
}

TEST(CheckGrid, RangesMeetAndHaveAMagnitude) {
  for (const Range& x : small_ranges()) {
    EXPECT_EQ(magnitude(x), std::max(Integer(abs(x.lower)), Integer(abs(x.upper))));
    for (const Range& y : small_ranges()) {
      if (x.upper < y.lower || y.upper < x.lower) {
        EXPECT_THROW(intersection(x, y), Bug);
        continue;
      }
      const Range both = intersection(x, y);
      EXPECT_EQ(both.lower, std::max(x.lower, y.lower));
      EXPECT_EQ(both.upper, std::min(x.upper, y.upper));
    }
  }
}

}  // namespace
}  // namespace certifix::check
