// The certifix method at network granularity: one grid for all weights, one for all values that the
// network computes, one for all inputs.
//
// Three numbers: every combination around a reference is priced and judged by the layer method's
// model (layer_model.hpp), and the joint analysis tries them, the cheapest first, until it accepts
// one. Combinations that are nowhere finer than a refused one are not tried.
#pragma once

#include <optional>

#include "certifix/optimize/realize.hpp"
#include "certifix/optimize/search_options.hpp"

namespace certifix::optimize {

// reference: a design with `bits` fractional bits everywhere (given inputs apart); it need not meet
// the target. The cheapest design that is accepted; nothing if none is. The subject's formats
// should be those of the network.
std::optional<Candidate> search_network(const Subject& subject, const LeafSet& leaves,
                                        const Candidate& reference, int bits,
                                        const SearchOptions& options);

}  // namespace certifix::optimize
