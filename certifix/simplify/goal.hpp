// Neurons that are to be proven stable, and how far a box is from proving it.
#pragma once

#include <cstddef>
#include <vector>

#include "certifix/range/float_network.hpp"
#include "certifix/range/ranges.hpp"

namespace certifix::simplify {

// Proving z <= 0 (dead) or z >= 0 (linear) of one neuron on the whole box.
struct Target {
  std::size_t block;
  std::size_t row;
  bool dead;
  double gap;  // > 0: by how much the ranges on the whole box fail to prove it
};

class Goal {
 public:
  // At least one target.
  Goal(const range::FloatNetwork& network, std::vector<Target> targets);

  // The sum over the targets of the gap on this box, relative to that on the whole box: 0 if all
  // are proven here, infinite if one is disproved.
  double gap(const range::FloatBox& box) const;
  // How much each input's side could matter to the targets: its width times the absolute weights
  // along all paths through neurons that are not dead, each scaled by the slope of its upper bound.
  // Only their order is of interest.
  std::vector<double> influence(const range::FloatBox& box) const;
  // Floating-point operations of gap(), about.
  std::size_t work() const { return work_; }

 private:
  std::vector<Target> targets_;
  std::size_t last_;          // the last block with a target
  range::FloatNetwork cone_;  // blocks up to last_, and of that one the targets' rows only
  std::vector<std::size_t> row_in_cone_;  // of each target
  std::size_t work_ = 0;
};

// Floating-point operations of range::ranges, about.
std::size_t range_work(const range::FloatNetwork& network);

}  // namespace certifix::simplify
