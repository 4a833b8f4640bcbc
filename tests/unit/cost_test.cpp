#include "certifix/cost/cost.hpp"

#include <gtest/gtest.h>

#include "certifix/cost/model.hpp"
#include "certifix/cost/program.hpp"

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

TEST(Cost, ABiasOfZeroNeedsNoBits) {
  Design d = small();
  d.blocks[0].rows[0].bias = 100;   // 8 bits
  d.blocks[1].rows[0].bias = -128;  // 8 bits
  EXPECT_EQ(measure(d).bias_bits, 16);
  EXPECT_EQ(measure_block(d, 2).bias_bits, 8);
}

TEST(CostModel, NamedModelsAreTheirFormulas) {
  Design d = small();
  d.blocks[1].rows[0].bias = 5;
  const Cost cost = measure(d);
  const auto by_name = [&](const char* name) { return value(*named_model(name), d); };
  EXPECT_EQ(by_name("area"), cost.area);
  EXPECT_EQ(by_name("memory"), cost.weight_bits + 4);
  EXPECT_DOUBLE_EQ(by_name("lut"), 0.63 * static_cast<double>(cost.adder_bits) +
                                       8 * static_cast<double>(cost.multiplications));
  EXPECT_EQ(by_name("paper"), cost.paper_cost);
  const Program program = measure_program(d);
  EXPECT_EQ(by_name("mcu"), program.cortex_m0 + static_cast<double>(program.flash_bytes));
  EXPECT_FALSE(named_model("space"));
  EXPECT_EQ(model_names().size(), 5u);
  for (const std::string& name : model_names()) EXPECT_EQ(named_model(name)->name, name);
}

TEST(CostModel, FiguresHaveTheNamesOfTheFieldsThatTheyCount) {
  for (std::size_t k = 0; k < kFigures; ++k) {
    const auto figure = static_cast<Figure>(k);
    EXPECT_EQ(figure_named(name(figure)), figure);
  }
  EXPECT_EQ(name(Figure::cortex_m4), "cortex_m4");
  EXPECT_FALSE(figure_named("areas"));
}

// Every layer is stored dense: 2 x 2 weights, then 1 x 2 of the inputs and 1 x 2 of the hidden
// rows.
TEST(CostModel, AProgramPaysByClassesOfWords) {
  Design d = small();
  Program program = measure_program(d);
  EXPECT_EQ(program.flash_bytes, 4 + 2 + 2 + 2 + 1);
  EXPECT_EQ(program.cortex_m0, 8 * 7.0);
  EXPECT_EQ(program.cortex_m4, 8 * 5.0);
  EXPECT_EQ(program.weight_storage, 8);
  EXPECT_EQ(program.value_storage, 16);  // the output's 10 bits
  EXPECT_EQ(program.accumulator_storage, 32);
  // 7 bits of weight and a shift by 2 do not fit 8 bits: the layer's weights take 16.
  d.blocks[0].rows[0].terms[0] = {0, 0, 63, 2};
  program = measure_program(d);
  EXPECT_EQ(program.weight_storage, 16);
  EXPECT_EQ(program.flash_bytes, 8 + 2 + 2 + 2 + 1);
  EXPECT_EQ(program.cortex_m0, 4 * 7.25 + 4 * 7.0);
  EXPECT_EQ(program.cortex_m4, 4 * 2.65 + 4 * 5.0);
  // A sum of 33 bits.
  d.blocks[1].rows[0].accumulator_width = 33;
  program = measure_program(d);
  EXPECT_EQ(program.accumulator_storage, 64);
  EXPECT_EQ(program.cortex_m0, 4 * 7.25 + 4 * 14.5);
}

TEST(CostModel, PairsAreMultipliedWhereTheirWordsAreSigned) {
  const auto m4 = [](int weight, int value, bool dense) {
    return instructions(Core::cortex_m4, weight, value, 32, dense);
  };
  EXPECT_EQ(m4(16, 15, true), 2.65);
  EXPECT_EQ(m4(8, 15, true), 2.65);
  EXPECT_EQ(m4(16, 16, true), 5);   // the value may be unsigned
  EXPECT_EQ(m4(16, 15, false), 5);  // a sparse row
  EXPECT_EQ(m4(8, 8, true), 5);
}

TEST(CostModel, SignedAndUnsignedValuesOfALayerShareAType) {
  Design d = small();
  d.blocks[0].rows[0].output = {false, 15, 0};  // 16 bits, unsigned
  EXPECT_EQ(measure_program(d).value_storage, 16);
  d.blocks[0].rows[1].output = {true, 3, 0};
  EXPECT_EQ(measure_program(d).value_storage, 32);
}

TEST(CostModel, LongerSumsAreNeverCheaperOnACore) {
  const int widths[] = {1, 8, 9, 16, 17, 32, 33, 64};
  for (const Core core : {Core::cortex_m0, Core::cortex_m4})
    for (const int w : widths)
      for (const int a : widths)
        for (const int sum : {20, 32, 33, 64}) {
          EXPECT_LE(instructions(core, w, a, 32), instructions(core, w, a, 64));
          EXPECT_LE(instructions(core, w, w, sum), instructions(core, 64, 64, sum));
        }
}

TEST(CostModel, ATableIsTiledBeyondItsEdge) {
  const Table table{{{1, 2, 4}, {2, 3, 5}}};
  EXPECT_EQ(table.at(1, 3), 4);
  EXPECT_EQ(table.at(2, 1), 2);
  EXPECT_EQ(table.at(5, 3), 5 + 5 + 4);
  EXPECT_EQ(table.at(2, 5), 5 + 3);
  EXPECT_EQ(table.at(3, 4), 5 + 2 + 4 + 1);
}

TEST(CostModel, PricesOfPartsAddUpToTheDesign) {
  const Design d = small();
  Model model{"own", {}, Table{{{1, 2}, {2, 5}}}};
  model[Figure::multiplications] = 3;
  model[Figure::weight_bits] = 5;
  model[Figure::area] = 0.5;
  model[Figure::csd_digits] = 7;
  model[Figure::adder_bits] = 0.25;
  double sum = 0;
  for (const Block& block : d.blocks)
    for (const Row& row : block.rows)
      for (const Term& term : row.terms) {
        const int bits = value_width(d, term.source, term.index);
        const Linear price = multiplication(model, weight_width(row), csd_digits(term.weight));
        sum += price.fixed + price.per_value_bit * bits + model.table->at(weight_width(row), bits);
      }
  EXPECT_DOUBLE_EQ(sum, value(model, d));
  EXPECT_EQ(output_bit(model), 0.25);
}

}  // namespace
}  // namespace certifix::cost
