// Good choices by local search: candidates are changed one by one while that saves and fits; then
// one variable takes a finer candidate, what that frees is spent on others, and the result is kept
// where it is cheaper.
#pragma once

#include <cstddef>

#include "certifix/optimize/choice_model.hpp"

namespace certifix::optimize {

class ChoiceDescent {
 public:
  // The model outlives it.
  explicit ChoiceDescent(const ChoiceModel& model);

  // A choice that fits, from one that may not: uses are lowered where that costs least, then single
  // changes save what they can. The result does not fit where lowering got stuck.
  Selection repair(Selection choice);
  // From a choice that fits to one that is at most as dear. work: table entries that may be looked
  // at, about.
  Selection improve(Selection choice, double work);

 private:
  struct State {
    Selection choice;
    std::vector<double> used;
    double cost = 0;
  };

  State state(Selection choice) const;
  // What changing variable i to candidate c adds to the cost.
  double change(const Selection& choice, std::size_t i, std::size_t c);
  void apply(State& state, std::size_t i, std::size_t c);
  bool fits(const State& state, std::size_t i, std::size_t c) const;
  void spend(State& state, std::size_t held);

  const ChoiceModel& model_;
  std::vector<std::vector<std::size_t>> pairs_of_;  // [variable]
  double work_ = 0;                                 // done so far
};

}  // namespace certifix::optimize
