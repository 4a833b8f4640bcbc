// What reports say of each layer of a design.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "certifix/cost/cost.hpp"
#include "certifix/design/design.hpp"
#include "certifix/net/network.hpp"
#include "certifix/optimize/shares.hpp"

namespace certifix::report {

// The smallest and the largest of some whole numbers.
struct Span {
  int low = 0;
  int high = 0;
};

// What is proven of a layer of the real network on the box.
struct RealRange {
  std::string lower;  // before activation, rounded outward; empty: not known
  std::string upper;
  std::size_t dead = 0;      // relu rows whose value before activation is never above 0
  std::size_t linear = 0;    // other relu rows whose value before activation is never below 0
  std::size_t unstable = 0;  // the other relu rows
};

// Block 0 holds the inputs: no weights, no accumulator.
struct Layer {
  std::string name;
  std::size_t rows = 0;
  std::string activation;  // "relu", "identity", "mixed"; empty for the inputs
  cost::Cost cost;         // of this block alone
  bool is_signed = false;  // some element of the layer is
  Span width;              // of inputs or outputs, bits
  Span lsb;                // of inputs or outputs
  Span accumulator;        // bits
  RealRange range;         // of the real network
  // Of the analysis's estimate of the error, percent: from rounding the weights and biases, and
  // from rounding the outputs (inputs).
  double weight_share = 0;
  double rounding_share = 0;
};

// Proven ranges of a block's rows before activation, and the activations (none: the inputs).
RealRange real_range(const std::vector<std::pair<double, double>>& rows,
                     const std::vector<net::Activation>& activation);

// The layers of a design, inputs first. ranges: per block and row, of the real network before
// activation; may be empty.
std::vector<Layer> layers_of(const design::Design& design,
                             const std::vector<std::vector<std::pair<double, double>>>& ranges,
                             const optimize::Shares& shares);

}  // namespace certifix::report
