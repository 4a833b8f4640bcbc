// A mixed-integer linear program as plain values:
//
//     minimise    sum_j objective_j x_j
//     subject to  row.lower <= sum_j value_j x_j <= row.upper      for every row
//                 column.lower <= x_j <= column.upper,   x_j an integer where column.integer
//
// Bounds may be +-kInfinity, but not where the objective pulls: a column with a positive objective
// has a finite lower, one with a negative objective a finite upper bound. So no model is unbounded
// (solvers confuse that with infeasible). Everything here is floating point and untrusted: a model
// proposes formats, the checker decides about them.
//
// Example: choose one of three word lengths, cost 8, 12 or 16, error 4, 1 or 0.2, allowed error 2.
//   Model model{"word length"};
//   const std::vector<std::size_t> y = add_choice(model, "bits", {8, 12, 16});
//   model.rows.push_back(Row{"error", {{y[0], 4.0}, {y[1], 1.0}, {y[2], 0.2}}, -kInfinity, 2});
//   const Solution best = solve(scaled_rows(model), Limits{});      // solve.hpp
//   best.values[y[1]]  // 1
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace certifix::milp {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Column {
  std::string name = {};  // for lp_text; need not be unique
  double lower = 0;
  double upper = kInfinity;
  bool integer = false;
  double objective = 0;

  friend bool operator==(const Column&, const Column&) = default;
};

struct Coefficient {
  std::size_t column;
  double value;

  friend bool operator==(const Coefficient&, const Coefficient&) = default;
};

struct Row {
  std::string name;
  std::vector<Coefficient> coefficients = {};  // at most one for a column, any order
  double lower = -kInfinity;
  double upper = kInfinity;

  friend bool operator==(const Row&, const Row&) = default;
};

struct Model {
  std::string name;
  std::vector<Column> columns = {};
  std::vector<Row> rows = {};

  // The index of the new column.
  std::size_t add_column(Column column);

  friend bool operator==(const Model&, const Model&) = default;
};

// Multiple choice: one binary per candidate with its cost as objective, and the row "sum = 1".
// Names are name[first], name[first + 1], ...; returns the columns, in the order of the costs.
std::vector<std::size_t> add_choice(Model& model, std::string_view name,
                                    std::span<const double> costs, int first = 0);
inline std::vector<std::size_t> add_choice(Model& model, std::string_view name,
                                           std::initializer_list<double> costs, int first = 0) {
  return add_choice(model, name, std::span(costs.begin(), costs.size()), first);
}

// The same model with every row divided by its larger finite |bound| (by its largest |coefficient|
// where the bounds are 0 or infinite). Solvers compare with absolute tolerances (about 1e-7), so a
// row with a right-hand side of 1e-8 constrains nothing before it is scaled.
Model scaled_rows(Model model);

// Where x stands: the objective, and the largest amount by which it leaves a bound of a column or a
// row, or an integer column misses an integer. Plain doubles.
double objective_at(const Model& model, std::span<const double> x);
double violation_at(const Model& model, std::span<const double> x);

// The model in the LP text format that MILP solvers read. Numbers are the shortest decimals that
// read back as the same doubles; names keep letters, digits, "_" and ".", and the index is appended
// where two would coincide. A row with two finite, different bounds is written as two rows.
// The text depends on the model only.
std::string lp_text(const Model& model);
// The names of the columns in that text.
std::vector<std::string> lp_columns(const Model& model);

// Throws Bug for a malformed model: a column index out of range or twice in a row, a number that is
// not finite (bounds may be infinite), lower > upper, an objective that no bound holds.
void check(const Model& model);

}  // namespace certifix::milp
