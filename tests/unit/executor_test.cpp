#include "certifix/executor/executor.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "../support/random_design.hpp"
#include "certifix/base/error.hpp"
#include "certifix/executor/fast_program.hpp"

namespace certifix::executor {
namespace {

using num::Integer;
using num::Rational;

// An independent reading of the definition, in real numbers: values instead of codes, division
// instead of shifts.
std::vector<Rational> evaluate_values(const design::Design& design,
                                      const std::vector<Integer>& codes) {
  std::vector<std::vector<Rational>> values(1);
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const design::Input& in = design.inputs[i];
    const Integer code =
        design.clamp ? std::max(in.code_min, std::min(in.code_max, codes[i])) : codes[i];
    values[0].push_back(Rational(code) * num::power_of_two(in.format.lsb));
  }
  for (std::size_t b = 1; b < design.block_count(); ++b) {
    std::vector<Rational> next;
    for (const design::Row& row : design.blocks[b - 1].rows) {
      Rational z = Rational(row.bias) * num::power_of_two(row.accumulator_lsb);
      for (const design::Term& t : row.terms)
        z += Rational(t.weight) *
             num::power_of_two(t.shift + row.accumulator_lsb - design.lsb(t.source, t.index)) *
             values[t.source][t.index];
      const Rational ulp = num::power_of_two(row.output.lsb);
      // Where the accumulator is coarser z is on the output grid already, and rounding is exact.
      Rational value = Rational(num::floor(z / ulp + Rational(1, 2))) * ulp;
      if (row.activation == net::Activation::relu) value = std::max(value, Rational(0));
      next.push_back(value);
    }
    values.push_back(std::move(next));
  }
  return values.back();
}

std::vector<std::int64_t> words(const std::vector<Integer>& codes) {
  std::vector<std::int64_t> result;
  for (const Integer& code : codes) result.push_back(code.get_si());
  return result;
}

// run, run_fast (one by one and all at once) and the definition agree on `vectors`.
void expect_agreement(const design::Design& design,
                      const std::vector<std::vector<Integer>>& vectors) {
  const Executor executor(design);
  std::vector<std::int64_t> inputs;
  std::vector<std::int64_t> expected;
  for (const auto& codes : vectors) {
    const std::vector<Integer> outputs = executor.run(codes);
    const std::vector<Rational> values = evaluate_values(design, codes);
    for (std::size_t o = 0; o < outputs.size(); ++o)
      RC_ASSERT(executor.output_value(outputs[o], o) == values[o]);
    if (!executor.fast()) continue;
    std::vector<std::int64_t> fast(outputs.size());
    RC_ASSERT(executor.run_fast(words(codes), fast));
    RC_ASSERT(fast == words(outputs));
    for (const std::int64_t word : words(codes)) inputs.push_back(word);
    expected.insert(expected.end(), fast.begin(), fast.end());
  }
  if (!executor.fast()) return;
  std::vector<std::int64_t> outputs(expected.size());
  RC_ASSERT(executor.run_fast(inputs, outputs));
  RC_ASSERT(outputs == expected);
}

RC_GTEST_PROP(ExecutorProperty, PathsAgreeWithTheDefinition, (std::uint64_t seed)) {
  const test::DesignShape shape{.max_code_width = 63, .max_accumulator_width = 63};
  const design::Design design = test::random_design(seed, shape);
  RC_ASSERT(Executor(design).fast());
  expect_agreement(design, test::random_codes(design, seed + 1, 45, true));
}

RC_GTEST_PROP(ExecutorProperty, WideSumsTakeTheWideFastPath, (std::uint64_t seed)) {
  const test::DesignShape shape{
      .max_weight_bits = 50, .max_code_width = 63, .max_accumulator_width = 100};
  const design::Design design = test::random_design(seed, shape);
  expect_agreement(design, test::random_codes(design, seed + 1, 20));
}

RC_GTEST_PROP(ExecutorProperty, UnclampedDesignsAgree, (std::uint64_t seed)) {
  const test::DesignShape shape{.uniform_blocks = true, .clamp = false};
  const design::Design design = test::random_design(seed, shape);
  expect_agreement(design, test::random_codes(design, seed + 1, 20));
}

// One input in [-100, 100] on the grid 2^-3, one row: 5 x + 3 on the accumulator grid 2^-4.
design::Design one_row(int output_lsb, net::Activation activation) {
  design::Design design;
  design.name = "one row";
  design.inputs = {{{true, 4, -3}, -100, 100}};
  design::Row row;
  row.activation = activation;
  row.terms = {{0, 0, 5, 0}};
  row.bias = 3;
  row.accumulator_lsb = -4;
  row.accumulator_width = 10;
  row.output = {true, 8, output_lsb};
  design.blocks = {{"output", {row}}};
  return design;
}

std::vector<Integer> run_one(const design::Design& design, int code) {
  const std::vector<Integer> codes = {code};
  return Executor(design).run(codes);
}

TEST(Executor, RoundsHalfUp) {
  const design::Design design = one_row(-3, net::Activation::identity);
  EXPECT_EQ(run_one(design, 0), std::vector<Integer>{2});    // 3 / 2 = 1.5
  EXPECT_EQ(run_one(design, -1), std::vector<Integer>{-1});  // -2 / 2
  EXPECT_EQ(run_one(design, -2), std::vector<Integer>{-3});  // -7 / 2 = -3.5
  EXPECT_EQ(run_one(design, 1), std::vector<Integer>{4});    // 8 / 2
}

TEST(Executor, ShiftsLeftWithoutHalfUlp) {
  const design::Design design = one_row(-6, net::Activation::relu);
  EXPECT_EQ(run_one(design, 1), std::vector<Integer>{32});  // 8 << 2
  EXPECT_EQ(run_one(design, -1), std::vector<Integer>{0});
}

TEST(Executor, ClampsOnlyWhenTheDesignSays) {
  design::Design design = one_row(-3, net::Activation::identity);
  EXPECT_EQ(run_one(design, 127), run_one(design, 100));
  EXPECT_EQ(run_one(design, -128), run_one(design, -100));
  design.clamp = false;
  EXPECT_THROW(run_one(design, 101), Error);
  const std::vector<std::int64_t> codes = {101};
  std::vector<std::int64_t> outputs(1);
  EXPECT_FALSE(Executor(design).run_fast(codes, outputs));
}

TEST(Executor, QuantizesInputsHalfUpThenClamps) {
  design::Design design = one_row(-3, net::Activation::identity);
  const Executor executor(design);
  EXPECT_EQ(executor.quantize_input(Rational(1, 16), 0), 1);   // 0.5 ulp
  EXPECT_EQ(executor.quantize_input(Rational(-1, 16), 0), 0);  // -0.5 ulp
  EXPECT_EQ(executor.quantize_input(Rational(1000), 0), 100);
  EXPECT_EQ(executor.quantize_input(Rational(-1000), 0), -100);
  design.clamp = false;
  EXPECT_EQ(Executor(design).quantize_input(Rational(1000), 0), 8000);
}

TEST(Executor, RefusesOverflowOnBothPaths) {
  design::Design design = one_row(-3, net::Activation::identity);
  design.blocks[0].rows[0].accumulator_width = 9;  // 5 * 100 + 4 needs 10 bits
  EXPECT_NO_THROW(run_one(design, 50));
  EXPECT_THROW(run_one(design, 100), Bug);
  std::vector<std::int64_t> outputs(1);
  EXPECT_FALSE(Executor(design).run_fast(std::vector<std::int64_t>{100}, outputs));
  EXPECT_TRUE(Executor(design).run_fast(std::vector<std::int64_t>{50}, outputs));

  design = one_row(-3, net::Activation::identity);
  design.blocks[0].rows[0].output.msb = 4;  // 252 needs 9 bits
  EXPECT_THROW(run_one(design, 100), Bug);
  EXPECT_FALSE(Executor(design).run_fast(std::vector<std::int64_t>{100}, outputs));
}

TEST(Executor, ExactModeCountsPartialSums) {
  design::Design design = one_row(-4, net::Activation::identity);
  design.inputs.push_back({{true, 4, -3}, 60, 100});
  design.blocks[0].rows[0].terms = {{0, 0, 50, 0}, {0, 1, -50, 0}};
  design.blocks[0].rows[0].accumulator_mode = design::AccumulatorMode::modular;
  const std::vector<Integer> codes = {61, 60};  // 50 + 3, through 3053
  EXPECT_EQ(Executor(design).run(codes), std::vector<Integer>{53});
  design.blocks[0].rows[0].accumulator_mode = design::AccumulatorMode::exact;
  EXPECT_THROW(Executor(design).run(codes), Bug);
}

TEST(Executor, ChoosesTheNarrowestFastPath) {
  EXPECT_EQ(FastProgram::compile(one_row(-3, net::Activation::relu))->accumulator_bits(), 64);
  design::Design design = one_row(-3, net::Activation::relu);
  design.blocks[0].rows[0].terms[0].weight = Integer(1) << 60;
  design.blocks[0].rows[0].accumulator_width = 80;
  EXPECT_EQ(FastProgram::compile(design)->accumulator_bits(), 128);
  design.blocks[0].rows[0].terms[0].shift = 10;  // the folded weight outgrows 64 bits
  EXPECT_FALSE(Executor(design).fast());
}

TEST(Executor, RefusesABrokenWiring) {
  design::Design design = one_row(-3, net::Activation::relu);
  design.blocks[0].rows[0].terms[0].source = 1;
  EXPECT_THROW(Executor{design}, Bug);
}

}  // namespace
}  // namespace certifix::executor
