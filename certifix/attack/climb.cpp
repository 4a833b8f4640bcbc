#include "certifix/attack/climb.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

namespace certifix::attack {
namespace {

Position edge(const Axis& axis, std::int64_t cell, RandomStream& random) {
  return random.coin() ? axis.low_edge(cell) : axis.high_edge(cell);
}

Position neighbour(const Axis& axis, Position p, RandomStream& random) {
  const std::int64_t cell = axis.cell(p);
  switch (random.below(8)) {
    case 0:  // the other edge of the cell
      return p == axis.low_edge(cell) ? axis.high_edge(cell) : axis.low_edge(cell);
    case 1:  // a face of the box
      return random.coin() ? axis.min() : axis.max();
    case 2:  // anywhere
      return edge(axis, random.between(axis.first_cell(), axis.last_cell()), random);
    case 3:  // inside the cell
      return random.between(axis.low_edge(cell), axis.high_edge(cell));
    default: {  // 1, 2, 4, ... cells away, give or take a factor of two
      const auto scales = std::bit_width(static_cast<std::uint64_t>(axis.cell_count()));
      const std::int64_t largest = std::int64_t{1}
                                   << random.below(static_cast<std::uint64_t>(scales));
      const std::int64_t distance = random.between((largest + 1) / 2, largest);
      const std::int64_t target = random.coin() ? cell + distance : cell - distance;
      return edge(axis, std::clamp(target, axis.first_cell(), axis.last_cell()), random);
    }
  }
}

void add_neighbour(const SearchSpace& space, const Point& point, RandomStream& random,
                   std::vector<Position>& points) {
  const std::size_t start = points.size();
  points.insert(points.end(), point.begin(), point.end());
  const std::vector<std::size_t>& axes = space.free_axes();
  if (axes.empty()) return;
  // One coordinate, or with probability 1/2 another one, and so on.
  do {
    const std::size_t i = axes[random.below(axes.size())];
    points[start + i] = neighbour(space.axis(i), points[start + i], random);
  } while (random.coin());
}

}  // namespace

Candidate climb(const Objective& objective, const SearchSpace& space, std::size_t functional,
                Candidate start, std::uint64_t batches, RandomStream random,
                std::vector<WorstPoints>& worst) {
  const std::size_t inputs = space.dimension();
  const std::size_t functionals = objective.functional_count();
  Candidate best = std::move(start);
  Objective::Scratch scratch;
  std::vector<Position> points;
  std::vector<double> ratios(kClimbBatch * functionals);
  for (std::uint64_t batch = 0; batch < batches; ++batch) {
    points.clear();
    for (std::uint64_t n = 0; n < kClimbBatch; ++n)
      add_neighbour(space, best.point, random, points);
    objective.ratios(points, ratios, scratch);
    for (std::uint64_t n = 0; n < kClimbBatch; ++n) {
      const std::span<const Position> point(&points[n * inputs], inputs);
      for (std::size_t k = 0; k < functionals; ++k)
        worst[k].insert(ratios[n * functionals + k], point);
      const double ratio = std::abs(ratios[n * functionals + functional]);
      // Equal errors are accepted: plateaus are crossed.
      if (ratio >= best.ratio) best = {ratio, Point(point.begin(), point.end())};
    }
  }
  return best;
}

}  // namespace certifix::attack
