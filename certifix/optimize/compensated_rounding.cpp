#include "certifix/optimize/compensated_rounding.hpp"

#include <cmath>

#include "certifix/range/point.hpp"

namespace certifix::optimize {
namespace {

constexpr std::size_t kMostColumns = 512;  // a covariance grows with their square
constexpr std::size_t kSamples = 512;
constexpr std::uint64_t kSeed = 1;

QuadraticForm covariance(const range::FloatBlock& block, const std::vector<range::Point>& points) {
  const double share = 1 / static_cast<double>(points.size());
  std::vector<double> mean(block.terms);
  for (const range::Point& point : points) {
    const std::vector<double> a = range::read_by(block, point);
    for (std::size_t i = 0; i < a.size(); ++i) mean[i] += a[i] * share;
  }
  QuadraticForm result(block.terms);
  for (const range::Point& point : points) {
    std::vector<double> a = range::read_by(block, point);
    for (std::size_t i = 0; i < a.size(); ++i) a[i] -= mean[i];
    result.add_square(a.data(), share);
  }
  return result;
}

}  // namespace

std::vector<std::optional<QuadraticForm>> covariances(const range::FloatNetwork& network,
                                                      const range::FloatBox& box) {
  const std::vector<range::Point> points = range::sampled_points(network, box, kSamples, kSeed);
  std::vector<std::optional<QuadraticForm>> result;
  for (const range::FloatBlock& block : network.blocks) {
    result.emplace_back();
    if (block.terms <= kMostColumns) result.back() = covariance(block, points);
  }
  return result;
}

std::vector<double> compensated_codes(const std::vector<double>& weights,
                                      const std::vector<double>& ulps,
                                      const QuadraticForm& covariance) {
  const std::size_t n = weights.size();
  std::vector<double> codes(n), half_gradient(n);
  for (std::size_t j = 0; j < n; ++j) {
    codes[j] = weights[j] == 0 ? 0 : std::floor(weights[j] / ulps[j] + 0.5);
    const double error = codes[j] * ulps[j] - weights[j];
    for (std::size_t i = 0; i < n; ++i) half_gradient[i] += error * covariance.at(j, i);
  }
  return descend(covariance, std::move(half_gradient), weights, ulps, std::move(codes));
}

}  // namespace certifix::optimize
