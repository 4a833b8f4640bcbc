#include "certifix/range/point.hpp"

#include <cmath>

namespace certifix::range {

std::vector<double> sample(const FloatBox& box, std::mt19937_64& engine) {
  std::vector<double> x;
  const bool corner = engine() % 4 == 0;
  for (const num::Enclosure& side : box) {
    const double t = static_cast<double>(engine() >> 11) * 0x1p-53;
    x.push_back(side.lower + (side.upper - side.lower) * (corner ? std::round(t) : t));
  }
  return x;
}

Point evaluate(const FloatNetwork& network, const std::vector<double>& x) {
  Point point{{x}, {x}};
  for (const FloatBlock& block : network.blocks) {
    std::vector<double> z = block.bias;
    for (const FloatSource& source : block.sources)
      for (std::size_t i = 0; i < block.size(); ++i)
        for (std::size_t j = 0; j < source.columns; ++j)
          z[i] += source.row(i)[j] * point.post[source.block][j];
    std::vector<double> a = z;
    for (std::size_t i = 0; i < a.size(); ++i)
      if (block.activation[i] == net::Activation::relu && a[i] < 0) a[i] = 0;
    point.pre.push_back(std::move(z));
    point.post.push_back(std::move(a));
  }
  return point;
}

std::vector<Point> sampled_points(const FloatNetwork& network, const FloatBox& box,
                                  std::size_t count, std::uint64_t seed) {
  std::mt19937_64 engine(seed);
  std::vector<Point> result;
  for (std::size_t k = 0; k < count; ++k) result.push_back(evaluate(network, sample(box, engine)));
  return result;
}

std::vector<double> read_by(const FloatBlock& block, const Point& point) {
  std::vector<double> result;
  for (const FloatSource& source : block.sources) {
    const std::vector<double>& values = point.post[source.block];
    result.insert(result.end(), values.begin(), values.end());
  }
  return result;
}

}  // namespace certifix::range
