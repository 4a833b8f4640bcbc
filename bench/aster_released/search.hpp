// Searches the box for an input at which the released arithmetic breaks the bound.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/aster_released/program.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::aster_released {

struct Found {
  std::vector<double> input;  // exactly representable, in the box
  std::size_t output = 0;
  num::Rational error;      // signed, exact
  double random_share = 0;  // of the uniformly random inputs, how many break the bound
  std::uint64_t evaluations = 0;
};

// Inputs are multiples of 2^-grid in the box: corners (up to 4,096), uniformly random ones, then
// hill climbing from the worst. The worst input is evaluated again in exact arithmetic on both
// sides. Depends on the arguments only. Throws Error (empty_grid) for a box without such a point.
Found search(const net::Network& network, const spec::Box& box, const Program& program, int grid,
             const num::Rational& eps, std::uint64_t evaluations, std::uint64_t seed);

}  // namespace certifix::aster_released
