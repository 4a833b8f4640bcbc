#include "certifix/emit/verilog/folded/circuit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "certifix/emit/verilog/rom_lines.hpp"

namespace certifix::emit::folded {

using netlist::Pass;
using verilog::index_width;

Circuit::Circuit(const design::Design& of, const netlist::Folded& as)
    : design(of),
      folded(as),
      alignment(as.alignment),
      plan(as.schedule),
      row_passes(as.passes(false)),
      tree_passes(as.passes(true)),
      sum_width(as.alignment.sum_width),
      start_width(std::min(as.start_width(), sum_width)),
      product_width(std::min(as.alignment.operand_width + as.alignment.weight_width, sum_width)),
      cuts(as.cuts()),
      mask_width(as.mask_width()) {}

int Circuit::word_bits() const { return index_width(static_cast<std::size_t>(plan.words)); }
int Circuit::lane_bits() const { return index_width(static_cast<std::size_t>(plan.lanes)); }
int Circuit::step_bits() const {
  return index_width(static_cast<std::size_t>(folded.program_length()));
}
int Circuit::cut_bits() const { return index_width(cuts.size()); }

int Circuit::cut_number(const Pass& pass) const {
  const int cut = alignment.blocks[pass.block - 1].cut;
  return static_cast<int>(std::find(cuts.begin(), cuts.end(), cut) - cuts.begin());
}

netlist::Place Circuit::place_of(const Pass& pass) const {
  if (folded.is_output(pass)) return {0, 0};
  return plan.places[pass.block][folded.row_number(pass, 0)];
}

std::string Circuit::rows_name(const Pass& pass) const {
  const std::size_t first = folded.row_number(pass, 0);
  const std::size_t last = folded.row_number(pass, pass.row_count - 1);
  if (first != last) return fmt::format("rows {} to {} of block {}", first, last, pass.block);
  return fmt::format("{} {} of block {}", folded.is_output(pass) ? "output" : "row", first,
                     pass.block);
}

std::string Circuit::operand_name(const Pass& pass, const netlist::Step& step) const {
  if (pass.tree) return fmt::format("word {}", step.word);
  if (step.source == 0) return fmt::format("input {}", step.index);
  return fmt::format("row {} of block {}", step.index, step.source);
}

}  // namespace certifix::emit::folded
