// A folded circuit as its Verilog needs it: numbers and widths that several parts of the module
// have in common, and names for its comments.
#pragma once

#include <string>
#include <vector>

#include "certifix/design/design.hpp"
#include "certifix/netlist/folded.hpp"

namespace certifix::emit::folded {

struct Circuit {
  Circuit(const design::Design& of, const netlist::Folded& as);

  const design::Design& design;
  const netlist::Folded& folded;
  const netlist::Alignment& alignment;
  const netlist::Schedule& plan;
  std::vector<std::size_t> row_passes;   // their numbers in plan.passes
  std::vector<std::size_t> tree_passes;  // likewise
  int sum_width;
  int start_width;    // of what a sum starts with
  int product_width;  // no more than is added up
  std::vector<int> cuts;
  int mask_width;

  // Widths of numbers: of a word of the memory, of a lane, of `step`, of a cut.
  int word_bits() const;
  int lane_bits() const;
  int step_bits() const;
  int cut_bits() const;
  int cut_number(const netlist::Pass& pass) const;  // where it stands in `cuts`

  // Cycles from a step of a pass to the writing of what becomes of it.
  int lag(bool tree) const { return netlist::kLag + (tree ? plan.tree_stages : 0); }
  // Where the code of the pass's first row is stored; word 0, lane 0 for an output.
  netlist::Place place_of(const netlist::Pass& pass) const;

  // "rows 0 to 7 of block 1", "output 3 of block 2".
  std::string rows_name(const netlist::Pass& pass) const;
  // What a step of a pass reads: "row 2 of block 1"; of a tree pass "word 4".
  std::string operand_name(const netlist::Pass& pass, const netlist::Step& step) const;
};

}  // namespace certifix::emit::folded
