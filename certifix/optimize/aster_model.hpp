// The paper's mixed-integer program, given its tables: one pi_dot and one pi_bias a layer, every
// row an affine inequality in one binary per candidate. What the tables mean, and whether they are
// sound, is the caller's affair (aster_tables.hpp).
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "certifix/num/exact/rational.hpp"
#include "certifix/optimize/aster_layers.hpp"
#include "certifix/optimize/quantize.hpp"

namespace certifix::optimize {

// With e_0 the error at the inputs, and e_i = gain_i e_{i-1} + dot_i[pi_dot_i] + bias_i[pi_bias_i]:
//   gain_i e_{i-1} + dot_i <= dot_slack_i,   e_i <= result_slack_i,   e_last <= the bound.
// All numbers are >= 0.
struct AsterTable {
  num::Rational gain;               // of the first layer: not read, input_error has it
  std::vector<num::Rational> dot;   // per pi_dot = fraction_low .. fraction_high
  std::vector<num::Rational> bias;  // per pi_bias
  num::Rational dot_slack;          // what the sum of products leaves of its integer bits
  num::Rational result_slack;       // likewise the result
};

struct AsterTables {
  std::vector<AsterTable> layers;
  num::Rational input_error;  // gain_1 e_0
};

struct AsterChoice {
  std::vector<int> pi_dot;   // one a layer
  std::vector<int> pi_bias;  // one a layer
  num::Rational error;       // e_last, exact
};

struct AsterInfeasible {
  bool proved = false;  // by the solver, on the model of the LP text
  std::string reason;   // one sentence
};

// Minimises sum_i 32 k_i n_i pi_dot_i + max(pi_dot_i, pi_bias_i) + pi_bias_i. What is chosen
// satisfies every row exactly. lp_text: if not null, receives the model that was solved last.
std::variant<AsterChoice, AsterInfeasible> solve_aster(
    const std::string& name, const std::vector<AsterLayer>& layers, const AsterTables& tables,
    const AsterOptions& options, const num::Rational& eps, std::string* lp_text,
    const milp::Solver& solver = {});

}  // namespace certifix::optimize
