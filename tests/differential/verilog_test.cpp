// The emitted Verilog, simulated, computes what the executor computes, with and without pauses on
// both sides: its test bench compares every result, and the cycle in which it comes.
#include <gtest/gtest.h>

#include "../support/emitted_code.hpp"
#include "../support/random_design.hpp"
#include "certifix/emit/verilog/verilog_source.hpp"

namespace certifix::emit {
namespace {

// Emits, simulates by the Makefile's own rule, and expects one PASS line a design.
void expect_bit_exact(const std::vector<design::Design>& designs,
                      cost::Architecture architecture = cost::Architecture::parallel) {
  const test::ScratchFolder folder;
  std::string output;
  for (std::size_t i = 0; i < designs.size(); ++i) {
    EmitOptions options;
    options.vectors =
        architecture == cost::Architecture::folded ? 40 : 250;  // one takes many cycles
    options.architecture = architecture;
    options.verilog_levels = static_cast<int>(i % 4) + 1;
    options.verilog_lanes = static_cast<int>(i % 7) + 1;
    const std::filesystem::path here = folder.path() / std::to_string(i);
    test::write_files(here, verilog_files(designs[i], {"a random design"}, options));
    const test::Outcome outcome =
        test::run_command("make -s -C '" + (here / "verilog").string() + "' sim");
    EXPECT_EQ(outcome.status, 0) << designs[i].name << ": " << outcome.output;
    output += outcome.output;
  }
  test::expect_all_pass({0, output}, designs.size());
}

std::vector<design::Design> random_designs(std::uint64_t first_seed, int count,
                                           const test::DesignShape& shape) {
  std::vector<design::Design> designs;
  for (int i = 0; i < count; ++i)
    designs.push_back(test::random_design(first_seed + static_cast<std::uint64_t>(i), shape));
  return designs;
}

const test::DesignShape kWide{.max_weight_bits = 60,
                              .max_code_width = 60,
                              .max_accumulator_width = 200,
                              .max_right_shift = 80,
                              .max_left_shift = 12,
                              .bias_bits = 140};

#define SKIP_WITHOUT_IVERILOG() \
  if (!test::has_tool("iverilog")) GTEST_SKIP() << "no iverilog here; './dev setup' installs it"

TEST(Verilog, IsBitExactOnRandomDesigns) {
  SKIP_WITHOUT_IVERILOG();
  expect_bit_exact(random_designs(100, 40, {}));
}

TEST(Verilog, IsBitExactWithoutClamping) {
  SKIP_WITHOUT_IVERILOG();
  expect_bit_exact(random_designs(200, 30, {.clamp = false}));
}

TEST(Verilog, IsBitExactOnWideWords) {
  SKIP_WITHOUT_IVERILOG();
  expect_bit_exact(random_designs(300, 15, kWide));
}

TEST(Verilog, IsBitExactOnUniformLayers) {
  SKIP_WITHOUT_IVERILOG();
  expect_bit_exact(random_designs(400, 15, {.uniform_blocks = true}));
}

TEST(Verilog, FoldedIsBitExactOnRandomDesigns) {
  SKIP_WITHOUT_IVERILOG();
  expect_bit_exact(random_designs(500, 40, {}), cost::Architecture::folded);
}

TEST(Verilog, FoldedIsBitExactWithoutClamping) {
  SKIP_WITHOUT_IVERILOG();
  expect_bit_exact(random_designs(600, 30, {.clamp = false}), cost::Architecture::folded);
}

TEST(Verilog, FoldedIsBitExactOnWideWords) {
  SKIP_WITHOUT_IVERILOG();
  expect_bit_exact(random_designs(700, 15, kWide), cost::Architecture::folded);
}

TEST(Verilog, FoldedIsBitExactOnUniformLayers) {
  SKIP_WITHOUT_IVERILOG();
  expect_bit_exact(random_designs(800, 15, {.uniform_blocks = true}), cost::Architecture::folded);
}

}  // namespace
}  // namespace certifix::emit
