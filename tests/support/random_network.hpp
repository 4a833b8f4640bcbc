// Small random networks with decimal weights, for tests. The same seed gives the same network.
#pragma once

#include <cstdint>
#include <vector>

#include "certifix/net/network.hpp"

namespace certifix::test {

// layers: inputs, hidden sizes, outputs. ReLU on all blocks but the last. Weights are multiples of
// 1/1000 in [-1.5, 1.5], about one in five is 0; biases in [-0.5, 0.5].
net::Network random_network(std::uint64_t seed, const std::vector<std::size_t>& layers);

}  // namespace certifix::test
