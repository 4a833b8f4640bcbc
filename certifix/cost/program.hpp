// What a design costs as a C program on a microcontroller: steps, not bits.
//
// The C back end stores a layer's weights, biases and values in the narrowest of 8, 16, 32 and 64
// bits, and sums in 32 bits where every accumulator of the layer fits, otherwise in 64. Bits inside
// a class cost nothing; what matters is the class of each operand and of the sum.
//
// Instructions for one multiply-accumulate, loads and loop included (gcc 12.2 -O2, qemu 7.2). Those
// in pairs were measured on ControllerToraNN in words of 15 bits (./dev bench hardware counts
// likewise), the others fitted over eight networks:
//     weights, values, sum in bits      Cortex-M0    Cortex-M3, M4
//     8, 8, 32                             7.0            5.0
//     16, 16, 32                           7.25           2.65     (pairs: SMLAD)
//     16, 16, 64                          14.5            2.65     (pairs: SMLALD)
//     8, 8, 64                            14.5            5.0
//     other, 32                           10.2            5.0
//     32, 64                              52              5.0
// 8 bits beside 16 become 16 in dense tables, and count as such. Pairs are multiplied in dense rows
// alone, and codes that may be unsigned and take all 16 bits do not pair: both count 5. Nothing was
// measured with operands of 64 bits; they count as four products of 32 bits.
//
// Example:
//   const Program program = measure_program(design);
//   program.flash_bytes      // tables of weights and biases
//   program.cortex_m0        // instructions for one inference's multiply-accumulates
#pragma once

#include <cstdint>

#include "certifix/design/design.hpp"

namespace certifix::cost {

enum class Core { cortex_m0, cortex_m4 };

// The narrowest of 8, 16, 32 and 64 bits that holds words of this width; wider words count 64.
int storage_bits(int width);
// The type of sums: 32 or 64 bits.
int accumulator_bits(int width);
// Of one multiply-accumulate in a dense row, or a sparse one; widths of words, not classes.
double instructions(Core core, int weight_width, int value_width, int accumulator_width,
                    bool dense = true);

struct Program {
  // Tables of weights (dense, or compressed sparse rows where that is smaller) and biases. Code,
  // and tables of shifts, are not counted.
  std::int64_t flash_bytes = 0;
  // Instructions of all multiply-accumulates; zeros in a dense table are multiplied too.
  double cortex_m0 = 0;
  double cortex_m4 = 0;
  // Widest classes, bits.
  int weight_storage = 8;
  int value_storage = 8;  // inputs included
  int accumulator_storage = 32;
};

Program measure_program(const design::Design& design);

}  // namespace certifix::cost
