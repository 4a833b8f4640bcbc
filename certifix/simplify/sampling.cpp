#include "certifix/simplify/sampling.hpp"

#include <algorithm>
#include <random>

namespace certifix::simplify {
namespace {

using num::Enclosure;

double activated(net::Activation activation, double z) {
  switch (activation) {
    case net::Activation::identity:
      return z;
    case net::Activation::relu:
      return std::max(z, 0.0);
  }
  throw Bug(__FILE__, __LINE__, "unknown activation");
}

// Evaluates one point after another, in memory of its own.
class Sampler {
 public:
  explicit Sampler(const range::FloatNetwork& network) : network_(network) {
    for (std::size_t b = 0; b < network.block_count(); ++b) {
      values_.emplace_back(network.size(b));
      seen_.emplace_back(network.size(b));
    }
  }

  std::vector<double>& input() { return values_[0]; }

  void evaluate() {
    for (std::size_t j = 0; j < values_[0].size(); ++j) see(0, j, values_[0][j]);
    for (std::size_t b = 1; b < network_.block_count(); ++b) {
      const range::FloatBlock& block = network_.block(b);
      for (std::size_t i = 0; i < block.size(); ++i) {
        double z = block.bias[i];
        for (const range::FloatSource& source : block.sources) {
          const double* w = source.row(i);
          const std::vector<double>& h = values_[source.block];
          for (std::size_t j = 0; j < source.columns; ++j) z += w[j] * h[j];
        }
        see(b, i, z);
        values_[b][i] = activated(block.activation[i], z);
      }
    }
    first_ = false;
  }

  PreRanges seen() && { return std::move(seen_); }

 private:
  void see(std::size_t b, std::size_t i, double z) {
    Enclosure& all = seen_[b][i];
    all = first_ ? Enclosure{z, z} : num::hull(all, {z, z});
  }

  const range::FloatNetwork& network_;
  std::vector<std::vector<double>> values_;
  PreRanges seen_;
  bool first_ = true;
};

}  // namespace

PreRanges sampled_ranges(const range::FloatNetwork& network, const range::FloatBox& box,
                         std::size_t points) {
  Sampler sampler(network);
  for (std::size_t j = 0; j < box.size(); ++j) sampler.input()[j] = box[j].midpoint();
  sampler.evaluate();
  std::mt19937_64 engine(1);  // its output is specified to the bit
  for (std::size_t k = 1; k < points; ++k) {
    for (std::size_t j = 0; j < box.size(); ++j) {
      const auto share = static_cast<double>(engine() >> 11) * 0x1p-53;
      const std::uint64_t end = engine() % 5;
      double& x = sampler.input()[j];
      x = box[j].lower + share * (box[j].upper - box[j].lower);
      if (k % 2 == 0 && end < 2) x = box[j].lower;
      if (k % 2 == 0 && end >= 2 && end < 4) x = box[j].upper;
    }
    sampler.evaluate();
  }
  return std::move(sampler).seen();
}

}  // namespace certifix::simplify
