// Tables of constants: the weights by step; by pass, where its sums start and how they become
// codes.
#include <fmt/format.h>

#include "certifix/emit/verilog/folded/parts.hpp"

namespace certifix::emit::folded {
namespace {

using netlist::Pass;
using netlist::Step;
using num::Integer;
using verilog::Field;
using verilog::RomWord;

std::vector<RomWord> weight_rom(const Circuit& circuit) {
  const netlist::ConstantTable steps = netlist::weight_words(circuit.folded);
  std::vector<RomWord> words;
  for (const Pass& pass : circuit.plan.passes)
    for (const Step& step : pass.steps) {
      std::vector<Field> fields;
      for (const Integer& weight : steps[words.size()])
        fields.push_back({weight, circuit.alignment.weight_width});
      words.push_back({verilog::packed(fields), fmt::format("{}: {}", circuit.rows_name(pass),
                                                            circuit.operand_name(pass, step))});
    }
  return words;
}

// The lines of a table, a field of `width` bits for each lane; a line for each of these passes.
std::vector<RomWord> pass_words(const Circuit& circuit, const netlist::ConstantTable& table,
                                const std::vector<std::size_t>& passes, int width) {
  std::vector<RomWord> words;
  for (std::size_t line = 0; line < table.size(); ++line) {
    std::vector<Field> fields;
    for (const Integer& entry : table[line]) fields.push_back({entry, width});
    words.push_back(
        {verilog::packed(fields), circuit.rows_name(circuit.plan.passes[passes[line]])});
  }
  return words;
}

}  // namespace

ItemList weights(const Circuit& circuit, Stages& stages) {
  const std::vector<RomWord> words = weight_rom(circuit);
  ItemList items;
  items.comment({});
  items.comment(
      {"The weights, one for each lane, lane 0 in the lowest bits; a word for each step."});
  items.text(
      verilog::rom_lines("weights", circuit.plan.lanes * circuit.alignment.weight_width, words));
  items.text({fmt::format("reg [{}:0] weight_number;", verilog::index_width(words.size()) - 1),
              "reg [LANES*WEIGHT-1:0] weight_word;",
              "always @(posedge clk) weight_number <= busy ? weight_number + " +
                  stages.later("issue", 1) + " : 0;",
              "always @(posedge clk) weight_word <= weights[weight_number];"});
  return items;
}

ItemList row_tables(const Circuit& circuit, Stages& stages) {
  const int lanes = circuit.plan.lanes;
  const int lag = circuit.lag(false);
  ItemList items;
  items.comment({});
  items.comment({"Passes of rows: where each lane's sum starts, bias and half ulp."});
  items.text(verilog::rom_lines("row_starts", lanes * circuit.start_width,
                                pass_words(circuit, netlist::start_words(circuit.folded, false),
                                           circuit.row_passes, circuit.start_width)));
  items.text(
      {fmt::format("reg [LANES*{}-1:0] row_start;", circuit.start_width),
       "always @(posedge clk) row_start <= row_starts[" + stages.later("pass", lag - 2) + "];"});

  const int width = 1 + circuit.mask_width;
  items.comment(
      {"Passes of rows, for each lane: whether a negative code is cleared (a ReLU), and which of",
       "its low bits are kept."});
  items.text(verilog::rom_lines(
      "row_forms", lanes * width,
      pass_words(circuit, netlist::form_words(circuit.folded), circuit.row_passes, width)));
  items.text(
      {fmt::format("reg [LANES*{}-1:0] row_form;", width),
       "always @(posedge clk) row_form <= row_forms[" + stages.later("pass", lag - 1) + "];"});
  return items;
}

ItemList tree_tables(const Circuit& circuit, Stages& stages) {
  ItemList items;
  items.comment({});
  items.comment({"Tree passes: where the sum starts, bias and half ulp."});
  items.text(verilog::rom_lines("tree_starts", circuit.start_width,
                                pass_words(circuit, netlist::start_words(circuit.folded, true),
                                           circuit.tree_passes, circuit.start_width)));
  items.text({fmt::format("reg signed [{}:0] tree_start;", circuit.start_width - 1),
              "always @(posedge clk) tree_start <= tree_starts[" +
                  stages.later("pass", circuit.lag(true) - 2) + "];"});
  return items;
}

}  // namespace certifix::emit::folded
