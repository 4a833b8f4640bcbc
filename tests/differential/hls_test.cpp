// The emitted HLS C++, run with SystemC's types, computes what the executor computes.
#include "certifix/emit/hls/hls_source.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "../support/emitted_code.hpp"
#include "../support/random_design.hpp"

namespace certifix::emit {
namespace {

std::vector<File> emit_random(std::uint64_t seed, const test::DesignShape& shape) {
  EmitOptions options;
  options.vectors = 200;
  options.hls_pragmas = seed % 2 == 0;
  return hls_files(test::random_design(seed, shape), {"a random design"}, options);
}

TEST(Hls, IsBitExactOnRandomDesigns) {
  const test::DesignShape wide{.max_weight_bits = 60,
                               .max_code_width = 60,
                               .max_accumulator_width = 200,
                               .max_right_shift = 80,
                               .max_left_shift = 12,
                               .bias_bits = 140};
  std::vector<std::vector<File>> designs;
  for (std::uint64_t i = 0; i < 6; ++i) {
    designs.push_back(emit_random(10'000 + i, {}));
    designs.push_back(emit_random(20'000 + i, wide));
    designs.push_back(emit_random(30'000 + i, {.uniform_blocks = true}));
    designs.push_back(emit_random(40'000 + i, {.clamp = false}));
  }
  const auto mentions = [&](const std::string& text) {
    return std::any_of(designs.begin(), designs.end(), [&](const std::vector<File>& files) {
      return files[1].content.find(text) != std::string::npos;
    });
  };
  EXPECT_TRUE(mentions("shift1_0[k]")) << "no folded weight outgrew 64 bits";
  EXPECT_TRUE(mentions("bias1_1[i]")) << "no bias outgrew 64 bits";
  const test::ScratchFolder folder;
  test::expect_all_pass(test::compile_and_run_systemc(designs, folder.path()), designs.size());
}

}  // namespace
}  // namespace certifix::emit
