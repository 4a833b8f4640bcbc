// Leaves for a design: how the box is split so that the design's bound comes out small.
#pragma once

#include "certifix/optimize/realize.hpp"
#include "certifix/split/split.hpp"

namespace certifix::optimize {

// A tree on whose leaves the candidate's error / bound is at most `target`, or as near to it as
// `leaves` leaves get; from `start` if that is not null. Best first (split/split.hpp).
split::Tree grow(const Subject& subject, const error::FloatDesign& image, double target,
                 std::size_t leaves, const split::Tree* start = nullptr);

// The error that no splitting removes, as a ratio to the bound (error/floor.hpp).
double floor_ratio(const Subject& subject, const error::FloatDesign& image);

// The leaves of a tree, without the real networks.
std::vector<Leaf> all_leaves(const split::Tree& tree);

// A working set: the `worst` worst leaves of a tree and `spread` others, evenly spaced; with the
// hull of the real ranges over all leaves.
LeafSet working_set(const Subject& subject, const split::Tree& tree, std::size_t worst,
                    std::size_t spread);

}  // namespace certifix::optimize
