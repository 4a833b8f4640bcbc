// A ChoiceModel in integers, rounded downwards: costs in units of a power of two, uses in shares of
// 2^-28. No choice becomes dearer or uses more, so what is proven here of every choice holds for
// the model; the arithmetic itself is exact.
#pragma once

#include <vector>

#include "certifix/optimize/choice_model.hpp"

namespace certifix::optimize {

using Domain = std::vector<std::vector<std::size_t>>;  // the candidates left, of each variable

struct ScaledModel {
  static constexpr long kWhole = 1L << 28;    // all of a bound
  static constexpr long kDearest = 1L << 34;  // units; what costs more counts as this much

  // cost: that of a choice; it becomes about 2^32 units.
  ScaledModel(const ChoiceModel& model, double cost);

  // Of a number of units, at most kDearest, and at least -kDearest.
  long units(double cost) const;

  double unit = 1;
  std::vector<std::vector<long>> cost;              // [variable][candidate]
  std::vector<std::vector<std::vector<long>>> use;  // [variable][candidate][bound]
  std::vector<std::vector<long>> pair;              // [pair], as in the model
};

// What candidates leave of the bounds, whatever the others choose.
class Room {
 public:
  Room(const ScaledModel& scaled, const Domain& domain, std::size_t bounds);

  // False: no choice from the domain has this candidate and fits.
  bool holds(std::size_t variable, std::size_t candidate) const;
  bool holds(std::size_t first, std::size_t p, std::size_t second, std::size_t q) const;

 private:
  const ScaledModel& scaled_;
  std::vector<std::vector<long>> least_;  // [variable][bound]
  std::vector<long> left_;                // [bound], when all use the least
};

// Takes out candidates without room, until all have it. False: a variable has none left.
bool propagate(const ScaledModel& scaled, std::size_t bounds, Domain& domain);

}  // namespace certifix::optimize
