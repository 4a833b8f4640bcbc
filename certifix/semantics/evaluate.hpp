// What a network computes, in exact arithmetic: the reference that searches and tests compare with.
//
// Example: relu(2x - 1) + x at 3.
//   evaluate(network, {3})  // {8}
#pragma once

#include <cstddef>
#include <vector>

#include "certifix/net/network.hpp"

namespace certifix::semantics {

num::Rational apply(net::Activation activation, const num::Rational& z);

// The exact outputs at the exact point x (one value per input).
std::vector<num::Rational> evaluate(const net::Network& network,
                                    const std::vector<num::Rational>& x);
// The exact activations of every block at x; element 0 is x itself.
std::vector<std::vector<num::Rational>> evaluate_blocks(const net::Network& network,
                                                        const std::vector<num::Rational>& x);

std::size_t parameter_count(const net::Network& network);  // stored weights and biases

}  // namespace certifix::semantics
