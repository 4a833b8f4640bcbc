// The door of the emitters, from a network to a test bench that runs.
#include "certifix/emit/emit.hpp"

#include <gtest/gtest.h>

#include <type_traits>

#include "../support/emitted_code.hpp"
#include "../support/proven.hpp"
#include "../support/random_network.hpp"
#include "../support/rounded_design.hpp"
#include "certifix/base/error.hpp"

namespace certifix::emit {
namespace {

using num::Interval;
using num::Rational;

// Rule 1 of the house: nothing unproven leaves the tool.
static_assert(!std::is_invocable_v<decltype(&emit), design::Design, Target, EmitOptions>);
static_assert(!std::is_invocable_v<decltype(&emit), check::Subject, Target, EmitOptions>);
static_assert(!std::is_constructible_v<check::Verified<check::Subject>, check::Subject>);
static_assert(!std::is_default_constructible_v<check::Verified<check::Subject>>);

check::Accepted small_proven() {
  const net::Network network = test::random_network(3, {3, 8, 6, 2});
  const spec::Box box(3, Interval(Rational(-1), Rational(1, 2)));
  const design::Design design = test::rounded_design(network, box, {10, 12, 10});
  return test::prove(test::problem_of(network, box, Rational(1)), design);
}

std::string content(const std::vector<File>& files, const std::string& path) {
  for (const File& file : files)
    if (file.path == path) return file.content;
  ADD_FAILURE() << path << " was not emitted";
  return "";
}

TEST(Emit, CodeSaysWhatWasProvenAndItsMakefileTestsIt) {
  const check::Accepted accepted = small_proven();
  const std::string name = accepted.subject->problem.network.name();
  test::ScratchFolder folder;
  for (const Target target : {Target::c, Target::hls}) {
    const std::vector<File> files = emit(accepted.subject, target);
    const std::string folder_name(emit::name(target));
    for (const File& file : files) EXPECT_TRUE(file.path.starts_with(folder_name + "/"));
    const std::string header =
        content(files, folder_name + "/" + name + (target == Target::c ? ".h" : ".hpp"));
    EXPECT_NE(header.find("For every real x in [-1, 0.5] x [-1, 0.5] x [-1, 0.5]"),
              std::string::npos)
        << header;
    EXPECT_NE(header.find("at most 1 in y_0, y_1"), std::string::npos) << header;
    test::write_files(folder.path(), files);
    test::expect_all_pass(
        test::run_command("make -C '" + (folder.path() / folder_name).string() + "' test"), 1);
  }
}

TEST(Emit, TargetsHaveNames) {
  for (const Target target : {Target::c, Target::hls, Target::verilog})
    EXPECT_EQ(target_named(emit::name(target)), target);
  EXPECT_EQ(target_named("vhdl"), std::nullopt);
}

TEST(Emit, ABrokenTableFailsTheTestBench) {
  const check::Accepted accepted = small_proven();
  std::vector<File> files = emit(accepted.subject, Target::c);
  for (File& file : files) {
    if (!file.path.ends_with("_vectors.h")) continue;
    const std::size_t digit = file.content.rfind("},\n") - 1;
    file.content[digit] = file.content[digit] == '0' ? '1' : '0';
  }
  const test::ScratchFolder folder;
  const test::Outcome outcome = test::compile_and_run_c({files}, folder.path());
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.output.find("FAIL "), std::string::npos) << outcome.output;
}

TEST(Emit, OptionsCannotSmuggleTclCommands) {
  const check::Accepted accepted = small_proven();
  EmitOptions options;
  options.hls_part = "x; exec rm";
  EXPECT_THROW(emit(accepted.subject, Target::hls, options), Error);
  options.hls_part = "xc7a35tcpg236-1";
  options.hls_clock_ns = 0;
  EXPECT_THROW(emit(accepted.subject, Target::hls, options), Error);
  options.hls_clock_ns = 2.5;
  const std::string script =
      content(emit(accepted.subject, Target::hls, options), "hls/run_vitis.tcl");
  EXPECT_NE(script.find("set part xc7a35tcpg236-1\nset clock_ns 2.5\n"), std::string::npos);
}

}  // namespace
}  // namespace certifix::emit
