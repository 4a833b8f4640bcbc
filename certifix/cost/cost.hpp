// What a design costs, counted on its integers. All figures are exact counts; docs/command-line.md
// lists them under `cost` of report.json.
//
// Two word lengths matter to a multiplier: that of the weight and that of what it multiplies.
//   bits(w)  one word length per weight row: the two's complement width of the row's widest weight
//   bits(a)  the width of the source's format (no sign bit after a ReLU)
//
// Example:
//   const Cost cost = measure(design);
//   cost.area    // sum over non-zero weights of bits(w) * bits(a)
#pragma once

#include <cstddef>
#include <cstdint>

#include "certifix/design/design.hpp"
#include "certifix/num/exact/rational.hpp"

namespace certifix::cost {

struct Cost {
  std::int64_t multiplications = 0;  // non-zero weights
  std::int64_t weight_bits = 0;      // sum over non-zero weights of bits(w)
  std::int64_t bias_bits = 0;   // sum over biases that are not 0 of their two's complement width
  std::int64_t area = 0;        // sum over non-zero weights of bits(w) * bits(a)
  std::int64_t csd_digits = 0;  // non-zero canonical signed digits of all weights
  // Estimate of the full adders of a fully parallel circuit before any netlist exists: every
  // non-zero signed digit adds one shifted copy of its source, sum of digits(w) * bits(a). Sharing
  // of subexpressions makes the real count smaller.
  std::int64_t adder_bits = 0;
  // The founding paper's measure (Aster, EMSOFT 2023): sum over blocks of k n w q + 2 q, with k
  // rows, n elements read, w the widest weight of the block, q its largest number of fractional
  // bits (at least 0).
  std::int64_t paper_cost = 0;
  std::int64_t clamped_inputs = 0;  // inputs that are saturated first; not part of the area
  int max_weight_bits = 0;
  int max_activation_bits = 0;  // activations and inputs
  int max_accumulator_bits = 0;

  // The widest "word" of --max-word: weight, activation or input.
  int max_word_bits() const {
    return max_weight_bits > max_activation_bits ? max_weight_bits : max_activation_bits;
  }

  friend bool operator==(const Cost&, const Cost&) = default;
};

// The cost of the whole design.
Cost measure(const design::Design& design);
// The share of one block, 1 <= block < design.block_count(); its activations are its own outputs.
Cost measure_block(const design::Design& design, std::size_t block);

// bits(a): the width of an element's format; block 0 holds the inputs.
int value_width(const design::Design& design, std::size_t block, std::size_t index);
// Two's complement width of the widest weight of a row; 0 without terms.
int weight_width(const design::Row& row);
// Non-zero digits of the canonical signed digit form: the fewest powers of two, added or
// subtracted, that give the weight. 7 = 8 - 1 has 2.
int csd_digits(const num::Integer& weight);

}  // namespace certifix::cost
