// How the numbers of a design stand in the words of a folded circuit, whose lanes serve all rows in
// turn: one width for all operands, one for all weights, one for all sums.
//
// The codes of a block are stored on one grid, that of its finest row: word = code << up. The sums
// of a block have one grid too, chosen so that all its weights are integers and as short as
// possible; bit `cut` of a sum is the lowest of the stored word. So what rows of a block have of
// different formats costs no shifter: the low `up` bits of a word are masked, and a row's weights
// carry what is left. Codes that are the same for all inputs of the box are part of the starts of
// the sums that read them, and are not stored.
//
// Inputs need not share a grid: their shifts are wires. Where that spares multipliers, they are
// shifted less, and the weights of their readers more.
#pragma once

#include <cstddef>
#include <vector>

#include "certifix/design/design.hpp"
#include "certifix/netlist/range.hpp"

namespace certifix::netlist {

// A code as it is stored, or read at a port.
struct StoredElement {
  Range codes;        // proven
  bool live = false;  // some output depends on it, and it is not constant
  int up = 0;         // word = code << up

  Range words() const { return {shifted_left(codes.min, up), shifted_left(codes.max, up)}; }
};

struct AlignedTerm {
  std::size_t source;  // block
  std::size_t index;
  num::Integer weight;
};

// A live row on the grid of its block's sums: word = floor(sum / 2^cut), low `up` bits cleared.
struct AlignedRow {
  std::vector<AlignedTerm> terms;  // of live elements
  num::Integer start;              // bias, half ulp, constant sources
  Range sum;                       // proven
  bool clears_negative = false;    // a ReLU whose sum may be negative
};

struct AlignedBlock {
  int cut = 0;
  std::vector<std::size_t> live;  // row numbers
  std::vector<AlignedRow> rows;   // of these
};

struct Alignment {
  std::vector<std::vector<StoredElement>> elements;  // block by block; block 0 are the inputs
  std::vector<AlignedBlock> blocks;                  // blocks[b - 1] is block b
  // Two's complement widths that hold every stored word but those of outputs, every weight, and
  // every sum.
  int operand_width = 1;
  int weight_width = 1;
  int sum_width = 1;
  int input_bits = 0;   // of the codes of live inputs at the port
  int output_bits = 0;  // of those of outputs that are not constant
  int clamp_bits = 0;   // of those that are compared with an end of their range
};

Alignment align(const design::Design& design);

// DSP48E1 slices of a signed product as Yosys maps it for the 7 series: one up to 25 by 18 bits;
// above, pieces of 17 bits more each. None where logic does it: below 2 bits, or 9 of the product.
int dsp_count(int a, int b);

}  // namespace certifix::netlist
