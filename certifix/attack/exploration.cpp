#include "certifix/attack/exploration.hpp"

#include <algorithm>
#include <limits>

#include "certifix/base/error.hpp"

namespace certifix::attack {
namespace {

constexpr std::uint64_t kStage = 1;  // names the random streams of this file
constexpr std::uint64_t kAllCorners = 4096;
constexpr std::int64_t kNearCorner = 4;  // cells

std::uint64_t product(std::uint64_t a, std::uint64_t b) {
  if (b != 0 && a > std::numeric_limits<std::uint64_t>::max() / b)
    return std::numeric_limits<std::uint64_t>::max();
  return a * b;
}

}  // namespace

// Distinct edges of an axis: two a cell, one where cells are single positions.
std::uint64_t Exploration::edge_count(const Axis& axis) const {
  const auto cells = static_cast<std::uint64_t>(axis.cell_count());
  const std::int64_t first = axis.first_cell();
  const bool single = axis.low_edge(first) == axis.high_edge(first) &&
                      axis.low_edge(axis.last_cell()) == axis.high_edge(axis.last_cell());
  return single && static_cast<std::uint64_t>(axis.max() - axis.min()) + 1 == cells ? cells
                                                                                    : 2 * cells;
}

Exploration::Exploration(const SearchSpace& space, std::uint64_t evaluations, std::uint64_t seed)
    : space_(space), seed_(seed) {
  std::uint64_t edges = 1;
  std::uint64_t corners = 1;
  for (const std::size_t i : space.free_axes()) {
    edges = product(edges, edge_count(space.axis(i)));
    corners = product(corners, 2);
  }
  if (edges <= evaluations) parts_.push_back({Strategy::every_cell, edges});
  if (corners <= kAllCorners)
    parts_.push_back({Strategy::every_corner, corners});
  else
    parts_.push_back({Strategy::random_corner, std::min(kAllCorners, evaluations / 8)});
  std::uint64_t planned = parts_.back().count;
  const std::uint64_t rest = evaluations > planned ? evaluations - planned : 0;
  parts_.push_back({Strategy::edge_near_corner, rest / 4});
  parts_.push_back({Strategy::random_edge, rest / 4});
  parts_.push_back({Strategy::mixed, rest / 4});
  parts_.push_back({Strategy::uniform, rest - 3 * (rest / 4)});
}

std::uint64_t Exploration::point_count() const {
  std::uint64_t count = 0;
  for (const Part& part : parts_) count += part.count;
  return count;
}

std::vector<Position> Exploration::chunk(std::uint64_t index) const {
  RandomStream random(seed_, kStage, index);
  std::vector<Position> points;
  std::uint64_t number = index * kChunk;  // of all points; becomes that within the part
  std::uint64_t wanted = std::min(kChunk, point_count() - number);
  for (const Part& part : parts_) {
    for (; number < part.count && wanted > 0; ++number, --wanted)
      add_point(part.strategy, number, random, points);
    number -= std::min(number, part.count);
  }
  return points;
}

void Exploration::add_point(Strategy strategy, std::uint64_t index, RandomStream& random,
                            std::vector<Position>& points) const {
  for (std::size_t i = 0; i < space_.dimension(); ++i) {
    const Axis& axis = space_.axis(i);
    if (axis.is_point()) {
      points.push_back(axis.min());
    } else if (strategy == Strategy::every_cell) {
      const std::uint64_t edges = edge_count(axis);
      const auto cells = static_cast<std::uint64_t>(axis.cell_count());
      const std::uint64_t edge = index % edges;
      index /= edges;
      const std::int64_t cell = axis.first_cell() + static_cast<std::int64_t>(edge % cells);
      points.push_back(edge < cells ? axis.low_edge(cell) : axis.high_edge(cell));
    } else if (strategy == Strategy::every_corner) {
      points.push_back(index % 2 == 0 ? axis.min() : axis.max());
      index /= 2;
    } else {
      points.push_back(random_position(strategy, axis, random));
    }
  }
}

Position Exploration::random_position(Strategy strategy, const Axis& axis,
                                      RandomStream& random) const {
  switch (strategy) {
    case Strategy::random_corner:
      return random.coin() ? axis.min() : axis.max();
    case Strategy::edge_near_corner: {
      const std::int64_t reach = std::min(kNearCorner, axis.cell_count());
      const std::int64_t step = random.between(0, reach - 1);
      const std::int64_t cell = random.coin() ? axis.first_cell() + step : axis.last_cell() - step;
      return random.coin() ? axis.low_edge(cell) : axis.high_edge(cell);
    }
    case Strategy::random_edge: {
      const std::int64_t cell = random.between(axis.first_cell(), axis.last_cell());
      return random.coin() ? axis.low_edge(cell) : axis.high_edge(cell);
    }
    case Strategy::uniform:
      return random.between(axis.min(), axis.max());
    case Strategy::mixed: {
      constexpr Strategy kChoice[] = {Strategy::random_corner, Strategy::edge_near_corner,
                                      Strategy::random_edge, Strategy::uniform};
      return random_position(kChoice[random.below(4)], axis, random);
    }
    case Strategy::every_cell:
    case Strategy::every_corner:
      break;
  }
  throw Bug(__FILE__, __LINE__, "this strategy lists its points");
}

}  // namespace certifix::attack
