// The certifix method at weight granularity: every weight's value, chosen among values with few
// signed digits, beside the grids of inputs and outputs.
//
// From a design of the neuron method, random walks over single changes, from warm to cold
// (weight_walk.hpp). Where the network is small, each step asks the joint analysis, so that errors
// which cancel are seen to cancel (weight_trial.hpp); where that is too slow, an estimate that
// takes the bound apart (weight_estimate.hpp), and the limit of a walk follows the ratio of the
// joint bound to it. Several walks a round, each with a seed of its own, start from the best design
// so far; what they find is realised, and kept where it meets the target and is cheaper. Walks on
// the joint analysis may replace neurons by affine functions (weight_goals.hpp); as that pays only
// when everything else becomes finer, some of the first round start with it done
// (weight_starts.hpp).
//
// What the walks price are the figures of circuits: a cost model of other figures alone leaves the
// design as it is.
//
// Rejected: descent in place of walks; it is stuck where two changes must be made at once.
#pragma once

#include "certifix/optimize/neuron_model.hpp"
#include "certifix/optimize/realize.hpp"
#include "certifix/optimize/search_options.hpp"

namespace certifix::optimize {

// reference: a design that meets the target and the limits. everywhere: its sensitivities over all
// leaves of the tree from which `leaves` were taken; empty if the box is whole. The result is never
// worse in cost, and depends on no clock and no number of threads. The subject's formats should be
// those of rows.
Candidate search_weights(const Subject& subject, const LeafSet& leaves, Candidate reference,
                         const Sensitivity& everywhere, const SearchOptions& options);

}  // namespace certifix::optimize
