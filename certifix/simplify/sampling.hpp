// What the pre-activations are seen to be at sampled points, in plain doubles.
//
// It only tells which neurons are worth a proof: one that was seen on both sides of 0 is unstable
// and no splitting will change that. Nothing is concluded from it.
#pragma once

#include <cstddef>
#include <vector>

#include "certifix/range/float_network.hpp"
#include "certifix/range/ranges.hpp"
#include "certifix/simplify/stability.hpp"

namespace certifix::simplify {

// The smallest and largest pre-activation of every neuron over `points` points of the box: its
// centre, then, by turns, points inside and points mostly on its corners, edges and faces. The
// points are always the same for the same box.
PreRanges sampled_ranges(const range::FloatNetwork& network, const range::FloatBox& box,
                         std::size_t points);

}  // namespace certifix::simplify
