// A lowered design with its C types chosen: what the writers of the single C files share.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "certifix/design/design.hpp"
#include "certifix/emit/program.hpp"
#include "certifix/emit/rom.hpp"

namespace certifix::emit {

// An array of infer() that holds the codes of one block, later of another.
struct Buffer {
  CType type;
  std::size_t size;
};

struct CProgram {
  Program program;               // constants reduced modulo 2^accumulator_bits where that is needed
  std::string name;              // as identifier
  std::vector<CType> codes;      // per block; 0 is the input, the last one the output
  std::vector<int> accumulator;  // per layer: 32 or 64 bits
  std::vector<Buffer> buffers;
  // Per block, its buffer; unused for the last block (written to the caller's array) and for block
  // 0 if the design does not clamp (read from the caller's array) or does not read it.
  std::vector<std::size_t> buffer_of;

  const CType& input() const { return codes.front(); }
  const CType& output() const { return codes.back(); }
};

// Throws Error (target_refused) when an accumulator or a code is wider than 64 bits.
CProgram plan_c(const design::Design& design);

}  // namespace certifix::emit
