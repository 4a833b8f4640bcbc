// The founding paper's method on the founding paper's networks: which settings have an assignment.
#include <gtest/gtest.h>

#include <iostream>
#include <string>

#include "aster_recursion.hpp"
#include "certifix/import/import.hpp"
#include "certifix/optimize/aster.hpp"
#include "certifix/semantics/output_bounds.hpp"
#include "import_cases.hpp"

namespace certifix::optimize {
namespace {

using num::Rational;

struct Setting {
  const char* name;
  AsterOptions options;
  bool exact_inputs;
};

// One network, all settings at one bound: "A yes, B no, ...". Each yes satisfies the recursion,
// each no is the solver's proof on the model whose text is there.
std::string feasibility(const net::Network& network, const spec::Box& box, const Rational& eps) {
  std::string line;
  for (const Setting& setting :
       {Setting{"A", {20, 5, 32}, false}, Setting{"B", {32, 10, 32}, false},
        Setting{"C", {10, 5, 32}, true}, Setting{"D", {17, 10, 32}, true}}) {
    spec::Problem problem{network, box, {}, spec::OutOfRange::clamp, {}, {}};
    problem.inputs.resize(box.size());
    if (setting.exact_inputs)
      for (spec::InputConvention& input : problem.inputs)
        input.fraction_bits = setting.options.input_fraction;
    problem.functionals = semantics::output_bounds(network.output_count(), {eps});
    std::string lp;
    const AsterOutcome outcome = aster(problem, setting.options, Rational(1), &lp);
    EXPECT_TRUE(lp.ends_with("End\n"));
    const auto* found = std::get_if<AsterAssignment>(&outcome);
    if (found != nullptr) {
      const test::Recursion again = test::recursion(problem, found->plan);
      EXPECT_TRUE(again.fits);
      EXPECT_LE(again.error, found->error);
      EXPECT_LE(found->error, eps);
    } else {
      EXPECT_TRUE(std::get<AsterInfeasible>(outcome).proved);
    }
    line += std::string(setting.name) + (found != nullptr ? " yes  " : " no   ");
  }
  return line;
}

class AsterNetworks : public testing::TestWithParam<const char*> {};

TEST_P(AsterNetworks, FeasibilityBySetting) {
  const auto root = import::benchmarks();
  if (!root) GTEST_SKIP() << "no benchmark networks here; set CERTIFIX_BENCHMARKS to their folder";
  const auto model = import::import_model(*root / "aster" / GetParam() / "model.json");
  for (const char* eps : {"1e-3", "1e-5"})
    std::cout << GetParam() << " at " << eps << ": "
              << feasibility(model.network, *model.box, *num::parse_decimal(eps)) << "\n";
}

INSTANTIATE_TEST_SUITE_P(, AsterNetworks,
                         testing::Values("InvPendulumNN", "MountainCarNN", "AcrobotNN", "MpcNN",
                                         "SinglePendulumNN", "ACC3NN", "ACC10NN", "VertCasNN"),
                         [](const auto& network) { return std::string(network.param); });

}  // namespace
}  // namespace certifix::optimize
