#include "certifix/optimize/search_options.hpp"

#include "certifix/cost/cost.hpp"

namespace certifix::optimize {

std::int64_t objective(const design::Design& design) {
  std::int64_t result = cost::measure(design).area;
  for (const design::Row& row : design.blocks.back().rows) result += row.output.width();
  return result;
}

double objective(const CostWeights& weights, const design::Design& design) {
  const cost::Cost cost = cost::measure(design);
  int bits = 0;
  for (const design::Row& row : design.blocks.back().rows) bits += row.output.width();
  return weights.area * static_cast<double>(cost.area) +
         weights.adder_bits * static_cast<double>(cost.adder_bits) + weights.output_bit * bits;
}

}  // namespace certifix::optimize
