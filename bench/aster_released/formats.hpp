// The released tool's number formats and its cost (the paper's Table 4).
#pragma once

#include <cstdint>
#include <vector>

#include "bench/aster_released/formulation.hpp"

namespace certifix::aster_released {

// ap_fixed<width, integer>: signed, `integer` bits with the sign before the point, the rest behind.
struct Fixed {
  int width = 0;
  int integer = 0;

  int fraction() const { return width - integer; }
  friend bool operator==(const Fixed&, const Fixed&) = default;
};

// The formats of a layer. With gb = pi_dot + ceil(log2 n) + 1 and U, I the integer bits of a
// magnitude without and with sign:
struct LayerFormats {
  std::vector<Fixed> source;   // one an element read: inputs pi_0 + U + 1 bits, or the activation
  std::vector<Fixed> weight;   // one a column: gb + U(source) fractional bits, I(weights)
  std::vector<Fixed> product;  // one a column: gb fractional bits, I of its range
  std::vector<Fixed> partial;  // after each column: gb, I of the range of the sum so far
  Fixed dot;                   // pi_dot, I(dot)
  Fixed bias;                  // pi_bias, I(biases)
  Fixed result;                // pi_bias, I(result)
  Fixed activation;            // the result's width, I(activation)
};

std::vector<LayerFormats> layer_formats(const std::vector<optimize::AsterLayer>& layers,
                                        const spec::Box& box, const Setting& setting,
                                        const Formats& formats);

// sum_i (k_i n_i w_i q_i + 2 q_i), w_i = min(32, I + F) of the layer's weights and
// q_i = min(32, I + F) - I of its dot, result and activation, I the largest integer and F the
// largest fractional bits among them.
std::int64_t table4_cost(const std::vector<optimize::AsterLayer>& layers,
                         const std::vector<LayerFormats>& formats);

}  // namespace certifix::aster_released
