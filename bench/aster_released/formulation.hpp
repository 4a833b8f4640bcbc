// The founding tool (Aster, EMSOFT 2023) as it was released: how it chooses fractional bits. It is
// the benchmark's positive control and NOT SOUND; attack and checker must catch it. Nothing of this
// is reachable from the library.
//
// Same decisions, same objective and same model as the repaired method
// (certifix/optimize/aster.hpp) with the released error recursion:
//     prop_1     = 2^-F for inputs of F fractional bits, 0 when they are declared exact
//     total_i    = 2^-pi_dot_i + 2^-pi_bias_i + prop_i
//     prop_{i+1} = G_i total_i,   G_i = max_j |sum_l w_jl| of layer i's own matrix
//     |dot_i| + 2^-pi_dot_i + prop_i <= 2^(I(dot_i) - 1),   |result_i| + total_i <= 2^(I(result_i)
//     - 1) total_last <= eps
// so the sum is taken before the absolute value, each gain acts one layer late and the last one
// never, and truncated products cost nothing.
//
// A layer whose range needs more than 32 integer bits makes the network infeasible. This is
// inferred: the paper blames ranges of the order of 1e9, and with this rule the cells that it
// prints as infeasible are exactly the infeasible ones (VCAS on its original box needs 33 bits,
// ACC7 34, ACC10 53; VCAS on the smaller box, which the paper reports as solved, 32).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "certifix/net/network.hpp"
#include "certifix/num/exact/rational.hpp"
#include "certifix/optimize/aster_layers.hpp"
#include "certifix/optimize/aster_model.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::aster_released {

// The paper's settings A to D.
struct Setting {
  char name;
  optimize::AsterOptions options;
  bool exact_inputs;
};
const std::vector<Setting>& settings();
const Setting& setting(char name);

struct Formats {
  std::vector<int> pi_dot;   // one a layer
  std::vector<int> pi_bias;  // one a layer

  friend bool operator==(const Formats&, const Formats&) = default;
};

// The model with the released coefficients.
optimize::AsterTables released_tables(const net::Network& network,
                                      const std::vector<optimize::AsterLayer>& layers,
                                      const Setting& setting);

// total_last, the error that the released recursion promises; nullopt if a range constraint fails.
std::optional<num::Rational> promised_error(const optimize::AsterTables& tables,
                                            const Formats& formats);
std::int64_t objective(const std::vector<optimize::AsterLayer>& layers, const Formats& formats);

// All optima, in lexicographic order. Several usually tie, and which one a solver returns is its
// own affair.
struct Optima {
  std::vector<Formats> formats;  // empty: infeasible
  std::int64_t objective = 0;
  bool complete = true;  // false: the search was cut short, only the solver's one is here
};
constexpr int kLargestInteger = 32;  // bits, sign included
// The solver finds the optimum; an exhaustive search below its objective, exact where it decides,
// finds what ties with it (and what the solver's tolerances missed).
Optima optima(const std::string& name, const std::vector<optimize::AsterLayer>& layers,
              const optimize::AsterTables& tables, const Setting& setting,
              const num::Rational& eps);

// The rule by which one of several optima is taken here: the smallest max_i (pi_bias_i - pi_dot_i);
// among those the lexicographically largest pi_bias, then pi_dot. It is ours: the paper says
// nothing. With it the costs printed in the paper for InvPendulum, MountainCar, Unicycle and MPC at
// 1e-3, setting A come out.
const Formats& representative(const Optima& optima);

}  // namespace certifix::aster_released
