// The pair (real, implemented) on a leaf, as far as it is analysed: per neuron its source, its
// error and its slope. Filled block by block by forward.cpp; read by centred.cpp.
#pragma once

#include <vector>

#include "certifix/error/analysis.hpp"

namespace certifix::error {

enum class Slope : char { zero, one, any };  // of e = lambda delta; any: in [0, 1]

struct PairBlock {
  std::vector<num::Enclosure> source;   // S = D + rho
  std::vector<num::Enclosure> weights;  // D
  std::vector<num::Enclosure> delta;    // before the activation
  std::vector<num::Enclosure> error;    // after it; block 0: rounding of the inputs
  std::vector<Slope> slope;
  double error_norm = 0;  // of `error`, Euclidean
  // Rounded up, for the slack of computed coefficients (as BackSubstitution's reach):
  std::vector<double> error_reach;        // sum |ŵ| max|e|
  std::vector<double> difference_reach;   // sum |dw| max|a|
  std::vector<double> difference_radius;  // sum radius max|a|
};

struct Pair {
  const spec::Problem& problem;
  const FloatDesign& design;
  const range::RealNetwork& real;
  std::vector<PairBlock> blocks;  // [b]; block 0 = inputs

  std::size_t size(std::size_t b) const { return blocks[b].error.size(); }
};

// Slope of a row from the ranges of its real and implemented values before activation (R-PAIR).
Slope pair_slope(net::Activation activation, num::Enclosure real, num::Enclosure delta);

// e from delta for every slope that is allowed (R-FORWARD).
num::Enclosure activation_error(Slope slope, num::Enclosure delta);

}  // namespace certifix::error
