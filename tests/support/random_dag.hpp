// Random small problems of every shape that the network's representation allows: several sources a
// block, skipped layers, absent weights, mixed activations, weights that are no dyadic numbers,
// point inputs, declared grids, functionals that are no unit vectors.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "certifix/spec/problem.hpp"

namespace certifix::test {

class RandomDag {
 public:
  explicit RandomDag(std::uint64_t seed) : engine_(seed) {}

  spec::Problem problem();
  // An exact point of the box (on declared grids): ends, near the ends, or anywhere inside.
  std::vector<num::Rational> point(const spec::Problem& problem);
  // An integer of [low, high].
  int integer(int low, int high);
  bool chance(int percent) { return integer(1, 100) <= percent; }

 private:
  num::Rational decimal(int limit);

  std::mt19937_64 engine_;
};

}  // namespace certifix::test
