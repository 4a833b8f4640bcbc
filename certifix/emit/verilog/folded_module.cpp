// The folded module: its comment and parameters, and its parts put together (folded/parts.hpp).
#include <fmt/format.h>

#include <string>

#include "certifix/emit/verilog/folded/parts.hpp"
#include "certifix/emit/verilog/verilog_writers.hpp"

namespace certifix::emit {
namespace {

using folded::Circuit;
using folded::ItemList;
using folded::Stages;

std::vector<std::string> header(const Circuit& circuit, const std::vector<std::string>& statement) {
  std::vector<std::string> lines = verilog_header(circuit.design, statement);
  const netlist::FoldedCounts counts = netlist::counts(circuit.folded);
  const int lanes = circuit.plan.lanes;
  const std::vector<std::string> what = {
      "",
      "A vector of input codes enters with in_valid and in_ready, its output codes leave with",
      fmt::format("out_valid and out_ready, {} clock cycles later if nobody waits; the next vector "
                  "may",
                  circuit.plan.latency),
      "enter in the cycle in which they leave. Codes stand side by side in in_data and out_data,",
      "each in the width of its format; a real x becomes the code floor(x / 2^lsb + 1/2).",
      circuit.design.clamp
          ? "Input codes outside the ranges named are saturated to them."
          : "Input codes must lie in the ranges named: outside them nothing is promised.",
      "",
      fmt::format("{} lane{} multiply and add, each a {} bit weight and a {} bit code in a cycle;",
                  lanes, lanes == 1 ? "" : "s", circuit.alignment.weight_width,
                  circuit.alignment.operand_width),
      fmt::format(
          "{} steps, {} bits of weights, {} multipliers (DSP48) of a Xilinx 7-series device.",
          circuit.plan.step_count(), counts.rom_bits, counts.dsps),
      "The codes of a block are stored on one grid, so that all its sums are cut at one bit; what",
      "is below a code's own format is cleared. Sums are right modulo 2^SUM, and the last one of",
      "each row fits. NAME_d2 is NAME two cycles later."};
  lines.insert(lines.end(), what.begin(), what.end());
  return lines;
}

ItemList parameters(const Circuit& circuit) {
  ItemList items;
  const auto parameter = [&](const char* name, int value) {
    items.add(verilog::Parameter{name, std::to_string(value)});
  };
  items.comment({"Cycles from a vector to its result."});
  parameter("LATENCY", circuit.plan.latency);
  if (circuit.plan.passes.empty()) return items;
  items.comment(
      {"Lanes; words of the memory; bits of a code in it, a weight, a product and a sum."});
  parameter("LANES", circuit.plan.lanes);
  parameter("WORDS", circuit.plan.words);
  parameter("CODE", circuit.alignment.operand_width);
  parameter("WEIGHT", circuit.alignment.weight_width);
  parameter("PRODUCT", circuit.product_width);
  parameter("SUM", circuit.sum_width);
  return items;
}

// All that works in stages, from the weights on; the stages get what it reads.
ItemList datapath(const Circuit& circuit, Stages& stages) {
  ItemList items = weights(circuit, stages);
  items.append(memory_control(circuit, stages));
  if (!circuit.row_passes.empty()) items.append(row_tables(circuit, stages));
  if (circuit.plan.has_tree) items.append(tree_tables(circuit, stages));
  items.append(lanes(circuit, stages));
  if (circuit.plan.has_tree) items.append(adder_tree(circuit, stages));
  items.append(outputs(circuit, stages));
  return items;
}

}  // namespace

std::string folded_module(const design::Design& design, const netlist::Folded& folded,
                          const std::vector<std::string>& statement) {
  const Circuit circuit(design, folded);
  ItemList items = parameters(circuit);
  items.append(sequencer(circuit));
  items.append(input_registers(circuit));
  Stages stages;
  if (circuit.plan.passes.empty()) {
    items.append(outputs(circuit, stages));
  } else {
    items.append(program(circuit, stages));
    ItemList rest = datapath(circuit, stages);
    items.append(stages.registers());
    items.append(std::move(rest));
  }
  return print(verilog::Module{.comment = header(circuit, statement),
                               .name = verilog_module_name(design),
                               .ports = verilog_ports(design),
                               .items = items.take()});
}

}  // namespace certifix::emit
