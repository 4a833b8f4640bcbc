// The released formats as designs of ours, so that the checker can say what it thinks of them. Two
// readings.
//
// plain: the same grids in the arithmetic of docs/design-semantics.md. Weights and biases are the
//   released constants (truncated), sums are exact, each layer rounds once, half up, to pi_bias.
//   This is kinder than the released arithmetic, which truncates every product and sum.
//
// faithful: the released arithmetic itself, on an exactly equal network that has one identity row
//   per product, per sum of products and per result. A row computes
//   floor((acc + 2^(r-1)) / 2^r); with bias -2^(r-1) that is floor(acc / 2^r), truncation. The
//   inputs, which the released tool truncates too, are declared to lie on a grid 8 bits finer than
//   theirs and truncated by a first block of identity rows. Wrapping is overflow.
#pragma once

#include <span>

#include "bench/aster_released/formats.hpp"
#include "certifix/design/design.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::aster_released {

struct ControlDesign {
  spec::Problem problem;
  design::Design design;
};

// released: activations, sums and results have the released integer bits, so that a rejection may
// also be an overflow. ample: 64 integer bits everywhere, so that only the error counts.
enum class Widths { released, ample };

ControlDesign plain_design(const net::Network& network, const spec::Box& box,
                           const Setting& setting, const std::vector<LayerFormats>& formats,
                           const num::Rational& eps, Widths widths);

ControlDesign faithful_design(const net::Network& network, const spec::Box& box,
                              const Setting& setting, const std::vector<LayerFormats>& formats,
                              const num::Rational& eps, Widths widths);

// Fractional bits of the grid on which faithful_design's inputs are declared.
int faithful_input_grid(const Setting& setting);

}  // namespace certifix::aster_released
