// What every search over grids is given, and what it minimises.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "certifix/design/design.hpp"

namespace certifix::optimize {

struct SearchOptions {
  std::optional<std::vector<int>> input_bits;  // given: the inputs keep these fractional bits
  double target = 1;                           // accept error / bound up to here
  std::function<bool()> cancelled;             // may be empty
  std::function<void(std::string_view)> progress;
};

// The area, and one for each bit of the outputs, which the area leaves out.
std::int64_t objective(const design::Design& design);

}  // namespace certifix::optimize
