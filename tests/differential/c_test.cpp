// The emitted C computes what the executor computes, bit by bit, on random designs.
#include <gtest/gtest.h>

#include "../support/emitted_code.hpp"
#include "../support/random_design.hpp"
#include "certifix/emit/c/c_source.hpp"

namespace certifix::emit {
namespace {

constexpr std::size_t kVectors = 300;

std::vector<std::vector<File>> emit_random(const test::DesignShape& shape, std::uint64_t first_seed,
                                           int count) {
  EmitOptions options;
  options.vectors = kVectors;
  std::vector<std::vector<File>> all;
  for (int i = 0; i < count; ++i) {
    const design::Design design =
        test::random_design(first_seed + static_cast<std::uint64_t>(i), shape);
    all.push_back(c_files(design, {"a random design"}, options));
  }
  return all;
}

void expect_all_pass(const std::vector<std::vector<File>>& designs) {
  const test::ScratchFolder folder;
  test::expect_all_pass(test::compile_and_run_c(designs, folder.path()), designs.size());
}

TEST(C, IsBitExactOnRandomDesigns) { expect_all_pass(emit_random({}, 1000, 20)); }

TEST(C, IsBitExactOnUniformLayers) {
  expect_all_pass(emit_random({.uniform_blocks = true}, 2000, 10));
}

TEST(C, IsBitExactWithoutClamping) { expect_all_pass(emit_random({.clamp = false}, 3000, 8)); }

TEST(C, IsBitExactWithWideWeights) {
  expect_all_pass(emit_random({.max_weight_bits = 45}, 4000, 12));
}

TEST(C, IsBitExactInNarrowAccumulators) {
  expect_all_pass(emit_random({.max_weight_bits = 6, .max_accumulator_width = 32}, 5000, 10));
}

// The instructions of Armv7E-M, from the definitions in its reference manual.
constexpr const char* kArmIntrinsics =
    "#include <stdint.h>\n"
    "typedef int32_t int16x2_t;\n"
    "static inline int32_t half(int32_t x, int h) { return (int16_t)((uint32_t)x >> (16 * h)); }\n"
    "static inline int32_t __smlad(int32_t a, int32_t b, int32_t sum)\n"
    "{\n"
    "  const int64_t products = (int64_t)half(a, 0) * half(b, 0) + half(a, 1) * half(b, 1);\n"
    "  return (int32_t)((uint32_t)sum + (uint32_t)products);\n"
    "}\n"
    "static inline int64_t __smlald(int32_t a, int32_t b, int64_t sum)\n"
    "{\n"
    "  const int64_t products = (int64_t)half(a, 0) * half(b, 0) + half(a, 1) * half(b, 1);\n"
    "  return (int64_t)((uint64_t)sum + (uint64_t)products);\n"
    "}\n";

std::size_t occurrences(const std::vector<std::vector<File>>& designs, const std::string& text) {
  std::size_t count = 0;
  for (const std::vector<File>& files : designs)
    for (const File& file : files)
      for (std::size_t at = file.content.find(text); at != std::string::npos;
           at = file.content.find(text, at + 1))
        ++count;
  return count;
}

TEST(C, IsBitExactWithPairsOf16BitOperands) {
  auto designs = emit_random({.max_weight_bits = 15,
                              .max_code_width = 15,
                              .max_accumulator_width = 32,
                              .max_right_shift = 14,
                              .max_left_shift = 0,
                              .uniform_blocks = true},
                             6000, 40);
  const auto wide = emit_random({.max_weight_bits = 15,
                                 .max_code_width = 15,
                                 .max_right_shift = 14,
                                 .max_left_shift = 0,
                                 .bias_bits = 36,
                                 .uniform_blocks = true},
                                7000, 40);
  designs.insert(designs.end(), wide.begin(), wide.end());
  for (const char* path :
       {" = __smlad(", " = (uint32_t)__smlad(", " = __smlald(", " = (uint64_t)__smlald("})
    EXPECT_GE(occurrences(designs, path), 3U) << path;
  const test::ScratchFolder folder;
  test::write_files(folder.path(), {{"arm/arm_acle.h", kArmIntrinsics}});
  test::expect_all_pass(test::compile_and_run_c(designs, folder.path(),
                                                "-Iarm -D__ARM_FEATURE_DSP -D__ARM_FEATURE_SIMD32"),
                        designs.size());
}

// Constant tables of 3 weights in 16 bits, one bias in 16, the box of an input of 16 bits twice.
TEST(C, SaysWhatItTakesInMemory) {
  design::Design design;
  design.name = "memory";
  design.inputs.assign(3, {{true, 7, 0}, -100, 100});
  design.inputs[0] = {{true, 11, 0}, -2000, 2000};
  design::Row row;
  for (std::size_t i = 0; i < 3; ++i) row.terms.push_back({0, i, 100, 0});
  row.bias = 1234;
  row.accumulator_width = 24;
  row.output = {true, 23, 0};
  design.blocks = {{"output", {row}}};
  const std::vector<File> files = c_files(design, {}, {});
  ASSERT_EQ(files[0].path, "c/memory.h");
  EXPECT_NE(files[0].content.find("Memory: " + std::to_string(3 * 2 + 2 + 2 * 3 * 2) +
                                  " bytes of constant tables (flash)"),
            std::string::npos)
      << files[0].content;
  EXPECT_NE(files[0].content.find(" 6 bytes\n * of stack for buffers"), std::string::npos);
}

TEST(C, HoldsNetworksThatAreConstantOnTheirBox) {
  design::Design design;
  design.name = "constant";
  design.inputs.assign(2, {{true, 7, 0}, -100, 100});
  design::Row row;
  row.bias = 1234;
  row.accumulator_lsb = -4;
  row.accumulator_width = 12;
  row.output = {true, 7, 0};
  design.blocks = {{"output", {row}}};
  expect_all_pass({c_files(design, {}, {})});
}

// -65536 * -32768 = 2^31 is one more than 32 signed bits hold.
TEST(C, WidensProductsThatJustOutgrow32Bits) {
  design::Design design;
  design.name = "edge";
  design.inputs = {{{true, 15, 0}, -32768, 32767}};
  design::Row row;
  row.terms = {{0, 0, -65536, 0}};
  row.accumulator_width = 40;
  row.output = {true, 39, 0};
  design.blocks = {{"output", {row}}};
  expect_all_pass({c_files(design, {}, {})});
}

}  // namespace
}  // namespace certifix::emit
