// Chapters 4 and 5 of docs/soundness.md: sources of error on a leaf, and what they do to a row.
//
// All bounds of chapter 5 hold for every admissible choice of slopes, so they may be intersected.
// The centred bounds are in centred.hpp.
#pragma once

#include <cstddef>

#include "certifix/check/grid_pair.hpp"
#include "certifix/check/leaf_state.hpp"

namespace certifix::check {

// R-INPUT-ROUNDING: the error of input i, whose values and codes are known.
Range input_error(const GridPair& pair, std::size_t i, const Element& input);

// R-WEIGHT-DIFFERENCE, R-FORWARD and R-NORM: sets own, source, accumulator and delta of a row whose
// ranges are known; the blocks before must be done.
void bound_row_error(const GridPair& pair, std::size_t element, LeafState& state);

// R-PAIR: the set of slopes of a row with z in `z` and delta in `delta`.
Slope pair_slope(net::Activation activation, const Range& z, const Range& delta);

// R-FORWARD: e from delta.
Range activated_error(Slope slope, const Range& delta);

// R-NORM: E_b of a block whose errors are known; the blocks before must be done.
Integer error_norm(const GridPair& pair, std::size_t block, const LeafState& state);

// sum of c [e] over the outputs (units of uv).
Range functional_forward(const GridPair& pair, std::size_t functional, const LeafState& state);

}  // namespace certifix::check
