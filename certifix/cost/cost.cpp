#include "certifix/cost/cost.hpp"

#include <algorithm>
#include <set>

#include "certifix/base/error.hpp"

namespace certifix::cost {
namespace {

void add(Cost& total, const Cost& part) {
  total.multiplications += part.multiplications;
  total.weight_bits += part.weight_bits;
  total.bias_bits += part.bias_bits;
  total.area += part.area;
  total.csd_digits += part.csd_digits;
  total.adder_bits += part.adder_bits;
  total.paper_cost += part.paper_cost;
  total.max_weight_bits = std::max(total.max_weight_bits, part.max_weight_bits);
  total.max_activation_bits = std::max(total.max_activation_bits, part.max_activation_bits);
  total.max_accumulator_bits = std::max(total.max_accumulator_bits, part.max_accumulator_bits);
}

}  // namespace

int value_width(const design::Design& design, std::size_t block, std::size_t index) {
  return block == 0 ? design.inputs[index].format.width()
                    : design.blocks[block - 1].rows[index].output.width();
}

int weight_width(const design::Row& row) {
  int width = 0;
  for (const design::Term& term : row.terms)
    width = std::max(width, num::signed_width(term.weight, term.weight));
  return width;
}

int csd_digits(const num::Integer& weight) {
  // x and 3x differ in bit i + 1 exactly where the non-adjacent form of x has a non-zero digit i.
  const num::Integer magnitude = abs(weight);
  const num::Integer digits = magnitude ^ (3 * magnitude);
  return static_cast<int>(mpz_popcount(digits.get_mpz_t()));
}

Cost measure_block(const design::Design& design, std::size_t block) {
  CERTIFIX_CHECK(block >= 1 && block < design.block_count(), "no such block");
  Cost cost;
  std::set<std::size_t> sources;
  int fraction_bits = 0;
  const std::vector<design::Row>& rows = design.blocks[block - 1].rows;
  for (const design::Row& row : rows) {
    const int width = weight_width(row);
    if (row.bias != 0) cost.bias_bits += num::signed_width(row.bias, row.bias);
    for (const design::Term& term : row.terms) {
      const int bits = value_width(design, term.source, term.index);
      const int digits = csd_digits(term.weight);
      ++cost.multiplications;
      cost.weight_bits += width;
      cost.area += std::int64_t{width} * bits;
      cost.csd_digits += digits;
      cost.adder_bits += std::int64_t{digits} * bits;
      sources.insert(term.source);
    }
    cost.max_weight_bits = std::max(cost.max_weight_bits, width);
    cost.max_activation_bits = std::max(cost.max_activation_bits, row.output.width());
    cost.max_accumulator_bits = std::max(cost.max_accumulator_bits, row.accumulator_width);
    fraction_bits = std::max(fraction_bits, -row.output.lsb);
  }
  std::int64_t elements = 0;
  for (const std::size_t source : sources)
    elements += static_cast<std::int64_t>(design.size(source));
  cost.paper_cost =
      static_cast<std::int64_t>(rows.size()) * elements * cost.max_weight_bits * fraction_bits +
      2 * fraction_bits;
  return cost;
}

Cost measure(const design::Design& design) {
  Cost total;
  for (const design::Input& input : design.inputs)
    total.max_activation_bits = std::max(total.max_activation_bits, input.format.width());
  if (design.clamp) total.clamped_inputs = static_cast<std::int64_t>(design.inputs.size());
  for (std::size_t b = 1; b < design.block_count(); ++b) add(total, measure_block(design, b));
  return total;
}

}  // namespace certifix::cost
