// Leaves for a design: how the box is split so that the design's bound comes out small.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "certifix/optimize/realize.hpp"
#include "certifix/optimize/stopwatch.hpp"
#include "certifix/split/split.hpp"

namespace certifix::optimize {

// Both may be empty. A tree whose growth was cancelled is a tree all the same.
struct Growing {
  std::function<bool()> cancelled = {};
  std::function<void(std::size_t leaves, double worst)> progress = {};
};

// A tree on whose leaves the candidate's error / bound is at most `target`, or as near to it as
// `leaves` leaves get; from `start` if that is not null. Best first (split/split.hpp).
split::Tree grow(const Subject& subject, const error::FloatDesign& image, double target,
                 std::size_t leaves, const split::Tree* start = nullptr,
                 const Growing& growing = {});

// The error that no splitting removes (error/floor.hpp): per functional, and as the largest ratio
// to a bound.
std::vector<double> error_floors(const Subject& subject, const error::FloatDesign& image);
double floor_ratio(const Subject& subject, const error::FloatDesign& image);

// The leaves of a tree, without the real networks.
std::vector<Leaf> all_leaves(const split::Tree& tree);

// A working set: the `worst` worst leaves of a tree and `spread` others, evenly spaced; with the
// hull of the real ranges over all leaves. `first` stands before them.
LeafSet working_set(const Subject& subject, const split::Tree& tree, std::size_t worst,
                    std::size_t spread, const std::vector<range::FloatBox>& first = {});

// The boxes of the leaves with the largest values, the worst first.
std::vector<range::FloatBox> worst_boxes(const std::vector<Leaf>& leaves,
                                         const std::vector<double>& values, std::size_t most);

// A tree of a quarter of `budget` leaves for designs like the reference, which was judged on the
// whole box; empty where splitting would not pay: the bound is near that floor already. start: a
// tree of the same box to go on from; may be null.
std::optional<split::Tree> first_tree(const Subject& subject, const Candidate& reference,
                                      std::size_t budget, Stopwatch& watch,
                                      const split::Tree* start = nullptr,
                                      const std::function<bool()>& cancelled = {});

// A candidate judged on the leaves of a tree; without a tree, on the whole box.
struct JudgedOnTree {
  Judged judged;
  std::optional<split::Tree> tree;
};

// On all leaves of a tree that is grown on, from the one given, for this very design, in steps:
// between them the outputs are centred anew over all leaves, since splitting cannot mend an error
// that is only off centre. Stops where the bound is met, where more leaves no longer help, at the
// budget, or when cancelled. Without a tree the box stays whole.
JudgedOnTree judge_on_tree(const Subject& subject, Candidate candidate,
                           std::optional<split::Tree> tree, std::size_t budget, Stopwatch& watch,
                           const std::function<bool()>& cancelled = {});

}  // namespace certifix::optimize
