// How far a choice of weights and grids uses the bounds: what walks ask after each change.
#pragma once

#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "certifix/optimize/weight_choice.hpp"

namespace certifix::optimize {

// - sum over uses of log(1 - use / limit), infinite where a use is not below the limit: what a walk
// asks of the uses, and up to where it wants an answer.
struct Barrier {
  double limit = std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();

  double of(const std::vector<double>& uses) const {
    double sum = 0;
    for (const double use : uses) {
      const double slack = 1 - use / limit;
      if (!(slack > 0)) return std::numeric_limits<double>::infinity();
      sum -= std::log(slack);
    }
    return sum;
  }
};

class WeightBounds {
 public:
  virtual ~WeightBounds() = default;
  virtual std::unique_ptr<WeightBounds> copy() const = 0;

  virtual const WeightChoice& choice() const = 0;
  virtual void apply(const WeightChange& change) = 0;
  // error / bound, one for each bound; at most 1: within it. Empty, possibly, where the barrier of
  // the uses (see below) is certain to be above `most`: then nobody need know them.
  virtual std::vector<double> uses(const Barrier& barrier) const = 0;
};

}  // namespace certifix::optimize
