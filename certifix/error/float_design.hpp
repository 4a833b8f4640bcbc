// A design beside its network as doubles: the implemented weights and their differences.
#pragma once

#include <cstddef>
#include <vector>

#include "certifix/design/design.hpp"
#include "certifix/num/outward/enclosure.hpp"
#include "certifix/range/float_network.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::error {

// Relative half-ulps by which an implemented weight may be off as a double (exact up to 53 bits).
inline constexpr std::size_t kImplementedError = 2;

// One source of a block; an edge that only one of network and design has counts as 0 in the other.
struct DifferenceSource {
  std::size_t block;
  std::size_t columns;
  std::vector<double> implemented;  // ŵ, rows * columns
  std::vector<double> difference;   // ŵ - w, off by at most half an ulp and `radius`
  std::vector<double> radius;       // 0 where both weights are exact doubles
  double norm = 0;                  // an upper bound of the operator 2-norm of ŵ
};

struct DifferenceBlock {
  std::vector<DifferenceSource> sources;
  std::vector<num::Enclosure> bias_difference;  // b̂ - b
  std::vector<num::Enclosure> rounding;         // rho (R-ROUNDING)
  std::vector<net::Activation> activation;

  std::size_t size() const { return bias_difference.size(); }
};

struct FloatDesign {
  std::vector<num::Enclosure> input_error;  // R-INPUT-ROUNDING
  std::vector<DifferenceBlock> blocks;      // block b is blocks[b - 1]
};

// Operator 2-norms of the network's matrices, rounded up: norms[b - 1][position of the source].
// Infinite where the matrix is too large for the checker to prove one.
using Norms = std::vector<std::vector<double>>;
Norms operator_norms(const range::FloatNetwork& network);

// float_network = to_float(problem.network) and norms = operator_norms(float_network), made once by
// the caller: |ŵ| <= |w| + |ŵ - w| in every norm, and the Frobenius norm bounds the second.
FloatDesign to_float(const spec::Problem& problem, const range::FloatNetwork& float_network,
                     const Norms& norms, const design::Design& design);

// The error of rounding one input half up to the grid 2^lsb.
num::Enclosure input_rounding(const spec::InputConvention& convention, int lsb);

// rho of a row that rounds from the grid 2^accumulator_lsb to 2^output_lsb.
num::Enclosure output_rounding(int accumulator_lsb, int output_lsb);

}  // namespace certifix::error
