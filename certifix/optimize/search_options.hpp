// What every search over grids is given, and what it minimises.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "certifix/cost/model.hpp"
#include "certifix/design/design.hpp"
#include "certifix/milp/solve.hpp"

namespace certifix::optimize {

struct SearchOptions {
  cost::Model cost = *cost::named_model("area");  // to be minimised
  std::optional<std::vector<int>> input_bits;     // given: the inputs keep these fractional bits
  double target = 1;                              // accept error / bound up to here
  milp::Solver solver = [](const auto& model, const auto& limits) {
    return milp::solve(model, limits);
  };
  double effort = 1;  // of the weight method: share of the work that it is meant to take
  std::function<bool()> cancelled;  // may be empty
  std::function<void(std::string_view)> progress;
};

// The cost, and that of each bit of the outputs, which the model leaves out (cost::output_bit).
double objective(const cost::Model& model, const design::Design& design);

}  // namespace certifix::optimize
