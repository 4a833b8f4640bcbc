#include "certifix/optimize/search_options.hpp"

#include "certifix/cost/cost.hpp"

namespace certifix::optimize {

std::int64_t objective(const design::Design& design) {
  std::int64_t result = cost::measure(design).area;
  for (const design::Row& row : design.blocks.back().rows) result += row.output.width();
  return result;
}

}  // namespace certifix::optimize
