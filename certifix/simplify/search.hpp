// The search for a small tree of boxes that proves more neurons stable than the whole box does.
//
// Why it helps: ranges over-approximate, the more so the wider the box; on the halves of a box they
// are tighter, and a neuron that is dead on both halves is dead.
//
//   1. Candidates: relus that the ranges leave undecided, that no sampled point shows to be
//      unstable, and whose removal saves multiplications. (The first layer's ranges are exact, so
//      it has none.)
//   2. One tree serves all. It grows for one candidate at a time, with an allowance of further
//      leaves that doubles from attempt to attempt; next is the attempt that takes the least work
//      for each multiplication it may save. The leaf to cut is the one furthest from the proof, the
//      cut the one that brings it nearest.
//   3. A candidate that saves 1 % of the multiplications may cost 20 leaves, and so on.
//   4. At the end a tree is grown for all that were proven together, and the smaller one is taken,
//      without the cuts that decide nothing.
//
// Rejected: cutting where the error is largest (that is for another tree), and optimised relaxation
// slopes (the checker's fixed ones must reproduce the proof).
#pragma once

#include <cstddef>

#include "certifix/check/certificate.hpp"
#include "certifix/net/network.hpp"
#include "certifix/simplify/choose.hpp"
#include "certifix/simplify/stability.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::simplify {

// pre: the pre-activations on the whole box. `extent`: what may be saved by a proof. The result has
// at most `leaves` leaves, and one if splitting saves nothing; `work` bounds the floating-point
// operations of the search, about.
check::SplitTree find_tree(const net::Network& f, const spec::Box& box, const PreRanges& pre,
                           std::size_t leaves, std::size_t work, Extent extent);

}  // namespace certifix::simplify
