#include "certifix/optimize/aster_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "certifix/base/error.hpp"
#include "certifix/milp/model.hpp"
#include "certifix/milp/solve.hpp"

namespace certifix::optimize {
namespace {

using num::Rational;

// constant + sum over layers of dot[i][pi_dot_i] + bias[i][pi_bias_i] <= limit.
struct Inequality {
  std::string name;
  Rational constant;
  std::vector<std::vector<Rational>> dot;  // shorter than the layers: the rest is 0
  std::vector<std::vector<Rational>> bias;
  Rational limit;
};

void multiply(Inequality& form, const Rational& gain) {
  form.constant *= gain;
  for (auto* tables : {&form.dot, &form.bias})
    for (std::vector<Rational>& table : *tables)
      for (Rational& value : table) value *= gain;
}

// The rows of the model; the last one is the error at the outputs.
std::vector<Inequality> inequalities(const AsterTables& tables, const Rational& eps) {
  std::vector<Inequality> rows;
  Inequality error;  // e_i, growing layer by layer
  for (std::size_t i = 0; i < tables.layers.size(); ++i) {
    const AsterTable& table = tables.layers[i];
    if (i == 0)
      error.constant = tables.input_error;
    else
      multiply(error, table.gain);
    error.dot.push_back(table.dot);
    error.name = fmt::format("range_dot_{}", i + 1);
    error.limit = table.dot_slack;
    rows.push_back(error);
    error.bias.push_back(table.bias);
    error.name = fmt::format("range_result_{}", i + 1);
    error.limit = table.result_slack;
    rows.push_back(error);
  }
  error.name = "error";
  error.limit = eps;
  rows.push_back(std::move(error));
  return rows;
}

struct Choices {
  std::vector<std::vector<std::size_t>> dot;  // columns of the model, a layer's candidates
  std::vector<std::vector<std::size_t>> bias;
};

// An exact number in [0, 2] as the nearest double.
double to_double(const Rational& x) { return std::ldexp(num::round_half_up(x, -60).get_d(), -60); }

// The inequality divided by what its constant leaves of the limit. A coefficient beyond 1 excludes
// its candidate whatever its size (all are >= 0), so it is cut to 2: solvers lose small numbers
// beside large ones.
milp::Row scaled_row(const Inequality& inequality, const Choices& choices) {
  const Rational room = inequality.limit - inequality.constant;
  milp::Row row{inequality.name, {}, -milp::kInfinity, static_cast<double>(room.sign())};
  const auto add = [&](const std::vector<Rational>& table,
                       const std::vector<std::size_t>& columns) {
    for (std::size_t c = 0; c < table.size(); ++c) {
      if (table[c].sign() == 0) continue;
      const Rational value = room.sign() > 0 ? std::min(table[c] / room, Rational(2)) : Rational(2);
      row.coefficients.push_back({columns[c], to_double(value)});
    }
  };
  for (std::size_t i = 0; i < inequality.dot.size(); ++i) add(inequality.dot[i], choices.dot[i]);
  for (std::size_t i = 0; i < inequality.bias.size(); ++i) add(inequality.bias[i], choices.bias[i]);
  return row;
}

milp::Model build(const std::string& name, const std::vector<AsterLayer>& layers,
                  const std::vector<Inequality>& rows, const AsterOptions& options,
                  Choices& choices) {
  milp::Model model{name};
  choices = {};
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const double products = static_cast<double>(layers[i].rows * layers[i].columns);
    std::vector<double> dot_cost;
    std::vector<double> bias_cost;
    for (int p = options.fraction_low; p <= options.fraction_high; ++p) {
      dot_cost.push_back(32 * products * p);
      bias_cost.push_back(p);
    }
    choices.dot.push_back(
        milp::add_choice(model, fmt::format("pi_dot_{}", i + 1), dot_cost, options.fraction_low));
    choices.bias.push_back(
        milp::add_choice(model, fmt::format("pi_bias_{}", i + 1), bias_cost, options.fraction_low));
    // max(pi_dot, pi_bias) is the least value above both.
    const std::size_t largest =
        model.add_column({fmt::format("max_{}", i + 1), static_cast<double>(options.fraction_low),
                          static_cast<double>(options.fraction_high), false, 1});
    for (const auto* columns : {&choices.dot.back(), &choices.bias.back()}) {
      milp::Row above{fmt::format("max_{}_above_{}", i + 1,
                                  columns == &choices.dot.back() ? "pi_dot" : "pi_bias"),
                      {{largest, 1}},
                      0,
                      milp::kInfinity};
      for (std::size_t c = 0; c < columns->size(); ++c) {
        const int p = options.fraction_low + static_cast<int>(c);
        if (p != 0) above.coefficients.push_back({(*columns)[c], -static_cast<double>(p)});
      }
      model.rows.push_back(std::move(above));
    }
  }
  for (const Inequality& row : rows) model.rows.push_back(scaled_row(row, choices));
  return model;
}

std::size_t chosen(const std::vector<std::size_t>& columns, const std::vector<double>& values) {
  for (std::size_t c = 0; c < columns.size(); ++c)
    if (values[columns[c]] > 0.5) return c;
  throw Bug(__FILE__, __LINE__, "a multiple choice has no candidate");
}

struct Picked {
  std::vector<std::size_t> dot;
  std::vector<std::size_t> bias;
};

Rational value_at(const Inequality& row, const Picked& picked) {
  Rational sum = row.constant;
  for (std::size_t i = 0; i < row.dot.size(); ++i) sum += row.dot[i][picked.dot[i]];
  for (std::size_t i = 0; i < row.bias.size(); ++i) sum += row.bias[i][picked.bias[i]];
  return sum;
}

// Why no assignment exists: the first row that even the most fractional bits everywhere break.
std::string explanation(const std::vector<Inequality>& rows, const AsterOptions& options) {
  for (const Inequality& row : rows) {
    if (row.constant <= row.limit) continue;
    return fmt::format(
        "rounding the inputs to {} fractional bits alone makes '{}' {} where {} is "
        "allowed",
        options.input_fraction, row.name, num::decimal_up(row.constant, 3),
        num::decimal_down(row.limit, 3));
  }
  for (const Inequality& row : rows) {
    const auto last = static_cast<std::size_t>(options.fraction_high - options.fraction_low);
    const Picked finest{std::vector(row.dot.size(), last), std::vector(row.dot.size(), last)};
    const Rational least = value_at(row, finest);
    if (least <= row.limit) continue;
    return fmt::format("even {} fractional bits everywhere make '{}' {} where {} is allowed",
                       options.fraction_high, row.name, num::decimal_up(least, 3),
                       num::decimal_down(row.limit, 3));
  }
  return "its rows contradict each other";
}

}  // namespace

std::variant<AsterChoice, AsterInfeasible> solve_aster(const std::string& name,
                                                       const std::vector<AsterLayer>& layers,
                                                       const AsterTables& tables,
                                                       const AsterOptions& options,
                                                       const Rational& eps, std::string* lp_text,
                                                       const milp::Solver& solver) {
  const std::vector<Inequality> rows = inequalities(tables, eps);

  // The solver compares with tolerances. An answer that breaks a row exactly is refused, and the
  // limits shrink by a little more than the tolerance.
  Rational shrink = 0;
  for (int attempt = 0; attempt < 3; ++attempt) {
    std::vector<Inequality> posed = rows;
    for (Inequality& row : posed) row.limit -= shrink * row.limit;
    Choices choices;
    const milp::Model model = build(name, layers, posed, options, choices);
    if (lp_text != nullptr) *lp_text = milp::lp_text(model);
    const milp::Solution solution = solver ? solver(model, {}) : milp::solve(model);
    if (solution.status == milp::Status::infeasible) {
      if (attempt == 0) return AsterInfeasible{true, explanation(rows, options)};
      return AsterInfeasible{false, "what the solver finds breaks a row by its tolerance"};
    }
    if (solution.values.empty())
      return AsterInfeasible{false, "the solver stopped without an answer"};

    Picked picked;
    AsterChoice choice;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      picked.dot.push_back(chosen(choices.dot[i], solution.values));
      picked.bias.push_back(chosen(choices.bias[i], solution.values));
      choice.pi_dot.push_back(options.fraction_low + static_cast<int>(picked.dot[i]));
      choice.pi_bias.push_back(options.fraction_low + static_cast<int>(picked.bias[i]));
    }
    const bool holds = std::all_of(rows.begin(), rows.end(), [&](const Inequality& row) {
      return value_at(row, picked) <= row.limit;
    });
    if (holds) {
      choice.error = value_at(rows.back(), picked);
      return choice;
    }
    shrink = Rational(num::Integer(attempt == 0 ? 1 : 100), num::Integer(1'000'000));
  }
  return AsterInfeasible{false, "what the solver finds breaks a row by its tolerance"};
}

}  // namespace certifix::optimize
