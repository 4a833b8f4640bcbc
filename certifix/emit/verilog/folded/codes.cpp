#include "certifix/emit/verilog/folded/codes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "certifix/emit/verilog/syntax.hpp"

namespace certifix::emit::folded {

using verilog::slice;

std::string accumulated(const Circuit& circuit, const std::string& product,
                        const std::string& is_first, const std::string& start,
                        const std::string& sum) {
  // A DSP adds up by itself if it sees a sum.
  if (!circuit.folded.sums_in_logic())
    return fmt::format("({} ? {} : {}) + {}", is_first, start, sum, product);
  return fmt::format("{} - ~({} ? {} : {}) - 1", product, is_first, start, sum);
}

std::string sum_bits(const Circuit& circuit, const std::string& signal, int base, int low,
                     int width) {
  const int from = std::min(low, circuit.sum_width - 1);
  const int end = std::max(std::min(low + width, circuit.sum_width), from + 1);
  const std::string sign =
      print(slice(signal, base + circuit.sum_width - 1, base + circuit.sum_width - 1));
  const std::string bits = print(slice(signal, base + end - 1, base + from));
  const int copies = width - (end - from);
  return copies == 0 ? bits : fmt::format("{{{{{}{{{}}}}}, {}}}", copies, sign, bits);
}

std::string cut_word(const Circuit& circuit, const std::string& sum, const std::string& number) {
  std::string value;
  for (std::size_t c = circuit.cuts.size(); c-- > 0;) {
    const std::string bits =
        sum_bits(circuit, sum, 0, circuit.cuts[c], circuit.alignment.operand_width);
    value = value.empty() ? bits : fmt::format("{} == {} ? {} : {}", number, c, bits, value);
  }
  return value;
}

std::string masked(const Circuit& circuit, const std::string& word, const std::string& keep) {
  const int width = circuit.alignment.operand_width;
  if (circuit.mask_width == 0) return word;
  if (circuit.mask_width >= width) return fmt::format("{} & {}", word, keep);
  return fmt::format("{} & {{{{{}{{1'b1}}}}, {}}}", word, width - circuit.mask_width, keep);
}

}  // namespace certifix::emit::folded
