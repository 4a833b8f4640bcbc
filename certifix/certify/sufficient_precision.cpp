#include <algorithm>

#include "certifix/certify/text.hpp"

namespace certifix::certify {
namespace {

// Fractional bits of value * 2^exponent: the least k such that it is a multiple of 2^-k.
long fraction_bits(const num::Integer& value, long exponent) {
  if (value == 0) return 0;
  return -exponent - static_cast<long>(mpz_scan1(value.get_mpz_t(), 0));
}

}  // namespace

int sufficient_precision(const design::Design& design) {
  constexpr long kSmallest = 64, kLargest = 4096, kGuardBits = 16, kStep = 16;
  long needed = 0;
  for (const design::Input& input : design.inputs)
    needed = std::max(needed, 1L - input.format.lsb);  // half an ulp
  for (const design::Block& block : design.blocks) {
    for (const design::Row& row : block.rows) {
      needed = std::max(needed, 1L - row.output.lsb);
      needed = std::max(needed, fraction_bits(row.bias, row.accumulator_lsb));
      for (const design::Term& term : row.terms) {
        // Terms that read nothing have no value; the checker names them (R-WIRING).
        if (term.source >= design.block_count() || term.index >= design.size(term.source)) continue;
        const long exponent = static_cast<long>(term.shift) + row.accumulator_lsb -
                              design.lsb(term.source, term.index);
        needed = std::max(needed, fraction_bits(term.weight, exponent));
      }
    }
  }
  const long precision = (needed + kGuardBits + kStep - 1) / kStep * kStep;
  return static_cast<int>(std::clamp(precision, kSmallest, kLargest));
}

}  // namespace certifix::certify
