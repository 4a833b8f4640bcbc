// Gappa, a prover of others, proves the theorems of small designs from the emitted scripts alone:
// the bounds that the checker proves, or ones at most twice as large.
#include <gtest/gtest.h>

#include <sstream>

#include "../support/emitted_code.hpp"
#include "../support/proven.hpp"
#include "../support/random_dag.hpp"
#include "../support/random_network.hpp"
#include "../support/rounded_design.hpp"
#include "certifix/base/error.hpp"
#include "certifix/emit/emit.hpp"
#include "certifix/semantics/evaluate.hpp"

namespace certifix::emit {
namespace {

using num::Rational;

// The design with the codes of declared grids, and widths with room for what the checker adds.
design::Design fitted(const spec::Problem& problem, const test::RoundedBits& bits) {
  design::Design design = test::rounded_design(problem.network, problem.box, bits);
  design.clamp = problem.out_of_range == spec::OutOfRange::clamp;
  for (std::size_t i = 0; i < problem.box.size(); ++i) {
    design::Input& input = design.inputs[i];
    const auto grid = problem.inputs[i].fraction_bits;
    if (!grid) continue;
    const auto code = [&](const num::Integer& n) {
      return num::round_half_up(num::scaled(Rational(n), -*grid), input.format.lsb);
    };
    input.code_min = code(num::ceil_to(problem.box[i].lower(), -*grid));
    input.code_max = code(num::floor_to(problem.box[i].upper(), -*grid));
  }
  for (design::Block& block : design.blocks)
    for (design::Row& row : block.rows) {
      row.output.msb += 3;
      row.accumulator_width += 6;
    }
  return design;
}

// The problem whose bounds are a thousandth above what the checker proves of the rounded design.
check::Accepted proven_tightly(spec::Problem problem, const test::RoundedBits& bits) {
  const design::Design design = fitted(problem, bits);
  for (spec::Functional& functional : problem.functionals) functional.bound = 1'000'000;
  const check::Theorem loose = test::prove(problem, design).theorem;
  for (std::size_t k = 0; k < problem.functionals.size(); ++k)
    problem.functionals[k].bound =
        std::max(loose.proven[k] * Rational(1001, 1000), num::power_of_two(-20));
  return test::prove(problem, design);
}

bool keeps_the_bound(const std::vector<File>& files) {
  return files.back().content.find("is proven here within") == std::string::npos;
}

test::Outcome run_gappa(const std::vector<File>& files) {
  const test::ScratchFolder folder;
  test::write_files(folder.path(), files);
  return test::run_command("make -s -C '" + (folder.path() / "gappa").string() + "'");
}

// Without warnings, such as that of a hint that is not an identity; equal values may share a name.
void expect_proven(const std::vector<File>& files) {
  const test::Outcome outcome = run_gappa(files);
  EXPECT_EQ(outcome.status, 0) << outcome.output;
  std::istringstream lines(outcome.output);
  for (std::string line; std::getline(lines, line);)
    EXPECT_NE(line.find("Warning: renaming identifier"), std::string::npos) << line;
}

#define SKIP_WITHOUT_GAPPA() \
  if (!test::has_tool("gappa")) GTEST_SKIP() << "no gappa here; './dev setup' installs it"

TEST(Gappa, ProvesTheBoundsOfSmallNetworks) {
  SKIP_WITHOUT_GAPPA();
  std::size_t cases = 0, same = 0;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    SCOPED_TRACE(seed);
    const net::Network network = test::random_network(seed, {2, 2, 1});
    const spec::Problem problem = test::problem_of(
        network, {num::Interval(-1, Rational(7, 10)), num::Interval(0, Rational(1, 3))}, 1);
    const std::vector<File> files = emit(
        proven_tightly(problem, {.input = 7, .weight = 6, .activation = 7}).subject, Target::gappa);
    expect_proven(files);
    cases += files.size() - 1;
    same += keeps_the_bound(files) ? 1 : 0;
  }
  EXPECT_GT(cases, 4U) << "no sign of a ReLU is unknown: the cases show nothing";
  EXPECT_GE(same, 1U) << "the checker's own bound";
}

TEST(Gappa, ProvesNetworksWithSkippedLayersAndInputsOnGrids) {
  SKIP_WITHOUT_GAPPA();
  int proven = 0;
  for (std::uint64_t seed = 1; proven < 6; ++seed) {
    SCOPED_TRACE(seed);
    const spec::Problem problem = test::RandomDag(seed).problem();
    if (semantics::parameter_count(problem.network) > 16) continue;
    try {
      const std::vector<File> files =
          emit(proven_tightly(problem, {.input = 5, .weight = 5, .activation = 5}).subject,
               Target::gappa);
      if (files.size() > 9) continue;
      expect_proven(files);
      ++proven;
    } catch (const Error& refusal) {
      EXPECT_EQ(refusal.code(), ErrorCode::target_refused);
    }
  }
}

TEST(Gappa, DoesNotProveWhatIsFalse) {
  SKIP_WITHOUT_GAPPA();
  const net::Network network = test::random_network(1, {2, 2, 1});
  const spec::Problem problem =
      test::problem_of(network, {num::Interval(-1, 1), num::Interval(-1, 1)}, 1);
  std::vector<File> files = emit(
      proven_tightly(problem, {.input = 7, .weight = 6, .activation = 7}).subject, Target::gappa);
  std::string& script = files[1].content;
  const std::size_t bound = script.find("| <= ");
  ASSERT_NE(bound, std::string::npos);
  script.replace(bound, script.find_first_of(" \n", bound + 5) - bound, "| <= 1b-12");
  EXPECT_NE(run_gappa(files).status, 0);
}

TEST(Gappa, IsNotAskedForTooManyCases) {
  const net::Network network = test::random_network(3, {4, 12, 1});
  const spec::Problem problem =
      test::problem_of(network, std::vector<num::Interval>(4, num::Interval(-1, 1)), 1);
  const check::Accepted accepted = proven_tightly(problem, {});
  try {
    emit(accepted.subject, Target::gappa);
    ADD_FAILURE() << "not refused";
  } catch (const Error& refusal) {
    EXPECT_EQ(refusal.code(), ErrorCode::target_refused);
    EXPECT_FALSE(refusal.remedy().empty());
  }
}

}  // namespace
}  // namespace certifix::emit
