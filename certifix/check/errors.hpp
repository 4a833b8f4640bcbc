// Chapters 4 and 5 of docs/soundness.md: sources of error on a leaf, and bounds on what they do.
#pragma once

#include <cstddef>
#include <vector>

#include "certifix/check/grid_pair.hpp"
#include "certifix/check/leaf_state.hpp"

namespace certifix::check {

// R-INPUT-ROUNDING: the error of input i, whose values and codes are known.
Range input_error(const GridPair& pair, std::size_t i, const Element& input);

// What a row computes minus what the network computes, before the activation.
struct RowError {
  Range accumulator;  // without the row's own rounding
  Range delta;        // with it
};
// R-WEIGHT-DIFFERENCE, R-PAIR and R-FORWARD: sets source, slope and error of a row whose ranges and
// sources are known.
RowError bound_row_error(const GridPair& pair, std::size_t element, LeafState& state);

// R-FORWARD, R-BACKWARD, R-BOUND: a bound on |functional| on the leaf, in units of u^2.
Integer functional_error(const GridPair& pair, std::size_t functional, const LeafState& state);

}  // namespace certifix::check
