// How far a choice of weights and grids uses the bounds: what walks ask after each change.
#pragma once

#include <memory>
#include <vector>

#include "certifix/optimize/weight_choice.hpp"

namespace certifix::optimize {

class WeightBounds {
 public:
  virtual ~WeightBounds() = default;
  virtual std::unique_ptr<WeightBounds> copy() const = 0;

  virtual const WeightChoice& choice() const = 0;
  virtual void apply(const WeightChange& change) = 0;
  // error / bound, one for each bound; at most 1: within it.
  virtual std::vector<double> uses() const = 0;
};

}  // namespace certifix::optimize
