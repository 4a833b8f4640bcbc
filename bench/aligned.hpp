// Lines of cells as a table for people.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace certifix::bench {

using Line = std::vector<std::string>;

// Columns as wide as their widest cell; the first `left` ones and the last are aligned to the left.
// All lines have as many cells as the first.
std::string aligned(const std::vector<Line>& lines, std::size_t left);

}  // namespace certifix::bench
