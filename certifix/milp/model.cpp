#include "certifix/milp/model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "certifix/base/error.hpp"

namespace certifix::milp {

std::size_t Model::add_column(Column column) {
  columns.push_back(std::move(column));
  return columns.size() - 1;
}

std::vector<std::size_t> add_choice(Model& model, std::string_view name,
                                    std::span<const double> costs, int first) {
  std::vector<std::size_t> choice;
  Row one{std::string(name), {}, 1, 1};
  for (std::size_t i = 0; i < costs.size(); ++i) {
    choice.push_back(model.add_column(
        Column{fmt::format("{}[{}]", name, first + static_cast<int>(i)), 0, 1, true, costs[i]}));
    one.coefficients.push_back({choice.back(), 1});
  }
  model.rows.push_back(std::move(one));
  return choice;
}

Model scaled_rows(Model model) {
  for (Row& row : model.rows) {
    double size = 0;
    for (const double bound : {row.lower, row.upper})
      if (std::isfinite(bound)) size = std::max(size, std::fabs(bound));
    if (size == 0)
      for (const Coefficient& c : row.coefficients) size = std::max(size, std::fabs(c.value));
    if (size == 0) continue;
    row.lower /= size;
    row.upper /= size;
    for (Coefficient& c : row.coefficients) c.value /= size;
  }
  return model;
}

double objective_at(const Model& model, std::span<const double> x) {
  double sum = 0;
  for (std::size_t j = 0; j < model.columns.size(); ++j) sum += model.columns[j].objective * x[j];
  return sum;
}

double violation_at(const Model& model, std::span<const double> x) {
  CERTIFIX_CHECK(x.size() == model.columns.size(), "one value a column");
  double worst = 0;
  for (std::size_t j = 0; j < model.columns.size(); ++j) {
    const Column& column = model.columns[j];
    worst = std::max({worst, column.lower - x[j], x[j] - column.upper});
    if (column.integer) worst = std::max(worst, std::fabs(x[j] - std::nearbyint(x[j])));
  }
  for (const Row& row : model.rows) {
    double sum = 0;
    for (const Coefficient& c : row.coefficients) sum += c.value * x[c.column];
    worst = std::max({worst, row.lower - sum, sum - row.upper});
  }
  return worst;
}

void check(const Model& model) {
  for (const Column& column : model.columns) {
    CERTIFIX_CHECK(std::isfinite(column.objective), "objective coefficients are finite");
    CERTIFIX_CHECK(
        column.lower <= column.upper && column.lower < kInfinity && column.upper > -kInfinity,
        "a column needs lower <= upper");
    CERTIFIX_CHECK((column.objective <= 0 || column.lower > -kInfinity) &&
                       (column.objective >= 0 || column.upper < kInfinity),
                   "the objective is bounded column by column");
  }
  std::vector<std::size_t> last_row(model.columns.size(), model.rows.size());
  for (std::size_t i = 0; i < model.rows.size(); ++i) {
    const Row& row = model.rows[i];
    CERTIFIX_CHECK(row.lower <= row.upper && row.lower < kInfinity && row.upper > -kInfinity,
                   "a row needs lower <= upper");
    for (const Coefficient& c : row.coefficients) {
      CERTIFIX_CHECK(c.column < model.columns.size(), "a row names a column of the model");
      CERTIFIX_CHECK(last_row[c.column] != i, "a row names a column once");
      CERTIFIX_CHECK(std::isfinite(c.value), "row coefficients are finite");
      last_row[c.column] = i;
    }
  }
}

}  // namespace certifix::milp
