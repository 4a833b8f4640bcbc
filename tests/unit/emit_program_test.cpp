// From a design to tables: storage, types and refusals.
#include "certifix/emit/program.hpp"

#include <gtest/gtest.h>

#include "../support/random_design.hpp"
#include "certifix/base/error.hpp"
#include "certifix/emit/c/c_program.hpp"
#include "certifix/emit/c/c_source.hpp"
#include "certifix/emit/hls/hls_source.hpp"

namespace certifix::emit {
namespace {

using num::Integer;

// `inputs` inputs in [-100, 100]; blocks are added by the tests.
design::Design inputs_only(std::size_t inputs) {
  design::Design design;
  design.name = "small";
  design.inputs.assign(inputs, {{true, 7, 0}, -100, 100});
  return design;
}

design::Row row(std::vector<design::Term> terms) {
  design::Row row;
  row.terms = std::move(terms);
  row.accumulator_lsb = -4;
  row.accumulator_width = 30;
  row.output = {true, 20, 0};
  return row;
}

TEST(Lower, FoldsShiftsAndTheHalfUlp) {
  design::Design design = inputs_only(2);
  design.blocks = {{"output", {row({{0, 0, 3, 2}, {0, 1, -5, 0}})}}};
  design.blocks[0].rows[0].bias = 7;
  const Program program = lower(design);
  const Layer& layer = program.layers[0];
  EXPECT_EQ(layer.bias, std::vector<Integer>{7 + 8});
  EXPECT_EQ(layer.right, std::vector<int>{4});
  ASSERT_EQ(layer.parts.size(), 1u);
  EXPECT_TRUE(layer.parts[0].dense);
  EXPECT_EQ(layer.parts[0].weights, (std::vector<Integer>{12, -5}));
  EXPECT_FALSE(layer.modular);
}

TEST(Lower, StoresSparseRowsWhereSmaller) {
  design::Design design = inputs_only(20);
  design::Block block{"output", {}};
  for (std::size_t i = 0; i < 10; ++i) block.rows.push_back(row({{0, i, 1000, 0}}));
  design.blocks = {block};
  const Program program = lower(design);
  const Part& part = program.layers[0].parts[0];
  EXPECT_FALSE(part.dense);
  EXPECT_EQ(part.weights, std::vector<Integer>(10, 1000));
  EXPECT_EQ(part.row_start.back(), 10u);
  EXPECT_EQ(part.column[7], 7u);
}

TEST(Lower, KeepsShiftsThatWouldOutgrowWords) {
  design::Design design = inputs_only(1);
  design.blocks = {{"output", {row({{0, 0, Integer(1) << 50, 20}})}}};
  design.blocks[0].rows[0].accumulator_width = 90;
  const Program program = lower(design);
  EXPECT_EQ(program.layers[0].parts[0].shifts, std::vector<int>{20});
}

TEST(Residue, IsCongruentAndFits) {
  for (int x = -40; x <= 40; ++x) {
    const Integer r = residue(x, 4);
    EXPECT_GE(r, -8);
    EXPECT_LE(r, 7);
    EXPECT_TRUE(mpz_divisible_ui_p(Integer(r - x).get_mpz_t(), 16));
  }
}

TEST(PlanC, ReusesBuffersOfBlocksThatAreDone) {
  design::Design design = inputs_only(3);
  for (std::size_t b = 0; b < 5; ++b)
    design.blocks.push_back({"layer", {row({{b, 0, 1, 0}}), row({{b, 0, 2, 0}})}});
  const CProgram chain = plan_c(design);
  EXPECT_EQ(chain.buffers.size(), 3u);  // the inputs' int8_t one, and two in turn
  design.blocks[4].rows[0].terms.insert(design.blocks[4].rows[0].terms.begin(), {1, 0, 1, 0});
  const CProgram skip = plan_c(design);
  EXPECT_EQ(skip.buffers.size(), 4u);  // block 1 lives until block 5
  EXPECT_NE(skip.buffer_of[1], skip.buffer_of[3]);
}

std::string refusal(const design::Design& design, const std::string& target) {
  try {
    if (target == "c")
      c_files(design, {}, {});
    else
      hls_files(design, {}, {});
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::target_refused);
    return error.origin().place + ": " + error.remedy();
  }
  return "accepted";
}

TEST(Refusal, WideAccumulatorsHaveNoC) {
  design::Design design = inputs_only(1);
  design.blocks = {{"output", {row({{0, 0, 3, 0}})}}};
  design.blocks[0].rows[0].accumulator_width = 65;
  EXPECT_EQ(refusal(design, "c"),
            "block 1 'output': quantize with --max-accumulator 64, or choose the target hls");
  EXPECT_EQ(refusal(design, "hls"), "accepted");
}

TEST(Refusal, WideWordsHaveNoTarget) {
  design::Design design = inputs_only(1);
  design.blocks = {{"output", {row({{0, 0, 3, 0}})}}};
  design.blocks[0].rows[0].output = {true, 64, 0};
  EXPECT_EQ(refusal(design, "c"), "block 1 'output': quantize with --max-word 63 or less");
  EXPECT_EQ(refusal(design, "hls"), "block 1 'output': quantize with --max-word 63 or less");
  design.blocks[0].rows[0].output = {true, 20, 0};
  design.blocks[0].rows[0].terms[0].weight = Integer(1) << 70;
  design.blocks[0].rows[0].accumulator_width = 90;
  EXPECT_EQ(refusal(design, "hls"), "block 1 'output': quantize with --max-word 64 or less");
}

TEST(Emission, IsDeterministic) {
  const design::Design design = test::random_design(7);
  EXPECT_EQ(c_files(design, {"claim"}, {}), c_files(design, {"claim"}, {}));
  EXPECT_EQ(hls_files(design, {"claim"}, {}), hls_files(design, {"claim"}, {}));
  EmitOptions other;
  other.seed = 1;
  EXPECT_EQ(c_files(design, {}, other)[1], c_files(design, {}, {})[1]);  // the seed: vectors only
}

TEST(Emission, HostileNamesStayInComments) {
  design::Design design = inputs_only(1);
  design.name = "../x */ #error";
  design.blocks = {{"*/ #error \\", {row({{0, 0, 3, 0}})}}};
  for (const File& file : c_files(design, {}, {})) {
    EXPECT_EQ(file.path.find(".."), std::string::npos);
    EXPECT_EQ(file.content.find("*/ #error"), std::string::npos);
    EXPECT_EQ(file.content.find("\n#error"), std::string::npos);
  }
}

}  // namespace
}  // namespace certifix::emit
