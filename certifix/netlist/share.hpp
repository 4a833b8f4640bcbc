// Common subexpressions of two terms: greedy, over all sums of a layer (Hartley 1996).
#pragma once

#include <optional>
#include <vector>

#include "certifix/netlist/graph.hpp"

namespace certifix::netlist {

// What is added up in one sum.
using Terms = std::vector<Operand>;

// As long as some pair of terms, up to a common shift and sign, occurs at least twice, makes the
// pair that saves most overlapping bits a node and puts it in the pair's place, unless a sum, with
// its constant, would get deeper than `limit` levels. Sums are in and out; afterwards their terms
// are sorted by node and shift.
void share(GraphBuilder& builder, std::vector<Terms>& sums,
           const std::vector<std::optional<Operand>>& constants, int limit);

}  // namespace certifix::netlist
