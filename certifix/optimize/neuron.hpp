// The certifix method at neuron granularity: a grid for the weights and one for the output of each
// row, and one for each input.
//
// From a design of the layer method: the separable model (neuron_model.hpp) proposes grids for a
// share kappa of the bound; what they make of the true bound is for the joint analysis, and kappa
// follows it until the design meets the target. Then single bits are taken away, the most
// worthwhile first and many at a time, while the joint analysis says yes.
//
// On networks of few weights this is done twice, with choices by coordinate descent and with the
// optima of the models (choice_bound.hpp): the joint analysis may prefer either. The cheaper design
// is then polished: by the optimum of the model around it, and by single bits traded for others.
// There, too, each block's weights are tried with either rounding (rounded_weights.hpp), and the
// search begins again from the best design with some grids, chosen at random by fixed seeds, a bit
// finer: it ends in local optima, up to 14 % above what such starts found.
//
// Rejected: descent on the joint analysis alone (one analysis for each bit that is tried, and stuck
// in the layer method's optimum).
#pragma once

#include "certifix/optimize/neuron_model.hpp"
#include "certifix/optimize/realize.hpp"
#include "certifix/optimize/search_options.hpp"

namespace certifix::optimize {

// reference: a design that meets the target and the limits, its rows with one weight grid each.
// everywhere: its sensitivities over all leaves of the tree from which `leaves` were taken; empty
// if the box is whole. The result is never worse in cost. The subject's formats should be those of
// rows.
Candidate search_neurons(const Subject& subject, const LeafSet& leaves, Candidate reference,
                         const Sensitivity& everywhere, const SearchOptions& options);

// The finest design whose words keep the limit, which there must be: each row's weights, each value
// and each input that may move as fine as it allows by itself. from: a design of the subject, for
// its ranges. What it is proven to reach is what short words allow at all.
Candidate finest_neurons(const Subject& subject, const LeafSet& leaves, const Candidate& from,
                         const SearchOptions& options);

}  // namespace certifix::optimize
