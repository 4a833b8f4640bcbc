// How far the limits allow to go, whatever the design costs.
//
// One procedure decides whether a bound can be reached: methods fall back on it before they give
// up, and the explanation of a "no" (explain.hpp) asks it about other limits. So what an
// explanation recommends is found when it is followed.
#pragma once

#include <optional>
#include <string>

#include "certifix/optimize/run.hpp"

namespace certifix::optimize {

struct Reach {
  bool met = false;  // the bounds are
  // Meets the bounds and the limits; without such a design the one that keeps the limits and comes
  // nearest to the bounds, if any does.
  std::optional<JudgedOnTree> design;
  std::string limit;  // what stops finer grids, in words; empty: nothing that the user has set
};

// With the run's options and limits. A run of its own: its tree is grown anew. For methods and
// granularities whose layers share their grids, these stay shared.
Reach reach(Run& run);

}  // namespace certifix::optimize
