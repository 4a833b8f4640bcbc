// Small random designs that keep their own declared widths, for differential tests.
//
// They are not implementations of any network: every feature of docs/design-semantics.md appears
// (several sources, shifts per term, r > 0, r = 0 and r < 0, relu and identity, signed and unsigned
// formats, clamped inputs, both accumulator modes), with widths from interval arithmetic, so that
// every reachable value fits. The same seed gives the same design everywhere.
#pragma once

#include <cstdint>
#include <vector>

#include "certifix/design/design.hpp"

namespace certifix::test {

struct DesignShape {
  int max_weight_bits = 12;
  int max_code_width = 64;
  int max_accumulator_width = 64;  // rows are thinned out until they fit
  int max_right_shift = 7;         // r lies in [-2, max_right_shift]
  int max_left_shift = 4;          // of terms
  int bias_bits = 17;
  bool uniform_blocks = false;  // one source, dense rows, one shift and format a block
  bool clamp = true;
};

// A small pseudo-random generator whose sequence is the same on every platform (splitmix64).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t bits();
  int between(int low, int high);  // both included
  bool chance(int percent) { return between(1, 100) <= percent; }
  // Uniform in [low, high].
  num::Integer between(const num::Integer& low, const num::Integer& high);

 private:
  std::uint64_t state_;
};

design::Design random_design(std::uint64_t seed, const DesignShape& shape = {});

// `count` vectors of input codes in [code_min, code_max]: corners first, then random ones. With
// outside = true about a third of the codes lie anywhere in the input's format.
std::vector<std::vector<num::Integer>> random_codes(const design::Design& design,
                                                    std::uint64_t seed, std::size_t count,
                                                    bool outside = false);

}  // namespace certifix::test
