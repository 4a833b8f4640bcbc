// The methods certifix and uniform: from a problem to a design that the analysis accepts.
#pragma once

#include <variant>

#include "certifix/optimize/reach.hpp"
#include "certifix/optimize/run.hpp"

namespace certifix::optimize {

// A design that meets bounds and limits, or how far these allow to go. When the run is cancelled,
// what is returned means nothing: run.best() is what there is.
using Choice = std::variant<JudgedOnTree, Reach>;

Choice choose_uniform(Run& run);
Choice choose_certifix(Run& run);

}  // namespace certifix::optimize
