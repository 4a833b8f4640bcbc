#include <algorithm>

#include "certifix/certify/text.hpp"

namespace certifix::certify {
namespace {

constexpr long kLargest = 4096;

// Fractional bits of value * 2^exponent: the least k such that it is a multiple of 2^-k.
long fraction_bits(const num::Integer& value, long exponent) {
  if (value == 0) return 0;
  return -exponent - static_cast<long>(mpz_scan1(value.get_mpz_t(), 0));
}

int with_guard(long needed, long guard, long smallest) {
  return static_cast<int>(std::clamp(needed + guard, smallest, kLargest));
}

}  // namespace

check::Precision sufficient_precision(const design::Design& design) {
  long values = 0, weights = 0;
  for (const design::Input& input : design.inputs)
    values = std::max(values, 1L - input.format.lsb);  // half an ulp
  for (const design::Block& block : design.blocks) {
    for (const design::Row& row : block.rows) {
      values = std::max(values, 1L - row.output.lsb);
      values = std::max(values, fraction_bits(row.bias, row.accumulator_lsb));
      for (const design::Term& term : row.terms) {
        // Terms that read nothing have no value; the checker names them (R-WIRING).
        if (term.source >= design.block_count() || term.index >= design.size(term.source)) continue;
        const long exponent = static_cast<long>(term.shift) + row.accumulator_lsb -
                              design.lsb(term.source, term.index);
        weights = std::max(weights, fraction_bits(term.weight, exponent));
      }
    }
  }
  return {with_guard(values, 16, 64), with_guard(weights, 8, 48)};
}

}  // namespace certifix::certify
