// A design compiled to flat arrays of machine words: the fast path of Executor.
//
// Codes of all blocks lie in one array of 64-bit words, element after element. Shifts are folded
// into the weights. Sums are taken in 64 or 128 bits, whichever is proven to hold every partial sum
// (in any order) over the declared ranges of the codes; since each code is compared with its
// declared range as it is made, no sum can wrap unnoticed, whatever the design claims.
// Several vectors run side by side (lanes), which amortises the reading of weights.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "certifix/design/design.hpp"

namespace certifix::executor {

__extension__ typedef __int128 Int128;

class FastProgram {
 public:
  // Null when the design does not fit machine words.
  static std::shared_ptr<const FastProgram> compile(const design::Design& design);

  // count vectors; see Executor::run_fast.
  bool run(const std::int64_t* codes, std::int64_t* outputs, std::size_t count) const;

  int accumulator_bits() const { return wide_ ? 128 : 64; }

 private:
  struct Term {
    std::int64_t weight;     // with its shift
    std::uint32_t position;  // of the source in the array of codes
  };
  struct Row {
    std::size_t first_term = 0;
    std::size_t end_term = 0;
    Int128 start = 0;  // bias with the half ulp
    int right = 0;     // shift of the sum; one of the two is 0
    int left = 0;
    bool relu = false;
    Int128 sum_min = 0;  // what the accumulator holds
    Int128 sum_max = 0;
    std::int64_t code_min = 0;  // what the output format holds
    std::int64_t code_max = 0;
  };
  struct Range {
    std::int64_t min;
    std::int64_t max;
  };

  FastProgram() = default;
  bool add_row(const design::Row& row, const std::vector<std::size_t>& block_start,
               std::vector<Range>& ranges);
  template <class Accumulator, int Lanes>
  bool run_lanes(const std::int64_t* codes, std::int64_t* outputs, std::int64_t* scratch) const;
  template <class Accumulator>
  bool run_all(const std::int64_t* codes, std::int64_t* outputs, std::size_t count) const;

  bool clamp_ = true;
  bool wide_ = false;
  std::vector<Range> inputs_;
  std::vector<Row> rows_;
  std::vector<Term> terms_;
  std::size_t output_count_ = 0;
};

}  // namespace certifix::executor
