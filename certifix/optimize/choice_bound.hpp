// The optimum of a ChoiceModel between two bounds, by branch and bound: a choice that was found,
// and a cost that no choice is below.
//
// A node is a set of candidates for each variable. Duality (choice_dual.hpp) bounds it and proposes
// choices; candidates whose own bound is not below the cheapest choice are taken out; what is left
// is divided between the candidates that the minimisers alternate between. The node with the least
// bound is next, so that the least of the open nodes bounds them all.
//
// Every bound that counts is proven in integers, rounded downwards: solver and doubles are only
// asked where to look.
#pragma once

#include "certifix/optimize/choice_model.hpp"

namespace certifix::optimize {

struct ChoiceBound {
  Selection best;
  double cost = 0;   // of the best
  double lower = 0;  // exact: no choice that fits is cheaper
  long nodes = 0;
};

// start: a choice that fits. work: table entries that may be looked at, about; so the result does
// not depend on the clock. close: relative gap at which the search ends
// unless little of the work is done.
ChoiceBound bound_choices(const ChoiceModel& model, Selection start, double work, double close = 0);

}  // namespace certifix::optimize
