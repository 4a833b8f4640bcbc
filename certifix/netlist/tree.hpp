// Adder trees: one sum of shifted, signed terms as a tree of two-operand adders.
#pragma once

#include <optional>

#include "certifix/netlist/graph.hpp"
#include "certifix/netlist/share.hpp"

namespace certifix::netlist {

// The sum of the terms (at least one) and of the constant, at most `limit` levels deep, which must
// be possible. Of terms with neighbouring lowest bits, those that cost least are added first, if
// the depth allows it; the constant, which is as wide as the sum, last if the depth allows it. The
// result is not negative, provided that there is a constant or no term is.
Operand add_up(GraphBuilder& builder, Terms terms, const std::optional<Operand>& constant,
               int limit);

}  // namespace certifix::netlist
