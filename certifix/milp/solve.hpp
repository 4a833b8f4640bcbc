// Solving a model by branch and bound (CBC).
//
// The answer is a proposal: values hold to the solver's tolerances, and "infeasible" is the
// solver's word. Scale the rows first (scaled_rows).
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "certifix/milp/model.hpp"

namespace certifix::milp {

// Without `seconds` the answer depends on the model and the limits only, not on the clock.
struct Limits {
  long nodes = 100'000;                // of the search tree
  std::optional<double> seconds = {};  // elapsed
  double relative_gap = 0;             // stop as optimal when the incumbent is proven this close
  int threads = 1;                     // more than one: the solver's deterministic parallel mode
  // Without cuts and heuristics of the solver's own: several times quicker on models whose
  // relaxation is tight, where most of its time would go there.
  bool branching_alone = false;
};

enum class Status {
  optimal,     // values are an optimum (to relative_gap)
  infeasible,  // the solver says that nothing satisfies the rows
  limit,       // a limit fired; values are the best found, empty if none
  failed,      // numerical trouble, or values that break the rows; values are empty
};

// The largest violation of a scaled row that still counts as a solver's tolerance.
inline constexpr double kTolerance = 1e-5;

struct Solution {
  Status status = Status::failed;
  std::vector<double> values;  // one a column; integer columns hold exact integers
  double objective = 0;        // of values
  double bound = -kInfinity;   // no solution is cheaper, says the solver
};

// Writes nothing to stdout or stderr and leaves signal handlers as they were. Calls from several
// threads take turns: the solver keeps global state.
Solution solve(const Model& model, const Limits& limits = {});

// Something that solves: solve() itself, or a program of the user's (external.hpp).
using Solver = std::function<Solution(const Model&, const Limits&)>;

}  // namespace certifix::milp
