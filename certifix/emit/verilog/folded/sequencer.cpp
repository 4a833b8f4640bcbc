// What happens when: the handshake, the counter of cycles, and the program that it walks through.
#include <fmt/format.h>

#include <algorithm>

#include "certifix/emit/verilog/folded/parts.hpp"

namespace certifix::emit::folded {
namespace {

using netlist::Pass;
using netlist::Step;
using verilog::Layout;
using verilog::RomWord;
using verilog::Slot;

// A line of the program.
struct Instruction {
  explicit Instruction(const Circuit& circuit) {
    Layout layout;
    issue = layout.next(1);
    in_tree = layout.next(1);
    first = layout.next(1);
    last = layout.next(1);
    pass = layout.next(
        verilog::index_width(std::max(circuit.row_passes.size(), circuit.tree_passes.size())));
    word = layout.next(circuit.word_bits());
    lane = layout.next(circuit.lane_bits());
    width = layout.width();
  }

  Slot issue, in_tree, first, last, pass, word, lane;
  int width;
};

std::vector<RomWord> program_words(const Circuit& circuit, const Instruction& line) {
  std::vector<RomWord> words(static_cast<std::size_t>(circuit.folded.program_length()),
                             {0, "nothing"});
  std::vector<std::size_t> count(2, 0);  // of passes of rows, of tree passes
  for (const Pass& pass : circuit.plan.passes) {
    const std::size_t number = count[pass.tree]++;
    for (std::size_t s = 0; s < pass.steps.size(); ++s) {
      const Step& step = pass.steps[s];
      words[static_cast<std::size_t>(step.cycle) - 2] = {
          verilog::packed({{1, 1},
                           {pass.tree ? 1 : 0, 1},
                           {s == 0 ? 1 : 0, 1},
                           {s + 1 == pass.steps.size() ? 1 : 0, 1},
                           {static_cast<unsigned long>(number), line.pass.width},
                           {step.word, line.word.width},
                           {step.lane, line.lane.width}}),
          fmt::format("{}: {}", circuit.rows_name(pass), circuit.operand_name(pass, step))};
    }
  }
  return words;
}

}  // namespace

ItemList sequencer(const Circuit& circuit) {
  ItemList items;
  items.comment({});
  items.comment(
      {"One vector at a time: busy from the cycle after it entered until its result is there;",
       "step counts these cycles."});
  items.text({"reg busy;", "reg waiting;  // the result, for its reader",
              fmt::format("reg [{}:0] step;", circuit.step_bits() - 1),
              "wire take = in_valid & in_ready;", "wire last_step = step == LATENCY - 2;",
              "assign in_ready = ~busy & (~waiting | out_ready);", "assign out_valid = waiting;",
              "always @(posedge clk)", "  if (reset) begin", "    busy <= 0;", "    waiting <= 0;",
              "  end else begin", "    busy <= take | (busy & ~last_step);",
              "    waiting <= (busy & last_step) | (waiting & ~out_ready);", "  end",
              "always @(posedge clk)", "  step <= busy ? step + 1'b1 : 0;"});
  return items;
}

ItemList program(const Circuit& circuit, Stages& stages) {
  for (const char* name : {"issue", "in_tree", "first"}) stages.add_signal(name, 0);
  for (const char* name : {"rows_issue", "rows_last", "tree_issue", "tree_last"})
    stages.add_flag(name);
  const Instruction line(circuit);
  stages.add_signal("pass", line.pass.width);
  stages.add_signal("lane", line.lane.width);

  ItemList items;
  items.comment({});
  items.comment(
      {"The program, a line a cycle: whether there is a step, in a tree pass, the first or last",
       "of its pass; the number of the pass; the word that it reads, and whose lane."});
  items.text(verilog::rom_lines("lines", line.width, program_words(circuit, line)));
  items.text({fmt::format("reg [{}:0] line;", line.width - 1), "reg active;",
              "always @(posedge clk) line <= lines[step];",
              "always @(posedge clk) active <= busy & ~reset;",
              "wire issue = active & " + line.issue.of("line") + ";",
              "wire in_tree = " + line.in_tree.of("line") + ";",
              "wire first = " + line.first.of("line") + ";", "wire rows_issue = issue & ~in_tree;",
              "wire rows_last = issue & ~in_tree & " + line.last.of("line") + ";",
              "wire tree_last = issue & in_tree & " + line.last.of("line") + ";",
              "wire tree_issue = issue & in_tree;",
              fmt::format("wire [{}:0] pass = {};", line.pass.width - 1, line.pass.of("line")),
              fmt::format("wire [{}:0] read_word = {};", line.word.width - 1, line.word.of("line")),
              fmt::format("wire [{}:0] lane = {};", line.lane.width - 1, line.lane.of("line"))});
  return items;
}

}  // namespace certifix::emit::folded
