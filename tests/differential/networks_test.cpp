// Emitted C, HLS C++ and Verilog of the founding paper's networks compute what the executor
// computes: corners and edges of the box, around the ends of every input's codes, random points.
// The designs are rounded to 12 bits a number, without a proof: what is compared is code and
// executor.
#include <gtest/gtest.h>

#include <iostream>

#include "../support/emitted_code.hpp"
#include "../support/rounded_design.hpp"
#include "../unit/import_cases.hpp"
#include "certifix/emit/c/c_source.hpp"
#include "certifix/emit/hls/hls_source.hpp"
#include "certifix/emit/verilog/verilog_source.hpp"
#include "certifix/import/import.hpp"
#include "certifix/semantics/evaluate.hpp"

namespace certifix::emit {
namespace {

constexpr const char* kNetworks[] = {
    "InvPendulumNN", "MountainCarNN",    "AcrobotNN",
    "MpcNN",         "SinglePendulumNN", "DoublePendulumNonRobustNN",
    "ACC3NN",        "ACC5NN",           "DoublePendulumRobustNN",
    "VertCasNN",     "ACC7NN",           "AC6",
    "UnicycleNN",    "ACC10NN",          "AC7",
    "AirplaneNN",    "ControllerToraNN", "AC8"};
constexpr std::size_t kLarge = 4000;  // parameters
constexpr std::size_t kSmall = 1000;

struct Subject {
  design::Design design;
  bool small;
  bool large;
  int accumulator_width = 0;
};

Subject subject(const std::filesystem::path& root, const char* name) {
  const import::Imported model = import::import_model(root / "aster" / name / "model.json");
  Subject subject{test::rounded_design(model.network, *model.box, {12, 12, 12}),
                  semantics::parameter_count(model.network) <= kSmall,
                  semantics::parameter_count(model.network) > kLarge};
  subject.design.name = name;
  for (const design::Block& block : subject.design.blocks)
    for (const design::Row& row : block.rows)
      subject.accumulator_width = std::max(subject.accumulator_width, row.accumulator_width);
  return subject;
}

EmitOptions options(const Subject& subject) {
  EmitOptions options;
  options.vectors = subject.large ? 100 : 1000;
  return options;
}

TEST(Networks, CIsBitExact) {
  const auto root = import::benchmarks();
  if (!root) GTEST_SKIP() << "no benchmark networks here; set CERTIFIX_BENCHMARKS to their folder";
  std::vector<std::vector<File>> designs;
  for (const char* name : kNetworks) {
    const Subject network = subject(*root, name);
    if (network.accumulator_width > 64) {
      std::cout << name << ": accumulators of " << network.accumulator_width << " bits, no C\n";
      EXPECT_THROW(c_files(network.design, {}, options(network)), Error);
      continue;
    }
    designs.push_back(c_files(network.design, {}, options(network)));
  }
  const test::ScratchFolder folder;
  test::expect_all_pass(test::compile_and_run_c(designs, folder.path()), designs.size());
}

TEST(Networks, HlsIsBitExact) {
  const auto root = import::benchmarks();
  if (!root) GTEST_SKIP() << "no benchmark networks here; set CERTIFIX_BENCHMARKS to their folder";
  std::vector<std::vector<File>> designs;
  for (const char* name : kNetworks) {
    const Subject network = subject(*root, name);
    if (!network.large) designs.push_back(hls_files(network.design, {}, options(network)));
  }
  const test::ScratchFolder folder;
  test::expect_all_pass(test::compile_and_run_systemc(designs, folder.path()), designs.size());
}

TEST(Networks, VerilogIsBitExact) {
  const auto root = import::benchmarks();
  if (!root) GTEST_SKIP() << "no benchmark networks here; set CERTIFIX_BENCHMARKS to their folder";
  if (!test::has_tool("iverilog")) GTEST_SKIP() << "no iverilog here; './dev setup' installs it";
  int simulated = 0;
  for (const char* name : kNetworks) {
    const Subject network = subject(*root, name);
    if (!network.small) continue;
    EmitOptions how;
    how.vectors = 200;
    const test::ScratchFolder folder;
    test::write_files(folder.path(), verilog_files(network.design, {}, how));
    test::expect_all_pass(
        test::run_command("make -s -C '" + (folder.path() / "verilog").string() + "' sim"), 1);
    ++simulated;
  }
  EXPECT_GE(simulated, 5);
}

}  // namespace
}  // namespace certifix::emit
