// A lowered design with its C types chosen: what the writers of the single C files share.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "certifix/design/design.hpp"
#include "certifix/emit/program.hpp"
#include "certifix/emit/rom.hpp"

namespace certifix::emit {

// What the DSP instructions of a Cortex-M4 multiply, two at once.
inline constexpr CType kInt16{16, true};

// An array of infer() that holds the codes of one block, later of another.
struct Buffer {
  CType type;
  std::size_t size;
};

// Weights and codes take the narrowest type, with one exception: where a dense part multiplies 8
// bits by 16, the 8 become 16. Equal strides save instructions (docs/cost-models.md), and pairs of
// 16-bit operands are what the DSP instructions of a Cortex-M4 multiply.
struct CProgram {
  Program program;           // constants reduced modulo 2^accumulator_bits where that is needed
  std::string name;          // as identifier
  std::vector<CType> codes;  // per block; 0 is the input, the last one the output
  std::vector<std::vector<CType>> weights;  // per layer and part
  std::vector<int> accumulator;             // per layer: 32 or 64 bits
  std::vector<Buffer> buffers;
  // Per block, its buffer; unused for the last block (written to the caller's array) and for block
  // 0 if the design does not clamp (read from the caller's array) or does not read it.
  std::vector<std::size_t> buffer_of;

  // The type of layer b's sums: unsigned if they are right modulo 2^bits only.
  CType sum(std::size_t b) const { return {accumulator[b - 1], !program.layers[b - 1].modular}; }
  // Whether infer() saturates codes that it reads.
  bool clamps() const { return program.clamp && program.reads_inputs(); }
  const CType& input() const { return codes.front(); }
  const CType& output() const { return codes.back(); }
};

// Throws Error (target_refused) when an accumulator or a code is wider than 64 bits.
CProgram plan_c(const design::Design& design);

}  // namespace certifix::emit
