// What every search over grids is given, and what it minimises.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "certifix/design/design.hpp"

namespace certifix::optimize {

// What a search minimises, as a weighted sum of figures of the design (cost/cost.hpp).
struct CostWeights {
  double area = 1;
  double adder_bits = 0;
  double output_bit = 1;  // of an output's width, which both figures leave out
};

// One multiplication: the row's word, the weight's signed digits, and the width of what is read.
inline double multiplication(const CostWeights& cost, int weight_bits, int digits, int value_bits) {
  return (cost.area * weight_bits + cost.adder_bits * digits) * value_bits;
}

struct SearchOptions {
  CostWeights cost;
  std::optional<std::vector<int>> input_bits;  // given: the inputs keep these fractional bits
  double target = 1;                           // accept error / bound up to here
  std::function<bool()> cancelled;             // may be empty
  std::function<void(std::string_view)> progress;
};

// The area, and one for each bit of the outputs, which the area leaves out.
std::int64_t objective(const design::Design& design);
double objective(const CostWeights& cost, const design::Design& design);

}  // namespace certifix::optimize
