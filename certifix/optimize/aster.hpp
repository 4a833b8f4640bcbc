// The founding paper's choice of formats (Aster, EMSOFT 2023), repaired.
//
// One decision a layer for the sum of products (pi_dot) and one for its result (pi_bias), numbers
// of fractional bits between two limits; a mixed-integer program minimises
//     sum_i  32 k_i n_i pi_dot_i + max(pi_dot_i, pi_bias_i) + pi_bias_i
// (k_i rows, n_i elements read), subject to an error recursion and to integer bits that are fixed
// beforehand from one real range a layer. The sum-of-products rule of de Dinechin et al. gives the
// formats inside: gb_i = pi_dot_i + ceil(log2 n_i) + 1, weights with gb_i + U(source) fractional
// bits, U the integer bits of what they multiply.
//
// As published and released the recursion promises too little (bench/aster_released shows by how
// much). What is repaired: the gain of a layer is max_j sum_l |w_jl|, of absolute values; it acts
// on the error that enters that layer, so that the last layer counts; the rounding of the inputs
// enters the first layer; and what a layer adds is the true error of the arithmetic that is
// emitted. aster.cpp states the recursion and why it is sound. The emitted arithmetic is that of
// docs/design-semantics.md (exact accumulation); only its grids are the paper's.
//
// Example: setting A.
//   const AsterOutcome outcome = aster(problem, AsterOptions{20, 5, 32}, Rational(1));
//   if (const auto* found = std::get_if<AsterAssignment>(&outcome)) use(found->plan);
#pragma once

#include <string>
#include <variant>

#include "certifix/num/exact/rational.hpp"
#include "certifix/optimize/aster_model.hpp"
#include "certifix/optimize/plan.hpp"
#include "certifix/optimize/quantize.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::optimize {

struct AsterAssignment : AsterChoice {  // its error: an upper bound, at most the bound asked for
  Plan plan;
};

using AsterOutcome = std::variant<AsterAssignment, AsterInfeasible>;

// eps_scale: the bounds are multiplied by it (to tighten when the checker refuses). lp_text: if not
// null, receives the model that was solved last. Word limits are not part of the paper's model.
// solver: empty: the built-in one.
// Throws Error (not_in_this_version) for a network that is no chain of layers, Error (usage) for
// options that leave nothing to choose.
AsterOutcome aster(const spec::Problem& problem, const AsterOptions& options,
                   const num::Rational& eps_scale, std::string* lp_text = nullptr,
                   const milp::Solver& solver = {});

}  // namespace certifix::optimize
