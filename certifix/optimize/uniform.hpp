// The uniform method: one number of fractional bits for inputs, weights and activations alike.
#pragma once

#include <optional>
#include <string>

#include "certifix/optimize/realize.hpp"

namespace certifix::optimize {

struct UniformSearch {
  std::optional<Candidate> found;  // the fewest fractional bits that the analysis accepts
  // Without one: the finest design within the limits, and the limit that stops it.
  std::optional<Candidate> finest;
  std::string limit;
  int bits = 0;  // of the design found, or of the finest
};

// The design with these bits everywhere. Where weights at their nearest grid points miss the
// target, compensated ones are tried, and the better of the two is returned.
Candidate uniform_candidate(const Subject& subject, const LeafSet& leaves, int bits,
                            const std::optional<std::vector<int>>& input_bits, double target);

// input_bits: fractional bits of the inputs are given and stay (docs/command-line.md,
// --input-bits). Cost: about log2 of the answer, plus a few, realisations.
UniformSearch search_uniform(const Subject& subject, const LeafSet& leaves,
                             const std::optional<std::vector<int>>& input_bits, double target);

// The plan of one number of fractional bits.
Plan uniform_plan(const Subject& subject, int bits,
                  const std::optional<std::vector<int>>& input_bits);

}  // namespace certifix::optimize
