#include <fmt/format.h>

#include "certifix/emit/c/c_writers.hpp"

namespace certifix::emit {

using num::Integer;

std::string part_suffix(std::size_t b, const Part& part) {
  return fmt::format("{}_{}", b, part.source);
}

std::string index_type(std::size_t largest) {
  return largest < 65535 ? "uint_fast16_t" : "uint_fast32_t";
}

Tables layer_tables(const CProgram& c, std::size_t b) {
  const Layer& layer = c.program.layers[b - 1];
  Tables out;
  for (std::size_t p = 0; p < layer.parts.size(); ++p)
    out += part_tables(part_suffix(b, layer.parts[p]), layer.parts[p], c.weights[b - 1][p]);
  out += table(fmt::format("bias{}", b), layer.bias);
  out += row_tables(layer, b);
  return out;
}

Tables box_tables(const CProgram& c) {
  std::vector<Integer> low;
  std::vector<Integer> high;
  for (const CodeRange& range : c.program.input_ranges) {
    low.push_back(range.min);
    high.push_back(range.max);
  }
  Tables out = table(c.input(), "input_min", low);
  out += table(c.input(), "input_max", high);
  return out;
}

}  // namespace certifix::emit
