// A network rounded to a design in the plainest way: every weight to the nearest multiple of a
// grid, nothing proven about its error. For tests that need some design of a given network.
#pragma once

#include <vector>

#include "certifix/design/design.hpp"
#include "certifix/net/network.hpp"
#include "certifix/num/exact/interval.hpp"

namespace certifix::test {

// Fractional bits.
struct RoundedBits {
  int input = 8;
  int weight = 8;
  int activation = 8;
};

// All rows of a block share one grid; a weight of a source with grid lsb has the grid
// lsb_w = -bits.weight, biases lie on the accumulator's grid. Widths come from interval arithmetic
// on the codes: every input of the box fits. Inputs are clamped to the codes of the box.
design::Design rounded_design(const net::Network& network, const std::vector<num::Interval>& box,
                              const RoundedBits& bits);

}  // namespace certifix::test
