// Chapter 6 of docs/soundness.md: every code and every accumulator of a leaf fits its width.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "certifix/check/grid_pair.hpp"
#include "certifix/check/leaf_state.hpp"
#include "certifix/check/rules.hpp"

namespace certifix::check {

// The codes of an input on a leaf: those of its ends, or of its first and last grid point; nothing
// if it has no grid point there. R-INPUT-CODES asks for those of the whole box.
std::optional<Range> input_codes(const num::Interval& leaf, const spec::InputConvention& convention,
                                 int lsb);

// "[-12, 7]"; very long ends are given by their length.
std::string range_text(const Range& range);

// A rule that fails, and by how much.
struct Overflow {
  Rule rule;
  std::string detail;
};

// R-OUTPUT-FORMAT and R-ACCUMULATOR for a row whose delta is known. Sets its codes.
std::optional<Overflow> check_row_widths(const GridPair& pair, std::size_t element,
                                         LeafState& state);

}  // namespace certifix::check
