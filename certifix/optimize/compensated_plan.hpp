// The values of weights that a plan's grids allow, chosen so that their errors cancel.
#pragma once

#include "certifix/optimize/plan.hpp"
#include "certifix/optimize/subject.hpp"

namespace certifix::optimize {

// The same grids with compensated values (compensated_rounding.hpp); blocks that read too many
// elements for a covariance keep their values.
Plan compensated_plan(const Subject& subject, Plan plan);

}  // namespace certifix::optimize
