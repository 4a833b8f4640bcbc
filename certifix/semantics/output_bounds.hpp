// A bound on the error of each output, as functionals of a problem.
#pragma once

#include <cstddef>
#include <vector>

#include "certifix/spec/problem.hpp"

namespace certifix::semantics {

// One functional per output o with the bound bounds[o]; a single bound serves all outputs.
std::vector<spec::Functional> output_bounds(std::size_t outputs,
                                            const std::vector<num::Rational>& bounds);

}  // namespace certifix::semantics
