// The fully parallel circuit of a design: what the Verilog emitter writes down, and what it costs.
//
// Every weight is a constant, so every block is a graph of shifted additions (graph.hpp) behind
// registers. Wires carry numbers that are not negative. They are no wider than the proven ranges
// of these, and no wider than what is read of them: sums are right modulo 2^width, since nothing
// but the low bits of a sum enters a further one, and the proven range of the final sum says how
// many bits its reader needs (docs/emitted-code.md).
//
// Time is counted in clock cycles from the cycle in which the inputs are at the port (cycle 0). A
// value is born in the cycle in which it first stands on its wire, and is kept in registers up to
// the last cycle that reads it. Input codes stand in registers in cycle 1, or in cycle 2 if some
// input must be clamped. A register stands after every `levels` levels of adders, counted from
// there. A ReLU at the end of a stage takes no level, any other takes one. What is there earlier is
// added up before, where that saves a cycle. A new vector may enter in each cycle.
//
// A block is *tight* if its rows come as early as possible, and its readers begin within the cycle;
// otherwise its sums may use up their stage, which leaves more to share, and its codes are read
// from registers. Blocks are tight where, together, that saves cycles, for at most a tenth more
// LUTs.
//
// Example:
//   const Netlist netlist = build(design, 3);
//   netlist.latency                  // cycles from a vector at the port to its result
//   counts(netlist).luts             // LUTs of a 7-series FPGA to expect
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "certifix/design/design.hpp"
#include "certifix/netlist/graph.hpp"
#include "certifix/netlist/range.hpp"

namespace certifix::netlist {

// A bundle of wires, kept in registers from the cycle after `born` up to `last`.
struct Wire {
  int width = 0;
  int born = 0;
  int last = 0;
};

// How an input code or the code of a row stands on wires: code = offset + (wire << shift).
// Trailing zeros have no wire. The offset makes the wire's numbers begin at or above 0; with
//   inputs and outputs  it is such that the wire has the low bits of the code, the highest of them
//                       inverted if the code can have either sign (offset -2^(width - 1));
//   other blocks        it is the smallest code, so that the wire has no more bits than its range.
// It costs nothing: it is part of the constants of the sums that make and read the code.
struct Element {
  Range codes;  // proven
  num::Integer offset = 0;
  int shift = 0;
  Wire wire;  // width 0: the code is the constant `offset`, or nobody reads it
  // How many levels of adders could stand before it: a sum of it has a higher one, and level
  // c * levels is the beginning of cycle c.
  int level = 0;
  bool read = false;  // whether some output depends on it

  bool has_wire() const { return wire.width > 0; }
  // Of inputs and outputs: whether the highest bit is inverted.
  bool has_inverted_top() const { return codes.min < 0 && codes.max >= 0; }
  Range wire_range() const;
};

struct Source {
  std::size_t block;
  std::size_t index;
};

// How the code of a row is cut out of its sum.
struct RowCut {
  Operand root;  // the sum minus the code's offset, on the accumulator's grid
  int low = 0;   // the lowest bit of the root's wire that is in the code
  // The bit of the root's wire that says that the sum is negative, where a ReLU must look at it.
  std::optional<int> sign;
};

struct BlockNetlist {
  std::vector<Source> sources;  // of the graph, in its order
  Graph graph;
  std::vector<Wire> wires;  // of the graph's nodes; those of sources and constants are not used
  std::vector<std::optional<RowCut>> cuts;  // per row; none where its element has no wire
  int start = 0;                            // the cycle in which the last sources are there
  int end = 0;                              // the last cycle in which it adds up
  bool tight = false;                       // readers may begin within that cycle
};

struct Netlist {
  int levels = 0;                              // of adders between registers, at most
  std::vector<std::vector<Element>> elements;  // block by block; block 0 are the inputs
  // The input codes before clamping, in their format's width. Empty unless some input must be
  // clamped; width 0 for those that need not.
  std::vector<Wire> raw_inputs;
  std::vector<BlockNetlist> blocks;  // blocks[b - 1] is block b
  int latency = 0;
};

// levels >= 1.
Netlist build(const design::Design& design, int levels);

struct Counts {
  std::int64_t adder_bits = 0;  // positions of all adders' carry chains
  // LUTs of a Xilinx 7-series device to expect: one for each position of an adder in which both
  // operands have a bit that is no constant (the others only pass a carry on), one for each bit
  // that a ReLU masks, one for the handshake, and 5/3 for each of clamp_bits (measured: 1.5
  // to 1.8).
  std::int64_t luts = 0;
  std::int64_t ff_bits = 0;     // register bits, the valid bits included
  std::int64_t clamp_bits = 0;  // bits of the inputs that are compared with an end of their range
  int latency = 0;              // cycles

  friend bool operator==(const Counts&, const Counts&) = default;
};

Counts counts(const Netlist& netlist);
// The adders of one node: from the lowest bit that both operands have to the top of the sum; none
// if their bits do not overlap.
struct AdderBits {
  int chain = 0;
  int overlap = 0;
};
AdderBits adder_bits(const BlockNetlist& block, std::size_t node);

}  // namespace certifix::netlist
