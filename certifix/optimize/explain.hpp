// Why a bound is out of reach, and what would bring it within reach.
//
// Nothing here is a guess: the smallest bound is one that the checker proves for a design within
// the limits, and each remedy was tried with the procedure that methods themselves fall back on
// (reach.hpp).
#pragma once

#include "certifix/optimize/quantize.hpp"
#include "certifix/optimize/reach.hpp"
#include "certifix/optimize/run.hpp"

namespace certifix::optimize {

// within: how far the run's limits allow to go, bounds not met. problem: the user's own, about the
// network before simplification. When the run is cancelled, remedies are missing.
Unreachable explain(const spec::Problem& problem, const simplify::Simplified& simplified, Run& run,
                    const Reach& within);

}  // namespace certifix::optimize
