#include <Cbc_C_Interface.h>
#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "certifix/base/error.hpp"
#include "certifix/milp/model.hpp"
#include "certifix/milp/solve.hpp"

namespace certifix::milp {
namespace {

// The example of model.hpp.
Model word_length() {
  Model model{"word length"};
  const std::vector<std::size_t> y = add_choice(model, "bits", {8, 12, 16});
  model.rows.push_back(Row{"error", {{y[0], 4.0}, {y[1], 1.0}, {y[2], 0.2}}, -kInfinity, 2});
  return model;
}

TEST(Milp, SolvesTheExampleOfItsHeader) {
  const Solution best = solve(scaled_rows(word_length()), Limits{});
  ASSERT_EQ(best.status, Status::optimal);
  EXPECT_EQ(best.values, (std::vector<double>{0, 1, 0}));
  EXPECT_EQ(best.objective, 12);
  EXPECT_NEAR(best.bound, 12, 1e-6);
}

TEST(Milp, NoIsAnAnswer) {
  Model model = word_length();
  model.rows.back().upper = 0.1;
  const Solution none = solve(scaled_rows(model));
  EXPECT_EQ(none.status, Status::infeasible);
  EXPECT_TRUE(none.values.empty());

  // Infeasible only because of integrality: two equal halves of an odd number.
  Model odd{"odd"};
  odd.add_column({"x", 0, 10, true, 1});
  odd.rows.push_back({"halves", {{0, 2}}, 7, 7});
  EXPECT_EQ(solve(odd).status, Status::infeasible);
}

TEST(Milp, PureLinearPrograms) {
  Model model{"lp"};
  const std::size_t x = model.add_column({"x", 0, 20, false, -1});
  const std::size_t y = model.add_column({"y", -kInfinity, 4, false, -2});
  model.rows.push_back({"both", {{x, 1}, {y, 1}}, -kInfinity, 10});
  const Solution best = solve(model);
  ASSERT_EQ(best.status, Status::optimal);
  EXPECT_NEAR(best.values[x], 6, 1e-6);
  EXPECT_NEAR(best.values[y], 4, 1e-6);

  // Infeasible without integers.
  model = {"lp"};
  model.add_column({"x", 0, 1, false, 1});
  model.rows.push_back({"row", {{0, 1}}, 2, 3});
  EXPECT_EQ(solve(model).status, Status::infeasible);
}

TEST(Milp, ModelsWithoutColumnsOrRows) {
  EXPECT_EQ(solve(Model{}).status, Status::optimal);
  Model model;
  model.rows.push_back({"zero", {}, 1, 2});
  EXPECT_EQ(solve(model).status, Status::infeasible);
  Model free;
  free.add_column({"x", -3, 5, true, 1});
  const Solution best = solve(free);
  ASSERT_EQ(best.status, Status::optimal);
  EXPECT_EQ(best.values[0], -3);
}

// Without scaling the row below lies within the solver's tolerance and constrains nothing.
TEST(Milp, RowsAreScaledToOne) {
  Model model{"tiny"};
  const auto y = add_choice(model, "bits", {1, 2});
  model.rows.push_back({"error", {{y[0], 2e-10}, {y[1], 0.5e-10}}, -kInfinity, 1e-10});
  const Model scaled = scaled_rows(model);
  EXPECT_EQ(scaled.rows[1].upper, 1);
  EXPECT_DOUBLE_EQ(scaled.rows[1].coefficients[0].value, 2);
  EXPECT_EQ(scaled.rows[0], model.rows[0]);
  const Solution best = solve(scaled);
  ASSERT_EQ(best.status, Status::optimal);
  EXPECT_EQ(best.objective, 2);

  Row zero{"zero", {{0, 4}, {1, -8}}, 0, 0};
  model.rows = {zero};
  EXPECT_EQ(scaled_rows(model).rows[0].coefficients[1].value, -1);
}

// Two knapsack rows over several multiple choices, against enumeration.
TEST(Milp, MultipleChoiceAgreesWithEnumeration) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> uniform(0, 1);
  int feasible = 0;
  for (int round = 0; round < 20; ++round) {
    Model model{"choices"};
    std::vector<std::vector<std::size_t>> y;
    std::vector<Row> limits(2);
    for (Row& row : limits) row.upper = 0.6 + 0.8 * uniform(random);
    for (int c = 0; c < 4; ++c) {
      y.push_back(add_choice(
          model, "y",
          {1 + uniform(random), 2 + uniform(random), 3 + uniform(random), 4 + uniform(random)}));
      for (Row& row : limits)
        for (std::size_t k = 0; k < 4; ++k)
          row.coefficients.push_back({y.back()[k], uniform(random) * std::pow(0.5, k)});
    }
    for (const Row& row : limits) model.rows.push_back(row);

    double best = kInfinity;
    for (int code = 0; code < 256; ++code) {
      std::vector<double> x(model.columns.size(), 0);
      for (int c = 0; c < 4; ++c) x[y[c][(code >> (2 * c)) & 3]] = 1;
      if (violation_at(model, x) == 0) best = std::min(best, objective_at(model, x));
    }
    const Solution solution = solve(scaled_rows(model));
    if (best == kInfinity) {
      EXPECT_EQ(solution.status, Status::infeasible);
      continue;
    }
    ++feasible;
    ASSERT_EQ(solution.status, Status::optimal);
    EXPECT_NEAR(solution.objective, best, 1e-9);
    EXPECT_LE(violation_at(model, solution.values), 1e-6);
    EXPECT_EQ(solve(scaled_rows(model)).values, solution.values);
    EXPECT_NEAR(solve(scaled_rows(model), {.threads = 2}).objective, best, 1e-9);
  }
  EXPECT_GT(feasible, 5);
}

// Market split: hard enough that one node does not decide it.
TEST(Milp, AFiredLimitIsReported) {
  std::mt19937 random(1);
  Model model{"market split"};
  std::vector<std::size_t> x;
  for (int j = 0; j < 30; ++j) x.push_back(model.add_column({"x", 0, 1, true, 1}));
  for (int i = 0; i < 4; ++i) {
    Row row{"share", {}, 0, 0};
    double sum = 0;
    for (const std::size_t j : x) {
      row.coefficients.push_back({j, static_cast<double>(random() % 100)});
      sum += row.coefficients.back().value;
    }
    row.lower = row.upper = std::floor(sum / 2);
    model.rows.push_back(row);
  }
  const Solution cut_short = solve(scaled_rows(model), {.nodes = 1});
  EXPECT_EQ(cut_short.status, Status::limit);
  EXPECT_GT(cut_short.bound, 0);
  EXPECT_EQ(solve(scaled_rows(model), {.nodes = 1'000'000, .seconds = 0.05}).status, Status::limit);
}

TEST(Milp, IsSilentAndLeavesTheInterruptHandlerAlone) {
  const auto before = std::signal(SIGINT, SIG_IGN);
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  solve(scaled_rows(word_length()));
  Model model = word_length();
  model.rows.back().upper = 0.1;
  solve(model);
  for (Column& column : model.columns) column.integer = false;
  solve(model);
  std::fflush(nullptr);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(std::signal(SIGINT, before), SIG_IGN);
}

TEST(Milp, LpText) {
  Model model = word_length();
  model.add_column({"2nd try", -kInfinity, 7.5, false, -0.1});
  model.add_column({"2nd try", -kInfinity, kInfinity, true, 0});
  model.add_column({"end", 1, 9, true, 1e-300});
  model.rows.push_back({"range", {{3, 1}, {4, -1.0 / 3}}, -2, 1e22});
  model.rows.push_back({"nothing", {{3, 0}}, -kInfinity, 1});
  EXPECT_EQ(lp_text(model), R"(\ word length
Minimize
  obj: 8 bits_0 + 12 bits_1 + 16 bits_2 - 0.1 x_2nd_try + 0 x_2nd_try_x_4 + 1e-300 x_end
Subject To
  bits: 1 bits_0 + 1 bits_1 + 1 bits_2 = 1
  r_error: 4 bits_0 + 1 bits_1 + 0.2 bits_2 <= 2
  range_lower: 1 x_2nd_try - 0.3333333333333333 x_2nd_try_x_4 >= -2
  range_upper: 1 x_2nd_try - 0.3333333333333333 x_2nd_try_x_4 <= 1e+22
  nothing: 0 bits_0 <= 1
Bounds
  -inf <= x_2nd_try <= 7.5
  x_2nd_try_x_4 free
  1 <= x_end <= 9
Binaries
  bits_0 bits_1 bits_2
Generals
  x_2nd_try_x_4 x_end
End
)");
}

TEST(Milp, LpTextReadsBackAsTheSameModel) {
  Model model = word_length();
  model.add_column({"slack", -0.1, 1e3, false, 1.0 / 7});
  for (int i = 0; i < 60; ++i) {
    model.add_column({"many", -i / 3.0, 100, i % 2 == 0, 0.1 * i});
    model.rows[1].coefficients.push_back({model.columns.size() - 1, 1.0 / (i + 1)});
  }
  const std::filesystem::path path =
      std::filesystem::path(testing::TempDir()) / "certifix_milp_test.lp";
  std::ofstream(path) << lp_text(model);
  void* cbc = Cbc_newModel();
  Cbc_setParameter(cbc, "log", "0");
  ASSERT_EQ(Cbc_readLp(cbc, path.c_str()), 0);
  ASSERT_EQ(Cbc_getNumCols(cbc), static_cast<int>(model.columns.size()));
  ASSERT_EQ(Cbc_getNumRows(cbc), static_cast<int>(model.rows.size()));
  for (int j = 0; j < Cbc_getNumCols(cbc); ++j) {
    const Column& column = model.columns[static_cast<std::size_t>(j)];
    EXPECT_EQ(Cbc_getObjCoefficients(cbc)[j], column.objective);
    EXPECT_EQ(Cbc_getColLower(cbc)[j], column.lower);
    EXPECT_EQ(Cbc_getColUpper(cbc)[j], column.upper);
    EXPECT_EQ(Cbc_isInteger(cbc, j) != 0, column.integer);
  }
  for (int i = 0; i < Cbc_getNumRows(cbc); ++i) {
    const Row& row = model.rows[static_cast<std::size_t>(i)];
    EXPECT_EQ(Cbc_getRowUpper(cbc)[i], row.upper);
    ASSERT_EQ(Cbc_getRowNz(cbc, i), static_cast<int>(row.coefficients.size()));
    std::map<std::size_t, double> wanted;
    for (const Coefficient& c : row.coefficients) wanted[c.column] = c.value;
    for (int k = 0; k < Cbc_getRowNz(cbc, i); ++k)
      EXPECT_EQ(Cbc_getRowCoeffs(cbc, i)[k],
                wanted[static_cast<std::size_t>(Cbc_getRowIndices(cbc, i)[k])]);
  }
  Cbc_deleteModel(cbc);
  std::filesystem::remove(path);
}

TEST(Milp, RefusesMalformedModels) {
  Model model = word_length();
  model.rows[1].coefficients[0].value = std::nan("");
  EXPECT_THROW(solve(model), Bug);
  model = word_length();
  model.rows[1].coefficients[0].column = 3;
  EXPECT_THROW(lp_text(model), Bug);
  model = word_length();
  model.rows[1].coefficients[0].column = 1;
  EXPECT_THROW(solve(model), Bug);
  model = word_length();
  model.columns[0].lower = 2;
  EXPECT_THROW(solve(model), Bug);
  model = word_length();
  model.add_column({"unbounded", 0, kInfinity, false, -1});
  EXPECT_THROW(solve(model), Bug);
}

}  // namespace
}  // namespace certifix::milp
