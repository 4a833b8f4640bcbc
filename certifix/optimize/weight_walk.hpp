// One random walk over choices, from warm to cold: simulated annealing on
//     cost - mu sum over bounds of log(1 - use / limit)
// The barrier keeps the walk inside the bounds and gives each bound the price that its slack
// deserves; mu falls with the temperature, so that at the end hardly any slack is left.
//
// The randomness is a fixed sequence for each seed: equal arguments, equal walks.
#pragma once

#include <cstdint>
#include <functional>

#include "certifix/optimize/weight_bounds.hpp"
#include "certifix/optimize/weight_moves.hpp"

namespace certifix::optimize {

struct WeightWalk {
  std::size_t steps = 0;  // changes tried
  double first_heat = 0;  // temperatures, in units of the cost
  double last_heat = 0;
  double price = 0;  // mu = price * temperature
  double limit = 1;  // of every use
  std::uint32_t seed = 0;
  std::function<bool()> cancelled;  // may be empty
};

struct Walked {
  WeightChoice best;  // the cheapest within the limit; the start, if nothing was cheaper
  double cost = 0;
  double use = 0;  // the largest
};

// bounds: at the choice that the walk starts from. Changes of the cost are priced with the widths
// `top`.
Walked walk(std::unique_ptr<WeightBounds> bounds, const WeightPlaces& places,
            const WeightMoves& moves, const Tops& top, const cost::Model& cost,
            const WeightWalk& how);

}  // namespace certifix::optimize
