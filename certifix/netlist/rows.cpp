#include "certifix/netlist/rows.hpp"

#include <algorithm>

namespace certifix::netlist {

using num::Integer;

std::vector<std::vector<bool>> read_elements(const design::Design& design) {
  std::vector<std::vector<bool>> read;
  for (std::size_t b = 0; b < design.block_count(); ++b)
    read.emplace_back(design.size(b), b + 1 == design.block_count());
  for (std::size_t b = design.block_count() - 1; b >= 1; --b)
    for (std::size_t i = 0; i < design.size(b); ++i)
      if (read[b][i])
        for (const design::Term& term : design.blocks[b - 1].rows[i].terms)
          read[term.source][term.index] = true;
  return read;
}

Integer start_of_sum(const design::Row& row) {
  const int r = right_shift(row);
  return r > 0 ? Integer(row.bias + shifted_left(1, r - 1)) : row.bias;
}

Range proven_range(const design::Row& row) {
  const num::FixedFormat accumulator{true, row.accumulator_width - 1, 0};
  Range range{accumulator.min_code(), accumulator.max_code()};
  const int r = right_shift(row);
  const Integer below = row.output.min_code();
  const Integer above = row.output.max_code() + 1;  // the first code that is too large
  const auto on_grid = [&](const Integer& code) -> Integer {
    return r >= 0 ? shifted_left(code, r)
                  : -num::floor_shift(-code, static_cast<unsigned long>(-r));
  };
  range.max = std::min(range.max, Integer(on_grid(above) - 1));
  if (row.activation == net::Activation::identity) range.min = std::max(range.min, on_grid(below));
  return range;
}

Range codes_of(const design::Row& row, const Range& sum) {
  const int r = right_shift(row);
  Range codes = r > 0 ? floor_shifted(sum, r) : scaled(sum, shifted_left(1, -r));
  if (row.activation == net::Activation::relu)
    codes = {std::max(codes.min, Integer(0)), std::max(codes.max, Integer(0))};
  return codes;
}

}  // namespace certifix::netlist
