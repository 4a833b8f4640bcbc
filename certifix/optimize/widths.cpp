#include "certifix/optimize/widths.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "certifix/cost/cost.hpp"

namespace certifix::optimize {

using num::Integer;

void declare_accumulators(design::Design& design, const Codes& codes) {
  Integer product_low, product_high;
  for (design::Block& block : design.blocks) {
    for (design::Row& row : block.rows) {
      Integer constant = row.bias;
      const int drop = row.output.lsb - row.accumulator_lsb;
      if (drop > 0) constant += Integer(1) << static_cast<unsigned long>(drop - 1);
      Integer low = std::min(constant, Integer(0));
      Integer high = std::max(constant, Integer(0));
      for (const design::Term& term : row.terms) {
        const auto& [first, last] = codes[term.source][term.index];
        product_low = term.weight * (term.weight > 0 ? first : last);
        product_high = term.weight * (term.weight > 0 ? last : first);
        if (product_low < 0) low += product_low << static_cast<unsigned long>(term.shift);
        if (product_high > 0) high += product_high << static_cast<unsigned long>(term.shift);
      }
      row.accumulator_mode = design::AccumulatorMode::exact;
      row.accumulator_width = num::signed_width(low, high);
    }
  }
}

std::string broken_limit(const design::Design& design, const spec::Limits& limits) {
  const cost::Cost cost = cost::measure(design);
  int output = 0;
  for (const design::Row& row : design.blocks.back().rows)
    output = std::max(output, row.output.width());
  const int word = std::max(cost.max_word_bits(), output);
  if (limits.word && word > *limits.word)
    return fmt::format("a word of {} bits where the limit is {}", word, *limits.word);
  if (limits.accumulator && cost.max_accumulator_bits > *limits.accumulator)
    return fmt::format("an accumulator of {} bits where the limit is {}", cost.max_accumulator_bits,
                       *limits.accumulator);
  return {};
}

}  // namespace certifix::optimize
