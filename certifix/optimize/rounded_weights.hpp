// The implemented network with the weights of one block rounded and nothing else: what the models
// of the layer and the neuron method know about weights.
#pragma once

#include <cstddef>
#include <vector>

#include "certifix/error/float_design.hpp"
#include "certifix/optimize/plan.hpp"
#include "certifix/optimize/subject.hpp"

namespace certifix::optimize {

enum class Rounding {
  nearest,      // each weight by itself
  compensated,  // so that the errors of a row cancel (compensated_rows.hpp)
};

// w to the nearest multiple of 2^-bits, half up.
double rounded(double w, int bits);
// Two's complement width of the integer nearest to w at `bits` fractional bits.
int rounded_width(double w, int bits);
// Non-zero canonical signed digits of that integer.
int rounded_digits(double w, int bits);

// The values of block b's weights on the plan's grids, one grid a row, by compensated rounding;
// nothing where the block reads too many elements for it.
void compensate(const Subject& subject, Plan& plan, std::size_t b);
// Of every block that the plan has values for: compensated. [b - 1]
std::vector<Rounding> roundings(const Plan& plan);
// Of all blocks.
Plan compensated_plan(const Subject& subject, Plan plan);

// Row i of block b at bits[i] fractional bits, its bias centred over the leaves' hull; everything
// else as in the real network, and no rounding of values.
error::FloatDesign only_weights(const Subject& subject, const LeafSet& leaves, std::size_t b,
                                const std::vector<int>& bits,
                                Rounding rounding = Rounding::nearest);

}  // namespace certifix::optimize
