// Lower bounds of a ChoiceModel by duality, where each variable has only some candidates left.
//
// For prices v >= 0 of the bounds, the optimum is at least the minimum over all choices of
//     cost(x) + sum over bounds r  v_r (use_r(x) - 1).                                          (1)
// Its terms are one function a variable and one a pair. With any messages m_ij(q), for each pair,
//     sum over first variables i   min over p [ i(p) + sum over pairs  min over q (ij(p, q) -
//     m_ij(q)) ]
//   + sum over second variables j  min over q [ j(q) + sum over pairs  m_ij(q) ]                (2)
// is at most (1), whatever the messages are. So prices and messages are a bound, wherever they come
// from. They are searched for in doubles; what they prove is computed in integers.
//
// Messages are improved variable by variable: with M_ij(q) the least value of i's part when its
// pair with j is held at q, all first variables of j's pairs and j itself are given the same share
// of their sum, which never lowers (2) (block coordinate ascent). First and second variables form a
// bipartite graph, and products of widths are submodular once the order of one side is turned
// round; so the best messages reach the minimum of (1) itself. Prices move along the excess of the
// minimiser's uses.
//
// Candidates of a pair that cannot be chosen together are dear in both.
#pragma once

#include <optional>
#include <vector>

#include "certifix/optimize/choice_scaled.hpp"

namespace certifix::optimize {

struct Dual {
  std::vector<double> price;                 // [bound]
  std::vector<std::vector<double>> message;  // [pair][candidate of the second]
};

// Where an ascent may start: what the choice pays, and prices for the bounds that it uses most.
Dual first_dual(const ChoiceModel& model, const Selection& choice);

struct Ascent {
  Dual dual;                       // the best found
  std::vector<Selection> visited;  // minimisers on the way: proposals that need not fit
};

// cheapest: the cost of a known choice. steps: of the prices.
Ascent ascend(const ChoiceModel& model, const ScaledModel& scaled, const Domain& domain,
              const Dual& start, double cheapest, int steps);

// What prices and messages prove, in integers: no choice from the domain is cheaper than `bound`
// units, none with candidate c of variable i is cheaper than with[i][its place in the domain].
struct Proven {
  long bound;
  std::vector<std::vector<long>> with;
};
Proven prove_bound(const ChoiceModel& model, const ScaledModel& scaled, const Domain& domain,
                   const Dual& dual);

}  // namespace certifix::optimize
