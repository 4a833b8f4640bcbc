// The folded circuit of a design: lanes that multiply and accumulate, served by memories and a
// fixed program (docs/emitted-code.md). How numbers stand in its words is alignment.hpp, when it
// does what is schedule.hpp; here is what its memories hold, and what it takes.
//
// Example:
//   const Folded folded = fold(design, 16, 3);
//   folded.schedule.latency     // cycles from a vector at the port to its result, exactly
//   counts(folded).dsps         // multipliers
#pragma once

#include <cstdint>
#include <vector>

#include "certifix/netlist/alignment.hpp"
#include "certifix/netlist/schedule.hpp"

namespace certifix::netlist {

struct Folded {
  Alignment alignment;
  Schedule schedule;

  // The passes of one kind, in order: their numbers in schedule.passes.
  std::vector<std::size_t> passes(bool tree) const;
  const AlignedRow& row(const Pass& pass, std::size_t lane) const {
    return alignment.blocks[pass.block - 1].rows[pass.first_row + lane];
  }
  bool is_output(const Pass& pass) const { return pass.block == alignment.blocks.size(); }
  // The element that a row of a pass computes.
  std::size_t row_number(const Pass& pass, std::size_t lane) const {
    return alignment.blocks[pass.block - 1].live[pass.first_row + lane];
  }
  // Different cuts of the blocks whose codes are stored, highest first.
  std::vector<int> cuts() const;
  // Two's complement width of all starts of sums.
  int start_width() const;
  // The most low bits of a row's word that are cleared.
  int mask_width() const;
  // Of the low mask_width() bits of a row's word, those that its format has.
  num::Integer kept_bits(const Pass& pass, std::size_t lane) const;
  // One code for all lanes is chosen in two steps: by the low bits of the lane's number within
  // groups of lanes, by the other bits among groups.
  int group_bits() const;
  // Whether the sums of lanes are made of LUTs: one DSP adds up its products, too, unless the sum
  // is wider or a tree reads the product as well.
  bool sums_in_logic() const;
  // The program has a line for each cycle in which `step` of the circuit counts.
  int program_length() const { return schedule.latency - 1; }
};

Folded fold(const design::Design& design, int lanes, int levels);

// Tables of constants: a line has an entry for each lane, 0 where a lane has nothing to do.
using ConstantTable = std::vector<std::vector<num::Integer>>;

// The weight of each lane in each step, in the order of the steps.
ConstantTable weight_words(const Folded& folded);
// Where the sums of each pass of a kind start; a tree pass has one entry.
ConstantTable start_words(const Folded& folded, bool tree);
// How the sums of each pass of rows become codes: bit 0 says that a negative code is cleared, the
// bits above are kept_bits.
ConstantTable form_words(const Folded& folded);

struct FoldedCounts {
  int lanes = 0;
  std::int64_t dsps = 0;      // DSP48E1 slices of the multipliers: exact
  std::int64_t rom_bits = 0;  // of weights: one for each lane and step
  // LUTs, those of the memories included, and flip-flops of a Xilinx 7-series device to expect;
  // fitted: docs/cost-models.md.
  std::int64_t luts = 0;
  std::int64_t ff_bits = 0;
  int latency = 0;  // cycles, exact; a new vector may enter when the last one leaves

  friend bool operator==(const FoldedCounts&, const FoldedCounts&) = default;
};

FoldedCounts counts(const Folded& folded);

}  // namespace certifix::netlist
