#include "certifix/cost/cost.hpp"

#include <gtest/gtest.h>

namespace certifix::cost {
namespace {

using design::Block;
using design::Design;
using design::Input;
using design::Row;
using design::Term;
using num::FixedFormat;

Row row(net::Activation activation, std::vector<Term> terms, FixedFormat output, int accumulator) {
  Row result;
  result.activation = activation;
  result.terms = std::move(terms);
  result.accumulator_width = accumulator;
  result.output = output;
  return result;
}

// Two 8-bit inputs, two hidden rows (5 bits unsigned, 7 bits unsigned), one output that also reads
// input 0.
Design small() {
  Design d;
  d.inputs = {Input{{true, 0, -7}, -128, 127}, Input{{true, 0, -7}, -100, 100}};
  d.blocks = {Block{"hidden",
                    {row(net::Activation::relu, {{0, 0, 7, 0}, {0, 1, -8, 0}}, {false, 0, -4}, 14),
                     row(net::Activation::relu, {{0, 1, 1, 3}}, {false, 1, -5}, 11)}},
              Block{"output",
                    {row(net::Activation::identity, {{0, 0, 3, 0}, {1, 0, -1, 0}, {1, 1, 21, 0}},
                         {true, 3, -6}, 16)}}};
  return d;
}

TEST(Cost, CountsEveryFieldByHand) {
  const Cost cost = measure(small());
  EXPECT_EQ(cost.multiplications, 6);
  // Row widths: {7, -8} 4 bits, {1} 2 bits, {3, -1, 21} 6 bits.
  EXPECT_EQ(cost.weight_bits, 2 * 4 + 1 * 2 + 3 * 6);
  EXPECT_EQ(cost.area, 4 * (8 + 8) + 2 * 8 + 6 * (8 + 5 + 7));
  // 7 = 8 - 1, -8, 1, 3 = 4 - 1, -1, 21 = 16 + 4 + 1.
  EXPECT_EQ(cost.csd_digits, 2 + 1 + 1 + 2 + 1 + 3);
  EXPECT_EQ(cost.adder_bits, (2 + 1 + 1) * 8 + 2 * 8 + 1 * 5 + 3 * 7);
  // hidden: k 2, n 2, w 4, q 5; output: k 1, n 2 inputs + 2 hidden, w 6, q 6.
  EXPECT_EQ(cost.paper_cost, (2 * 2 * 4 * 5 + 2 * 5) + (1 * 4 * 6 * 6 + 2 * 6));
  EXPECT_EQ(cost.max_weight_bits, 6);
  EXPECT_EQ(cost.max_activation_bits, 10);
  EXPECT_EQ(cost.max_word_bits(), 10);
  EXPECT_EQ(cost.max_accumulator_bits, 16);
  EXPECT_EQ(cost.clamped_inputs, 2);
}

TEST(Cost, IsTheSumOfItsBlocks) {
  const Design d = small();
  const Cost hidden = measure_block(d, 1);
  const Cost output = measure_block(d, 2);
  EXPECT_EQ(hidden.area + output.area, measure(d).area);
  EXPECT_EQ(hidden.paper_cost + output.paper_cost, measure(d).paper_cost);
  EXPECT_EQ(hidden.max_accumulator_bits, 14);
  EXPECT_EQ(output.max_weight_bits, 6);
}

TEST(Cost, AnInputWiderThanEveryRowIsTheWidestWord) {
  Design d = small();
  d.inputs[0].format = {true, 0, -19};
  EXPECT_EQ(measure(d).max_word_bits(), 20);
}

// The canonical signed digit form by its definition: the fewest signed powers of two.
TEST(Cost, CsdDigitsAreTheFewestSignedPowersOfTwo) {
  for (int x = -300; x <= 300; ++x) {
    int magnitude = x < 0 ? -x : x;
    int digits = 0;
    while (magnitude != 0) {
      if (magnitude % 2 != 0) {
        magnitude -= magnitude % 4 == 1 ? 1 : -1;
        ++digits;
      }
      magnitude /= 2;
    }
    EXPECT_EQ(csd_digits(x), digits) << x;
  }
}

TEST(Cost, ARowWithoutTermsHasNoWeightWord) { EXPECT_EQ(weight_width(Row{}), 0); }

}  // namespace
}  // namespace certifix::cost
