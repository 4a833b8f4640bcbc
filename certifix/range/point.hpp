// The real network at single points, in plain doubles: it steers searches and decides nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "certifix/range/back_substitution.hpp"
#include "certifix/range/float_network.hpp"

namespace certifix::range {

// A point of the box; every fourth is a corner.
std::vector<double> sample(const FloatBox& box, std::mt19937_64& engine);

// By block, 0 being the input (its pre-activations are its values).
struct Point {
  std::vector<std::vector<double>> pre;
  std::vector<std::vector<double>> post;
};

Point evaluate(const FloatNetwork& network, const std::vector<double>& x);

// The network at `count` samples of the box; the same for the same seed.
std::vector<Point> sampled_points(const FloatNetwork& network, const FloatBox& box,
                                  std::size_t count, std::uint64_t seed);

// The values that a block reads at a point, in the order of its dense columns, source after source.
std::vector<double> read_by(const FloatBlock& block, const Point& point);

}  // namespace certifix::range
