#include "certifix/error/floor.hpp"

#include <cmath>
#include <random>

#include "certifix/range/point.hpp"

namespace certifix::error {
namespace {

using range::Point;

// The error of a functional at a point: what is known, with its signs, and what roundings may add.
struct PointError {
  double known = 0;
  std::vector<double> known_of;  // per block
  double adversarial = 0;

  double largest() const { return std::fabs(known) + adversarial; }
};

PointError error_at(const spec::Functional& functional, const range::FloatNetwork& network,
                    const FloatDesign& design, const Point& point) {
  std::vector<std::vector<double>> g;
  for (std::size_t b = 0; b < point.post.size(); ++b) g.emplace_back(point.post[b].size());
  for (std::size_t o = 0; o < g.back().size(); ++o)
    g.back()[o] = num::near_double(functional.coefficients[o]).value;
  PointError result;
  result.known_of.resize(point.post.size());
  const auto know = [&](std::size_t b, double error) {
    result.known += error;
    result.known_of[b] += error;
  };
  const auto take = [&](std::size_t b, double c, num::Enclosure e) {
    know(b, c * (e.lower + e.upper) / 2);
    result.adversarial += std::fabs(c) * (e.upper - e.lower) / 2;
  };
  for (std::size_t b = point.post.size() - 1; b > 0; --b) {
    const DifferenceBlock& block = design.blocks[b - 1];
    for (std::size_t i = 0; i < block.size(); ++i) {
      const bool dead =
          network.block(b).activation[i] == net::Activation::relu && point.pre[b][i] < 0;
      const double h = dead ? 0 : g[b][i];
      if (h == 0) continue;
      take(b, h, block.rounding[i]);
      take(b, h, block.bias_difference[i]);
      for (const DifferenceSource& source : block.sources) {
        const std::size_t from = i * source.columns;
        for (std::size_t j = 0; j < source.columns; ++j) {
          know(b, h * source.difference[from + j] * point.post[source.block][j]);
          g[source.block][j] += h * source.implemented[from + j];
        }
      }
    }
  }
  for (std::size_t i = 0; i < g[0].size(); ++i) take(0, g[0][i], design.input_error[i]);
  return result;
}

}  // namespace

std::vector<double> sampled_floors(const spec::Problem& problem, const range::FloatNetwork& network,
                                   const FloatDesign& design, const range::FloatBox& box,
                                   std::size_t samples, std::uint64_t seed) {
  std::mt19937_64 engine(seed);
  std::vector<double> worst(problem.functionals.size());
  for (std::size_t k = 0; k < samples; ++k) {
    const Point point = range::evaluate(network, range::sample(box, engine));
    for (std::size_t f = 0; f < worst.size(); ++f)
      worst[f] =
          std::max(worst[f], error_at(problem.functionals[f], network, design, point).largest());
  }
  return worst;
}

double sampled_floor(const spec::Problem& problem, const range::FloatNetwork& network,
                     const FloatDesign& design, const range::FloatBox& box, std::size_t samples,
                     std::uint64_t seed) {
  const std::vector<double> floors = sampled_floors(problem, network, design, box, samples, seed);
  double worst = 0;
  for (std::size_t f = 0; f < floors.size(); ++f)
    worst = std::max(worst, floors[f] / num::enclose(problem.functionals[f].bound).lower);
  return worst;
}

std::vector<double> known_errors(const spec::Functional& functional,
                                 const range::FloatNetwork& network, const FloatDesign& design,
                                 const std::vector<double>& x) {
  return error_at(functional, network, design, range::evaluate(network, x)).known_of;
}

}  // namespace certifix::error
