#include "bench/uniform_bits.hpp"

namespace certifix::bench {

std::optional<int> uniform_bits(const design::Design& design) {
  if (design.inputs.empty()) return std::nullopt;
  const int lsb = design.inputs[0].format.lsb;
  for (const design::Input& input : design.inputs)
    if (input.format.lsb != lsb) return std::nullopt;
  for (const design::Block& block : design.blocks)
    for (const design::Row& row : block.rows) {
      if (row.output.lsb != lsb) return std::nullopt;
      for (const design::Term& term : row.terms)
        if (term.shift + row.accumulator_lsb - design.lsb(term.source, term.index) < lsb)
          return std::nullopt;
    }
  return -lsb;
}

}  // namespace certifix::bench
