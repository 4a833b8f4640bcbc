#include "certifix/emit/verilog/rom_lines.hpp"

#include <fmt/format.h>

#include "certifix/emit/text.hpp"
#include "certifix/emit/verilog/syntax.hpp"

namespace certifix::emit::verilog {

using num::Integer;

int index_width(std::size_t count) {
  int width = 1;
  while ((std::size_t{1} << width) < count) ++width;
  return width;
}

Integer packed(const std::vector<Field>& fields) {
  Integer word = 0;
  for (std::size_t i = fields.size(); i-- > 0;) {
    const auto width = static_cast<unsigned long>(fields[i].width);
    const Integer& value = fields[i].value;
    word = (word << width) + (value - (num::floor_shift(value, width) << width));
  }
  return word;
}

std::string hex(const Integer& value, int width) {
  return fmt::format("{}'h{}", width, value.get_str(16));
}

std::string Slot::of(const std::string& word) const {
  return print(slice(word, low + width - 1, low));
}

std::vector<std::string> rom_lines(const std::string& name, int width,
                                   const std::vector<RomWord>& words) {
  std::vector<std::string> lines = {
      fmt::format("reg [{}:0] {} [0:{}];", width - 1, name, words.size() - 1), "initial begin"};
  for (std::size_t i = 0; i < words.size(); ++i)
    lines.push_back(
        fmt::format("  {}[{}] = {};{}", name, i, hex(words[i].value, width),
                    words[i].comment.empty() ? "" : "  // " + comment_text(words[i].comment)));
  lines.push_back("end");
  return lines;
}

}  // namespace certifix::emit::verilog
