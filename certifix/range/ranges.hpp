// Enclosures of every neuron of the real network on a box.
//
// Per neuron the intersection of interval arithmetic (R-INTERVAL) and of backward linear bounds
// (R-BACKSUBSTITUTION; Zhang et al., CROWN, NeurIPS 2018; Singh et al., DeepPoly, POPL 2019), in
// doubles rounded outward. Cost: for each block b and each earlier block t on the way to the input,
// one matrix product size(b) x size(t) x size(sources of t).
//
// Example:
//   const FloatNetwork f = to_float(problem.network);
//   const Ranges r = ranges(f, float_box(problem.box));
//   r.pre[1][0]   // the pre-activation of row 0 of block 1 lies in here, for every x of the box
#pragma once

#include <vector>

#include "certifix/num/outward/enclosure.hpp"
#include "certifix/range/back_substitution.hpp"
#include "certifix/range/float_network.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::range {

struct Ranges {
  // [block][row]; block 0 is the input, where both are the box.
  std::vector<std::vector<num::Enclosure>> pre;   // before the activation
  std::vector<std::vector<num::Enclosure>> post;  // after it
};

FloatBox float_box(const spec::Box& box);

// The real network on a box: its ranges, and bounds of further linear forms over its activations.
class RealNetwork {
 public:
  // The network must outlive this.
  RealNetwork(const FloatNetwork& network, const FloatBox& box);

  const Ranges& ranges() const { return ranges_; }
  const BackSubstitution& back() const { return back_; }
  // About how much of the range of row i of block b is due to each input: influence(b)[i * inputs +
  // d].
  const std::vector<double>& influence(std::size_t b) const { return influence_[b]; }

 private:
  BackSubstitution back_;
  Ranges ranges_;
  std::vector<std::vector<double>> influence_;
};

Ranges ranges(const FloatNetwork& network, const FloatBox& box);

}  // namespace certifix::range
