// Which linear neurons to bypass: the choice of claims with the fewest multiplications.
//
// How much may go is the Extent: dead neurons alone, or linear ones too.
//
// Dead neurons always go. For a linear neuron, bypassing saves its own row and costs its readers
// one multiplication for each of its sources that they do not read yet; so it is a matter of the
// whole layer: k linear neurons between m sources and c readers take k (m + c) multiplications, or
// m c without them. Multiplications are counted by which weights are present, as if no composed
// weight ever cancelled to 0.
//
// Search: from several starts (each layer bypassed or kept as a whole, all combinations where the
// layers are few), the best is improved by turning whole layers and single neurons until nothing
// helps. Deterministic; ties go to fewer neurons.
#pragma once

#include <cstddef>

#include "certifix/simplify/rewrite.hpp"
#include "certifix/simplify/stability.hpp"

namespace certifix::simplify {

enum class Extent {
  none,  // the network as it is
  dead,  // dead neurons go; linear ones stay as the relus they are
  full,  // linear ones are bypassed where that saves multiplications
};

// Claims that hold wherever `pre` encloses the pre-activations of f.
Claims choose_claims(const net::Network& f, const spec::Box& box, const PreRanges& pre,
                     Extent extent = Extent::full);
// How many multiplications rewriting f by them leaves, at most (fewer where weights cancel).
std::size_t least_multiplications(const net::Network& f, const spec::Box& box, const PreRanges& pre,
                                  Extent extent = Extent::full);

}  // namespace certifix::simplify
