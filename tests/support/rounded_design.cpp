#include "tests/support/rounded_design.hpp"

#include <algorithm>

namespace certifix::test {
namespace {

using num::FixedFormat;
using num::Integer;

struct CodeRange {
  Integer low, high;
};

// Sets the widths of a row whose terms and grids are there, returns the range of its output code.
CodeRange set_widths(design::Row& row, const std::vector<std::vector<CodeRange>>& ranges) {
  const int r = row.output.lsb - row.accumulator_lsb;
  Integer start = row.bias;
  if (r > 0) start += Integer(1) << static_cast<unsigned long>(r - 1);
  // Of the sums of any subset of constant and products, and of the final sum.
  Integer partial_low = std::min(start, Integer(0)), partial_high = std::max(start, Integer(0));
  Integer low = start, high = start;
  for (const design::Term& term : row.terms) {
    const CodeRange& source = ranges[term.source][term.index];
    Integer a = term.weight * source.low << static_cast<unsigned long>(term.shift);
    Integer b = term.weight * source.high << static_cast<unsigned long>(term.shift);
    if (a > b) std::swap(a, b);
    low += a;
    high += b;
    partial_low += std::min(a, Integer(0));
    partial_high += std::max(b, Integer(0));
  }
  row.accumulator_width = num::signed_width(partial_low, partial_high);
  CodeRange code{low, high};
  for (Integer* end : {&code.low, &code.high}) {
    if (r > 0)
      *end = num::floor_shift(*end, static_cast<unsigned long>(r));
    else
      *end <<= static_cast<unsigned long>(-r);
    if (row.activation == net::Activation::relu && *end < 0) *end = 0;
  }
  row.output = FixedFormat::smallest(code.low, code.high, row.output.lsb);
  return code;
}

}  // namespace

design::Design rounded_design(const net::Network& network, const std::vector<num::Interval>& box,
                              const RoundedBits& bits) {
  design::Design result;
  result.name = network.name();
  std::vector<std::vector<CodeRange>> ranges(1);
  for (const num::Interval& interval : box) {
    const CodeRange codes{num::round_half_up(interval.lower(), -bits.input),
                          num::round_half_up(interval.upper(), -bits.input)};
    ranges[0].push_back(codes);
    result.inputs.push_back(
        {FixedFormat::smallest(codes.low, codes.high, -bits.input), codes.low, codes.high});
  }
  for (std::size_t b = 1; b < network.block_count(); ++b) {
    const net::Block& block = network.block(b);
    design::Block rounded{block.name, {}};
    std::vector<CodeRange> outputs;
    // The finest product decides the accumulator; coarser ones are shifted left.
    int accumulator_lsb = 0;
    for (const net::Source& source : block.sources)
      accumulator_lsb = std::min(accumulator_lsb, result.lsb(source.block, 0) - bits.weight);
    for (std::size_t i = 0; i < block.size(); ++i) {
      design::Row row;
      row.activation = block.activation[i];
      row.accumulator_lsb = accumulator_lsb;
      row.output.lsb = -bits.activation;
      row.bias = num::round_half_up(block.bias[i], accumulator_lsb);
      for (const net::Source& source : block.sources) {
        const int shift = result.lsb(source.block, 0) - bits.weight - accumulator_lsb;
        for (const net::Entry& entry : source.weights.row(i)) {
          const Integer weight = num::round_half_up(entry.value, -bits.weight);
          if (weight != 0) row.terms.push_back({source.block, entry.column, weight, shift});
        }
      }
      outputs.push_back(set_widths(row, ranges));
      rounded.rows.push_back(std::move(row));
    }
    ranges.push_back(std::move(outputs));
    result.blocks.push_back(std::move(rounded));
  }
  return result;
}

}  // namespace certifix::test
