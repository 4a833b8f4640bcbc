// The number of fractional bits of a design of method uniform.
#pragma once

#include <optional>

#include "certifix/design/design.hpp"

namespace certifix::bench {

// p such that every input and every row's output has exactly p fractional bits and no weight has
// more; empty if there is no such p. Biases lie on the accumulators' grids, and do not count.
// p may be negative: coarser than integers.
std::optional<int> uniform_bits(const design::Design& design);

}  // namespace certifix::bench
