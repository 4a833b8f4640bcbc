#include "certifix/optimize/search_options.hpp"

namespace certifix::optimize {

double objective(const cost::Model& model, const design::Design& design) {
  int bits = 0;
  for (const design::Row& row : design.blocks.back().rows) bits += row.output.width();
  return cost::value(model, design) + cost::output_bit(model) * bits;
}

}  // namespace certifix::optimize
