#include "bench/aligned.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace certifix::bench {

std::string aligned(const std::vector<Line>& lines, std::size_t left) {
  std::vector<std::size_t> width(lines[0].size(), 0);
  for (const Line& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i) width[i] = std::max(width[i], line[i].size());
  std::string text;
  for (const Line& line : lines) {
    std::string out;
    for (std::size_t i = 0; i < line.size(); ++i)
      out += i < left || i + 1 == line.size() ? fmt::format("{:<{}}  ", line[i], width[i])
                                              : fmt::format("{:>{}}  ", line[i], width[i]);
    out.erase(out.find_last_not_of(' ') + 1);
    text += out + "\n";
  }
  return text;
}

}  // namespace certifix::bench
