// The recursion. Layer i computes z_i = W_i a_{i-1} + b_i in reals; the emitted program computes
//     ẑ_i = Ŵ_i â_{i-1} + b̂_i + rho_i,   hence
//     ẑ_i - z_i = W_i (â_{i-1} - a_{i-1}) + (Ŵ_i - W_i) â_{i-1} + (b̂_i - b_i) + rho_i.
// With e_i a bound of |â_i - a_i| over all elements, activations being 1-Lipschitz,
//     e_i = gain_i e_{i-1} + T_i(pi_dot_i) + R(pi_bias_i),   gain_i = max_j sum_l |w_jl|,
//   e_0   the inputs: half up at F fractional bits errs by 2^-(F+1), by 0 on a declared grid that
//   is
//         no finer; gain_1 e_0 is taken input by input (aster_tables.cpp, input_error);
//   T_i   max over rows of sum_l |ŵ_jl - w_jl| m_l + |b̂_j - b_j|, for the weights rounded to
//   nearest
//         on their grids 2^-(gb_i + U_l). m_l >= |â_l|: the source's range plus the largest error
//         that it can have in any feasible assignment. The sum is exact, so no product adds
//         anything. The bias is rounded on the accumulator's grid; centring it only lowers T;
//   R     2^-(pi_bias_i + 1), the one rounding, half up. It also covers a row whose weights all
//         vanish: its accumulator has the output's grid, its bias errs as much, and rho = 0.
// The integer bits are fixed before: gain_i e_{i-1} + T_i may fill what the sum of products leaves
// of its 2^U, and e_i what the result leaves of its own. Then e_last <= eps.
//
// Everything is linear in one binary per candidate, with coefficients that are exact upper bounds.
#include "certifix/optimize/aster.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "certifix/base/error.hpp"
#include "certifix/milp/model.hpp"
#include "certifix/milp/solve.hpp"
#include "certifix/optimize/aster_tables.hpp"

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
  milp::Model model{"Aster's formats, repaired: " + name};
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

// The tightest bound on the outputs that the problem asks for: every output has the same e_last.
Rational smallest_bound(const spec::Problem& problem) {
  std::optional<Rational> smallest;
  for (const spec::Functional& functional : problem.functionals) {
    Rational size = 0;
    for (const Rational& c : functional.coefficients) size += num::abs(c);
    if (size.sign() == 0) continue;
    const Rational bound = functional.bound / size;
    smallest = smallest ? std::min(*smallest, bound) : bound;
  }
  CERTIFIX_CHECK(smallest.has_value(), "a problem bounds at least one output");
  return *smallest;
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

Plan plan(const spec::Problem& problem, const AsterTables& tables,
          const std::vector<AsterLayer>& layers, const AsterAssignment& assignment) {
  Plan result;
  result.input_lsb = tables.input_lsb;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const net::Matrix& matrix = problem.network.block(i + 1).sources[0].weights;
    BlockPlan block;
    block.output_lsb.assign(layers[i].rows, -assignment.pi_bias[i]);
    for (std::size_t j = 0; j < matrix.rows(); ++j) {
      block.weight_lsb.emplace_back();
      for (const net::Entry& entry : matrix.row(j))
        block.weight_lsb.back().push_back(weight_lsb(assignment.pi_dot[i], layers[i].columns,
                                                     tables.layers[i].source_bits[entry.column]));
    }
    result.blocks.push_back(std::move(block));
  }
  return result;
}

void require(const AsterOptions& options) {
  constexpr int kLargest = 1000;
  if (options.fraction_low <= options.fraction_high && options.fraction_low >= -kLargest &&
      options.fraction_high <= kLargest)
    return;
  throw Error(ErrorCode::usage,
              fmt::format("the range of fractional bits {}:{} is empty or beyond {}",
                          options.fraction_low, options.fraction_high, kLargest),
              {}, "give --aster-fraction LO:HI with LO <= HI");
}

}  // namespace

AsterOutcome aster(const spec::Problem& problem, const AsterOptions& options,
                   const Rational& eps_scale, std::string* lp_text) {
  require(options);
  const std::vector<AsterLayer> layers = aster_layers(problem.network, problem.box);
  const Rational eps = smallest_bound(problem) * eps_scale;
  const AsterTables tables = aster_tables(problem, layers, options, eps);
  const std::vector<Inequality> rows = inequalities(tables, eps);

  // The solver compares with tolerances. An answer that breaks a row exactly is refused, and the
  // limits shrink by a little more than the tolerance.
  Rational shrink = 0;
  for (int attempt = 0; attempt < 3; ++attempt) {
    std::vector<Inequality> posed = rows;
    for (Inequality& row : posed) row.limit -= shrink * row.limit;
    Choices choices;
    const milp::Model model = build(problem.network.name(), layers, posed, options, choices);
    if (lp_text != nullptr) *lp_text = milp::lp_text(model);
    const milp::Solution solution = milp::solve(model);
    if (solution.status == milp::Status::infeasible) {
      if (attempt == 0) return AsterInfeasible{true, explanation(rows, options)};
      return AsterInfeasible{false, "what the solver finds breaks a row by its tolerance"};
    }
    if (solution.values.empty())
      return AsterInfeasible{false, "the solver stopped without an answer"};

    Picked picked;
    AsterAssignment assignment;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      picked.dot.push_back(chosen(choices.dot[i], solution.values));
      picked.bias.push_back(chosen(choices.bias[i], solution.values));
      assignment.pi_dot.push_back(options.fraction_low + static_cast<int>(picked.dot[i]));
      assignment.pi_bias.push_back(options.fraction_low + static_cast<int>(picked.bias[i]));
    }
    const bool holds = std::all_of(rows.begin(), rows.end(), [&](const Inequality& row) {
      return value_at(row, picked) <= row.limit;
    });
    if (holds) {
      assignment.error = value_at(rows.back(), picked);
      assignment.plan = plan(problem, tables, layers, assignment);
      return assignment;
    }
    shrink = Rational(num::Integer(attempt == 0 ? 1 : 100), num::Integer(1'000'000));
  }
  return AsterInfeasible{false, "what the solver finds breaks a row by its tolerance"};
}

}  // namespace certifix::optimize
