// Test vectors for the self-checking test benches: input codes and the output codes that the
// executor gives for them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "certifix/emit/program.hpp"
#include "certifix/executor/executor.hpp"

namespace certifix::emit {

struct TestVectors {
  std::size_t count = 0;
  std::vector<num::Integer> inputs;   // count * inputs, vector after vector
  std::vector<num::Integer> outputs;  // count * outputs
};

// A quarter each: corners of the box (counted through, up to 16 inputs; random ones above), edges
// (one input at or beside an end of its range, around zero, or outside the range if the design
// clamps; the others random), mixtures of corners and interior points, uniform points. The seed
// decides everything.
// `interface` is what each input of the emitted code can receive.
TestVectors test_vectors(const executor::Executor& executor,
                         const std::vector<CodeRange>& interface, std::size_t count,
                         std::uint64_t seed);

}  // namespace certifix::emit
