// The first half of the search: points chosen without looking at any error.
//
// The points are dealt out in chunks of fixed size, each generated from its number and the seed
// alone, so that any thread may take any chunk.
#pragma once

#include <cstdint>
#include <vector>

#include "certifix/attack/random_stream.hpp"
#include "certifix/attack/search_space.hpp"

namespace certifix::attack {

class Exploration {
 public:
  static constexpr std::uint64_t kChunk = 256;  // points

  // About `evaluations` points, a few more where a chunk or the list of corners is completed.
  // Keeps a reference to `space`.
  Exploration(const SearchSpace& space, std::uint64_t evaluations, std::uint64_t seed);

  std::uint64_t point_count() const;
  std::uint64_t chunk_count() const { return (point_count() + kChunk - 1) / kChunk; }
  // The points of a chunk, one after the other.
  std::vector<Position> chunk(std::uint64_t index) const;

 private:
  enum class Strategy {
    every_cell,    // both edges of every cell of the box, all combinations
    every_corner,  // of the box, exactly
    random_corner,
    edge_near_corner,  // edges of the outermost cells
    random_edge,       // edges of random cells
    uniform,           // random positions
    mixed,             // each coordinate by a strategy of its own
  };
  struct Part {
    Strategy strategy;
    std::uint64_t count;
  };

  void add_point(Strategy strategy, std::uint64_t index, RandomStream& random,
                 std::vector<Position>& points) const;
  Position random_position(Strategy strategy, const Axis& axis, RandomStream& random) const;
  std::uint64_t edge_count(const Axis& axis) const;

  const SearchSpace& space_;
  std::uint64_t seed_;
  std::vector<Part> parts_;
};

}  // namespace certifix::attack
