// The parts of a folded module, in the order in which they stand in it. A step of the program
// passes through the stages
//   0  instruction            address of the memory, lane
//   1  code of each group     address of the weights
//   2  operand, weights
//   3  product                start of the sum
//   4  sum                    cut into a code, which is stored or is an output
// and through the registers of the adder tree after stage 3 where it belongs to a tree pass.
#pragma once

#include "certifix/emit/verilog/folded/circuit.hpp"
#include "certifix/emit/verilog/folded/item_list.hpp"
#include "certifix/emit/verilog/folded/stages.hpp"
#include "certifix/emit/verilog/rom_lines.hpp"

namespace certifix::emit::folded {

// busy, waiting and step: the handshake, and what counts the cycles of a vector.
ItemList sequencer(const Circuit& circuit);

// A register for each input that is read, and the word that it becomes, clamped.
ItemList input_registers(const Circuit& circuit);

// The program, and the signals that a line of it consists of: it adds them to the stages, and all
// below read them there.
ItemList program(const Circuit& circuit, Stages& stages);

// The weights of all lanes, a word for each step.
ItemList weights(const Circuit& circuit, Stages& stages);

// What is written into the memory, when and where.
ItemList memory_control(const Circuit& circuit, Stages& stages);

// What each pass adds up from, and how its sums become codes: of passes of rows, of tree passes.
ItemList row_tables(const Circuit& circuit, Stages& stages);
ItemList tree_tables(const Circuit& circuit, Stages& stages);

// A bank of the memory, a multiplier and a sum for each lane; and the tree that adds up what all
// lanes multiply.
ItemList lanes(const Circuit& circuit, Stages& stages);
ItemList adder_tree(const Circuit& circuit, Stages& stages);

// A register for each output that is not constant, and the port.
ItemList outputs(const Circuit& circuit, Stages& stages);

// A line of the table tree_targets, which says where the code of a tree pass goes, and how.
struct TreeTarget {
  explicit TreeTarget(const Circuit& circuit);

  verilog::Slot stored, word, lane, cut, clear, keep;
  int width;
};

}  // namespace certifix::emit::folded
