// Adder trees: one sum of shifted, signed terms as a tree of two-operand adders.
#pragma once

#include "certifix/netlist/graph.hpp"
#include "certifix/netlist/share.hpp"

namespace certifix::netlist {

// The sum of the terms (at least one), at most `limit` levels deep (which must be possible). Terms with
// neighbouring lowest bits are added first where that costs fewest adder bits and the depth allows
// it. The result is not negative, provided that some term is not.
Operand add_up(GraphBuilder& builder, Terms terms, int limit);

}  // namespace certifix::netlist
