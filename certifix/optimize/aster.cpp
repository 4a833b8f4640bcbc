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
#include <optional>
#include <utility>

#include "certifix/base/error.hpp"
#include "certifix/optimize/aster_tables.hpp"

namespace certifix::optimize {
namespace {

using num::Rational;

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

Plan plan(const spec::Problem& problem, const RepairedTables& tables,
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
                                                     tables.source_bits[i][entry.column]));
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
                   const Rational& eps_scale, std::string* lp_text, const milp::Solver& solver) {
  require(options);
  const std::vector<AsterLayer> layers = aster_layers(problem.network, problem.box);
  const Rational eps = smallest_bound(problem) * eps_scale;
  const RepairedTables repaired = repaired_tables(problem, layers, options, eps);
  auto solved = solve_aster("Aster's formats, repaired: " + problem.network.name(), layers,
                            repaired.tables, options, eps, lp_text, solver);
  if (auto* none = std::get_if<AsterInfeasible>(&solved)) return std::move(*none);
  AsterAssignment assignment{std::get<AsterChoice>(std::move(solved)), {}};
  assignment.plan = plan(problem, repaired, layers, assignment);
  return assignment;
}

}  // namespace certifix::optimize
