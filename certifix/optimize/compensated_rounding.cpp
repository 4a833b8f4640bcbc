#include "certifix/optimize/compensated_rounding.hpp"

#include <cmath>
#include <random>

#include "certifix/range/point.hpp"

namespace certifix::optimize {
namespace {

constexpr std::size_t kMostColumns = 512;  // a covariance grows with their square
constexpr std::size_t kSamples = 512;
constexpr std::uint64_t kSeed = 1;
constexpr double kFarthest = 2;  // ulps from the weight
constexpr int kSweeps = 50;

std::vector<double> read_by(const range::FloatBlock& block, const range::Point& point) {
  std::vector<double> result;
  for (const range::FloatSource& source : block.sources) {
    const std::vector<double>& values = point.post[source.block];
    result.insert(result.end(), values.begin(), values.end());
  }
  return result;
}

Covariance covariance(const range::FloatBlock& block, const std::vector<range::Point>& points) {
  Covariance result;
  result.size = read_by(block, points[0]).size();
  const std::size_t n = result.size;
  if (n > kMostColumns) return result;
  std::vector<double> mean(n);
  result.entries.resize(n * n);
  for (const range::Point& point : points) {
    const std::vector<double> a = read_by(block, point);
    for (std::size_t i = 0; i < n; ++i) {
      mean[i] += a[i];
      for (std::size_t j = 0; j < n; ++j) result.entries[i * n + j] += a[i] * a[j];
    }
  }
  const double count = static_cast<double>(points.size());
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      result.entries[i * n + j] =
          result.entries[i * n + j] / count - mean[i] / count * mean[j] / count;
  return result;
}

// The variance of d a, held by its gradient, under changes of single entries of d.
class Variance {
 public:
  Variance(const Covariance& covariance, const std::vector<double>& d)
      : covariance_(covariance), half_gradient_(d.size()) {
    for (std::size_t i = 0; i < d.size(); ++i)
      for (std::size_t j = 0; j < d.size(); ++j) half_gradient_[i] += covariance_.at(i, j) * d[j];
  }
  double change(std::size_t j, double step) const {
    return step * (2 * half_gradient_[j] + step * covariance_.at(j, j));
  }
  double change(std::size_t i, double a, std::size_t j, double b) const {
    return change(i, a) + change(j, b) + 2 * a * b * covariance_.at(i, j);
  }
  void move(std::size_t j, double step) {
    for (std::size_t i = 0; i < half_gradient_.size(); ++i)
      half_gradient_[i] += step * covariance_.at(i, j);
  }

 private:
  const Covariance& covariance_;
  std::vector<double> half_gradient_;
};

}  // namespace

std::vector<Covariance> covariances(const range::FloatNetwork& network,
                                    const range::FloatBox& box) {
  std::mt19937_64 engine(kSeed);
  std::vector<range::Point> points;
  for (std::size_t k = 0; k < kSamples; ++k)
    points.push_back(range::evaluate(network, range::sample(box, engine)));
  std::vector<Covariance> result;
  for (const range::FloatBlock& block : network.blocks) result.push_back(covariance(block, points));
  return result;
}

std::vector<double> compensated_codes(const std::vector<double>& weights,
                                      const std::vector<double>& ulps,
                                      const Covariance& covariance) {
  const std::size_t n = weights.size();
  std::vector<double> codes(n), d(n);
  for (std::size_t j = 0; j < n; ++j) {
    codes[j] = weights[j] == 0 ? 0 : std::floor(weights[j] / ulps[j] + 0.5);
    d[j] = codes[j] * ulps[j] - weights[j];
  }
  Variance variance(covariance, d);
  const auto allowed = [&](std::size_t j, double step) {
    return weights[j] != 0 && std::fabs(codes[j] + step - weights[j] / ulps[j]) <= kFarthest;
  };
  const auto move = [&](std::size_t j, double step) {
    codes[j] += step;
    variance.move(j, step * ulps[j]);
  };
  bool moved = true;
  for (int sweep = 0; sweep < kSweeps && moved; ++sweep) {
    moved = false;
    for (std::size_t i = 0; i < n; ++i) {
      for (const double a : {-1.0, 1.0}) {
        if (!allowed(i, a)) continue;
        // The best partner, or none.
        double best = variance.change(i, a * ulps[i]);
        std::size_t partner = n;
        double partner_step = 0;
        for (std::size_t j = 0; j < n; ++j) {
          for (const double b : {-1.0, 1.0}) {
            if (j == i || !allowed(j, b)) continue;
            const double change = variance.change(i, a * ulps[i], j, b * ulps[j]);
            if (change < best) {
              best = change;
              partner = j;
              partner_step = b;
            }
          }
        }
        // Rounding noise must not keep it busy.
        if (best >= -1e-9 * covariance.at(i, i) * ulps[i] * ulps[i]) continue;
        move(i, a);
        if (partner < n) move(partner, partner_step);
        moved = true;
      }
    }
  }
  return codes;
}

}  // namespace certifix::optimize
