// Accumulator widths, and whether a design keeps the problem's limits.
#pragma once

#include <utility>
#include <vector>

#include "certifix/design/design.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::optimize {

// The integer interval of every element's code: [block][row], block 0 = inputs.
using Codes = std::vector<std::vector<std::pair<num::Integer, num::Integer>>>;

// Declares the narrowest exact accumulators (R-ACCUMULATOR): every partial sum fits, in any order.
void declare_accumulators(design::Design& design, const Codes& codes);

// Why a design breaks its limits; empty if it keeps them.
std::string broken_limit(const design::Design& design, const spec::Limits& limits);

}  // namespace certifix::optimize
