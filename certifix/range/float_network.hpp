// The network as doubles, for the analysis: dense rows, one matrix per (block, source).
//
// A weight is off by at most one ulp from its exact value (two relative half-ulps), which every sum
// over weights pays for (num/outward/enclosure.hpp). Most are exact: ONNX weights are doubles.
#pragma once

#include <cstddef>
#include <vector>

#include "certifix/net/network.hpp"

namespace certifix::range {

// Relative half-ulps by which a stored weight or bias may be off.
inline constexpr std::size_t kWeightError = 2;

struct FloatSource {
  std::size_t block;
  std::size_t columns;
  std::vector<double> weights;  // rows * columns, row by row
  std::vector<char> exact;      // per weight: the double is the weight

  const double* row(std::size_t i) const { return weights.data() + i * columns; }
};

struct FloatBlock {
  std::vector<FloatSource> sources;
  std::vector<double> bias;
  std::vector<char> bias_exact;
  std::vector<net::Activation> activation;
  std::size_t terms = 0;  // columns of all sources: an upper bound on a row's terms

  std::size_t size() const { return bias.size(); }
};

struct FloatNetwork {
  std::size_t input_count = 0;
  std::vector<FloatBlock> blocks;  // block b of the network is blocks[b - 1]

  std::size_t block_count() const { return blocks.size() + 1; }
  std::size_t size(std::size_t b) const { return b == 0 ? input_count : blocks[b - 1].size(); }
  const FloatBlock& block(std::size_t b) const { return blocks[b - 1]; }
};

// out += c W, for a row vector c of `rows` values and a matrix W of rows * columns; the inner loop
// of the analysis. One rounding per product and per sum; zeros of c are skipped.
inline void add_product(const double* c, std::size_t rows, const double* w, std::size_t columns,
                        double* out) {
  for (std::size_t s = 0; s < rows; ++s) {
    if (c[s] == 0) continue;
    const double factor = c[s];
    const double* row = w + s * columns;
    for (std::size_t j = 0; j < columns; ++j) out[j] += factor * row[j];
  }
}

FloatNetwork to_float(const net::Network& network);

}  // namespace certifix::range
