// A real network in plain integers: its exact values, without the greatest common divisors that
// rationals cost at every step.
//
// All numbers of block b are multiples of 1 / scale_b; scale_0 is that of the inputs, and each
// block multiplies it by the common denominator of its weights and biases. For networks stored as
// floats every scale is a power of two times the first. Integers are as long as they need to be:
// nothing is rounded, and nothing can overflow.
//
// On a line the network is affine as long as no ReLU changes, so that the values on evenly spaced
// points are one addition apart:
//   const IntegerNetwork network(f, 1024);                        // inputs: multiples of 1/1024
//   const Piece piece = network.piece(x, step, 500);              // from x to x + 499 step, at
//   most f at (x + k * step) / 1024  ==  (piece.value + k * piece.slope) / network.output_scale()
//                                                                 // for k = 0 .. piece.count - 1
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "certifix/net/network.hpp"

namespace certifix::bench {

// Consecutive points of a line on which every output is affine.
struct Piece {
  std::uint64_t count = 0;          // of points, at least 1
  std::vector<num::Integer> value;  // at the first point, one an output
  std::vector<num::Integer> slope;  // from a point to the next
};

class IntegerNetwork {
 public:
  IntegerNetwork(const net::Network& network, const num::Integer& input_scale);

  // A multiple of the input's scale.
  const num::Integer& output_scale() const { return output_scale_; }

  // The points x, x + step, ..., as far as no neuron changes between its two sides; at most `limit`
  // of them (at least 1). One value an input.
  Piece piece(std::span<const num::Integer> x, std::span<const num::Integer> step,
              std::uint64_t limit) const;

 private:
  struct Term {
    num::Integer weight;
    std::size_t element;  // of all blocks, one after the other
  };
  struct Row {
    std::vector<Term> terms;
    num::Integer bias;
    net::Activation activation;
  };

  std::size_t input_count_;
  std::size_t output_count_;
  std::vector<Row> rows_;
  num::Integer output_scale_;
};

}  // namespace certifix::bench
