// The implemented network with the weights of one block rounded and nothing else: what the models
// of the layer and the neuron method know about weights.
#pragma once

#include <cstddef>
#include <vector>

#include "certifix/error/float_design.hpp"
#include "certifix/optimize/subject.hpp"

namespace certifix::optimize {

// w to the nearest multiple of 2^-bits, half up.
double rounded(double w, int bits);
// Two's complement width of the integer nearest to w at `bits` fractional bits.
int rounded_width(double w, int bits);
// Non-zero canonical signed digits of that integer.
int rounded_digits(double w, int bits);

// Row i of block b at bits[i] fractional bits, its bias centred over the leaves' hull; everything
// else as in the real network, and no rounding of values.
error::FloatDesign only_weights(const Subject& subject, const LeafSet& leaves, std::size_t b,
                                const std::vector<int>& bits);

}  // namespace certifix::optimize
