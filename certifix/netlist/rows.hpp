// What both circuits know about the rows of a design: which are read, and what is proven of their
// sums and codes on the box.
#pragma once

#include <vector>

#include "certifix/design/design.hpp"
#include "certifix/netlist/range.hpp"

namespace certifix::netlist {

// Bits that the sum has below the code: r of docs/design-semantics.md; may be negative.
inline int right_shift(const design::Row& row) { return row.output.lsb - row.accumulator_lsb; }

inline Range floor_shifted(const Range& range, int shift) {
  const auto by = static_cast<unsigned long>(shift);
  return {num::floor_shift(range.min, by), num::floor_shift(range.max, by)};
}

// Which elements have a way to an output, block by block.
std::vector<std::vector<bool>> read_elements(const design::Design& design);

// The bias, with the half ulp.
num::Integer start_of_sum(const design::Row& row);

// What the checker has proven of the sum: it fits its accumulator, its code fits the format.
Range proven_range(const design::Row& row);

// The codes that a sum in `sum` gives.
Range codes_of(const design::Row& row, const Range& sum);

}  // namespace certifix::netlist
