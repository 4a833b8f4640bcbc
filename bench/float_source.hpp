// A network as C in float32, as a programmer would write it by hand: what integer code is compared
// with on microcontrollers (./dev bench hardware).
#pragma once

#include <string>

#include "certifix/net/network.hpp"

namespace certifix::bench {

// float_infer(const float *input, float *output), FLOAT_INPUTS and FLOAT_OUTPUTS. Dense tables,
// weights rounded to nearest, one function a layer.
std::string float_source(const net::Network& network);

}  // namespace certifix::bench
