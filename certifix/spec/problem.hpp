// The problem: what must be proven, of which network, on which box.
#pragma once

#include <optional>
#include <vector>

#include "certifix/net/network.hpp"
#include "certifix/num/exact/interval.hpp"
#include "certifix/num/exact/rational.hpp"

namespace certifix::spec {

using Box = std::vector<num::Interval>;  // one interval an input

// One per input: how a real value becomes the input that the theorem speaks of.
//   fraction_bits empty: any real of the box; the program rounds it half up to its input format.
//   fraction_bits F:     the value is a multiple of 2^-F already (a sensor's own word); the theorem
//                        ranges over the multiples of 2^-F in the box. F may be negative.
struct InputConvention {
  std::optional<int> fraction_bits;

  friend bool operator==(const InputConvention&, const InputConvention&) = default;
};

// What the program does with an input outside the box.
//   clamp: it saturates to the box first, so the promise holds for f(clamp(x)) at every x.
//   none:  nothing; the surroundings guarantee the box.
enum class OutOfRange { clamp, none };

// | sum_o coefficients[o] * (implemented_o - real_o) | <= bound.  Unit vectors bound single
// outputs.
struct Functional {
  std::vector<num::Rational> coefficients;  // one per output
  num::Rational bound;                      // > 0

  friend bool operator==(const Functional&, const Functional&) = default;
};

// Largest widths in bits; empty: no limit. `word` holds for weights, activations and inputs,
// `accumulator` for accumulators.
struct Limits {
  std::optional<int> word;
  std::optional<int> accumulator;

  friend bool operator==(const Limits&, const Limits&) = default;
};

struct Problem {
  net::Network network;
  Box box;
  std::vector<InputConvention> inputs;
  OutOfRange out_of_range = OutOfRange::clamp;
  std::vector<Functional> functionals;
  Limits limits;
};

}  // namespace certifix::spec
