// The certifix method at weight granularity: every weight's value, chosen among values with few
// signed digits, beside the grids of inputs and outputs.
//
// From a design of the neuron method: descent, one weight, row or grid at a time, on
//     cost - mu sum over bounds of log(1 - use)
// with every use asked of the joint analysis, so that errors which cancel are seen to cancel. The
// barrier gives each bound the price that its slack deserves; mu falls from where half the bound is
// left to where hardly any is, then rises a little and falls again. Each stop is realised as a
// design, and the cheapest one that meets the target is kept.
//
// Rejected: prices from sensitivities and radii alone, which cannot see errors cancel; it remains
// for networks where the joint analysis is too slow to be asked about every single change.
#pragma once

#include "certifix/optimize/realize.hpp"
#include "certifix/optimize/search_options.hpp"

namespace certifix::optimize {

// reference: a design that meets the target and the limits. The result is never worse in cost. The
// subject's formats should be those of rows.
Candidate search_weights(const Subject& subject, const LeafSet& leaves, Candidate reference,
                         const SearchOptions& options);

}  // namespace certifix::optimize
