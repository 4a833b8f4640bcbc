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
