#include "certifix/emit/rom.hpp"

#include <fmt/format.h>

#include "certifix/base/error.hpp"
#include "certifix/emit/text.hpp"

namespace certifix::emit {

using num::Integer;

std::string CType::name() const { return fmt::format("{}int{}_t", is_signed ? "" : "u", bits); }

CodeRange CType::range() const { return codes_of(num::FixedFormat{is_signed, bits - 1, 0}); }

CType narrowest(const CodeRange& range) {
  for (const int bits : {8, 16, 32, 64}) {
    for (const bool is_signed : {true, false}) {
      const CType type{bits, is_signed};
      if (hull(type.range(), range) == type.range()) return type;
    }
  }
  throw Bug(__FILE__, __LINE__, "the range fits 64 bits");
}

Tables& Tables::operator+=(const Tables& other) {
  text += other.text;
  bytes += other.bytes;
  return *this;
}

Tables table(const CType& type, const std::string& name, const std::vector<Integer>& values) {
  return {fmt::format("static const {} {}[{}] =\n  {};\n", type.name(), name, values.size(),
                      braced(values, "  ")),
          values.size() * type.bytes()};
}

Tables table(const std::string& name, const std::vector<Integer>& values) {
  return table(narrowest(range_of(values)), name, values);
}

Tables index_table(const std::string& name, const std::vector<std::size_t>& values) {
  const std::vector<Integer> indices = integers(values);
  return table(CType{narrowest({0, range_of(indices).max}).bits, false}, name, indices);
}

Tables part_tables(const std::string& suffix, const Part& part, const CType& weights) {
  if (part.dense)
    return {fmt::format("static const {} weight{}[{}][{}] = {};\n", weights.name(), suffix,
                        part.weights.size() / part.columns, part.columns,
                        braced_rows(part.weights, part.columns)),
            part.weights.size() * weights.bytes()};
  Tables out = table(weights, "weight" + suffix, part.weights);
  if (!part.shifts.empty()) out += table("shift" + suffix, integers(part.shifts));
  out += index_table("column" + suffix, part.column);
  out += index_table("start" + suffix, part.row_start);
  return out;
}

Tables row_tables(const Layer& layer, std::size_t b) {
  Tables out;
  if (!common(layer.right)) out += table(fmt::format("right{}", b), integers(layer.right));
  if (!common(layer.left)) out += table(fmt::format("left{}", b), integers(layer.left));
  if (!common(layer.relu)) out += table(fmt::format("relu{}", b), integers(layer.relu));
  return out;
}

}  // namespace certifix::emit
