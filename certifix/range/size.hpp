// Which networks the analysis can hold in memory.
//
// It works on dense matrices: the weights of each block, its rows as forms over any earlier block,
// and a bound for each output as a form over all outputs.
#pragma once

#include <cstdint>

#include "certifix/net/network.hpp"

namespace certifix::range {

// Bytes that an analysis takes, roughly: measured on dense and on sparse networks, two threads.
std::uint64_t memory_estimate(const net::Network& network);

// Throws Error (too_large) where the estimate is above `available` bytes, and names the block that
// takes most.
void require_analysable(const net::Network& network, std::uint64_t available);

}  // namespace certifix::range
