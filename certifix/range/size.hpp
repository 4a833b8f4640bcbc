// Which networks the analysis can hold in memory.
//
// It works on dense matrices: the weights of each block, its rows as forms over any earlier block,
// and a bound for each output as a form over all outputs.
#pragma once

#include <cstdint>

#include "certifix/net/network.hpp"

namespace certifix::range {

// Throws Error (too_large) where the analysis would take more than `available` bytes, and names the
// block that takes most. An estimate, from what dense networks were measured to take: it protects
// from being killed halfway, it promises nothing.
void require_analysable(const net::Network& network, std::uint64_t available);

}  // namespace certifix::range
