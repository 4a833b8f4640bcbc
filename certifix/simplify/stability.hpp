// What the ranges say about every neuron: dead, linear or unstable on the whole box.
//
// A neuron is stable only if it is so on every leaf of a split; the ranges of the leaves are joined
// by join() before the neuron is classified.
#pragma once

#include <vector>

#include "certifix/net/network.hpp"
#include "certifix/num/outward/enclosure.hpp"

namespace certifix::simplify {

// [block][row], pre-activations; block 0 is the input. range::Ranges::pre is one.
using PreRanges = std::vector<std::vector<num::Enclosure>>;

enum class Stability : char {
  dead,      // a relu with z <= 0
  linear,    // a relu with z >= 0, or an identity row
  unstable,  // neither is proven
};

// A relu that is both (z = 0) counts as dead.
Stability stability(net::Activation activation, num::Enclosure z);

// Joins `more` into `all`, neuron by neuron: what holds on both leaves.
void join(PreRanges& all, const PreRanges& more);

}  // namespace certifix::simplify
