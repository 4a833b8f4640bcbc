// What is written into the memory, when and where: in a cycle the input codes of one word, the
// codes of a pass of rows, or the one code of a tree pass.
#include <fmt/format.h>

#include "certifix/emit/verilog/folded/parts.hpp"

namespace certifix::emit::folded {
namespace {

using netlist::Pass;
using netlist::Place;
using verilog::Layout;
using verilog::RomWord;
using verilog::Slot;

// The codes of the lanes as one word, the highest lane first; empty for a lane without a code.
std::string joined(const std::vector<std::string>& codes, int code_width) {
  std::string word;
  std::size_t lane = codes.size();
  while (lane > 0 && codes[lane - 1].empty()) --lane;
  if (lane < codes.size())
    word = fmt::format("{{{}{{1'b0}}}}, ",
                       (codes.size() - lane) * static_cast<std::size_t>(code_width));
  while (lane-- > 0)
    word += (codes[lane].empty() ? "{CODE{1'b0}}" : codes[lane]) + (lane > 0 ? ", " : "");
  return "{" + word + "}";
}

// The word with the inputs that `step` stores.
std::string input_word(const Circuit& circuit) {
  std::vector<std::vector<std::string>> words(
      static_cast<std::size_t>(circuit.plan.input_words),
      std::vector<std::string>(static_cast<std::size_t>(circuit.plan.lanes)));
  for (std::size_t i = 0; i < circuit.plan.places[0].size(); ++i) {
    const Place& place = circuit.plan.places[0][i];
    if (place.word >= 0)
      words[static_cast<std::size_t>(place.word)][static_cast<std::size_t>(place.lane)] =
          fmt::format("x{}_word", i);
  }
  std::string value;
  for (std::size_t w = words.size(); w-- > 0;) {
    const std::string word = joined(words[w], circuit.alignment.operand_width);
    value = value.empty() ? word : fmt::format("step == {} ? {} : {}", w, word, value);
  }
  return value;
}

// The signals row_target, store_rows and row_cut; returns where a word is written.
std::string add_row_targets(const Circuit& circuit, Stages& stages, ItemList& items) {
  Layout layout;
  const Slot stored = layout.next(1);
  const Slot word = layout.next(circuit.word_bits());
  const Slot cut = layout.next(circuit.cut_bits());
  std::vector<RomWord> targets;
  for (const std::size_t p : circuit.row_passes) {
    const Pass& pass = circuit.plan.passes[p];
    const bool is_stored = !circuit.folded.is_output(pass);
    targets.push_back({verilog::packed({{is_stored ? 1 : 0, stored.width},
                                        {circuit.place_of(pass).word, word.width},
                                        {is_stored ? circuit.cut_number(pass) : 0, cut.width}}),
                       circuit.rows_name(pass)});
  }
  items.comment({"Passes of rows: whether the codes are stored, in which word, by which cut."});
  items.text(verilog::rom_lines("row_targets", layout.width(), targets));
  const int lag = circuit.lag(false);
  items.text(
      {fmt::format("reg [{}:0] row_target;", layout.width() - 1),
       "always @(posedge clk) row_target <= row_targets[" + stages.later("pass", lag - 1) + "];",
       "wire store_rows = " + stages.later("rows_last", lag) + " & " + stored.of("row_target") +
           ";",
       fmt::format("wire [{}:0] row_cut = {};", cut.width - 1, cut.of("row_target"))});
  return word.of("row_target");
}

// The signals tree_target, store_tree, tree_lane and tree_cut; returns where a code is written.
std::string add_tree_targets(const Circuit& circuit, Stages& stages, ItemList& items) {
  const TreeTarget line(circuit);
  std::vector<RomWord> targets;
  for (const std::size_t p : circuit.tree_passes) {
    const Pass& pass = circuit.plan.passes[p];
    const bool is_stored = !circuit.folded.is_output(pass);
    const Place place = circuit.place_of(pass);
    targets.push_back(
        {verilog::packed(
             {{is_stored ? 1 : 0, line.stored.width},
              {place.word, line.word.width},
              {place.lane, line.lane.width},
              {is_stored ? circuit.cut_number(pass) : 0, line.cut.width},
              {circuit.folded.row(pass, 0).clears_negative ? 1 : 0, line.clear.width},
              {is_stored ? circuit.folded.kept_bits(pass, 0) : num::Integer(0), line.keep.width}}),
         circuit.rows_name(pass)});
  }
  items.comment(
      {"Tree passes: whether the code is stored, in which word and lane, by which cut; whether",
       "a negative one is cleared; which of its low bits are kept."});
  items.text(verilog::rom_lines("tree_targets", line.width, targets));
  const int lag = circuit.lag(true);
  const auto wire = [](const char* name, const Slot& slot) {
    return fmt::format("wire [{}:0] {} = {};", slot.width - 1, name, slot.of("tree_target"));
  };
  items.text(
      {fmt::format("reg [{}:0] tree_target;", line.width - 1),
       "always @(posedge clk) tree_target <= tree_targets[" + stages.later("pass", lag - 1) + "];",
       "wire store_tree = " + stages.later("tree_last", lag) + " & " +
           line.stored.of("tree_target") + ";",
       wire("tree_word", line.word), wire("tree_lane", line.lane), wire("tree_cut", line.cut)});
  return "tree_word";
}

}  // namespace

TreeTarget::TreeTarget(const Circuit& circuit) {
  Layout layout;
  stored = layout.next(1);
  word = layout.next(circuit.word_bits());
  lane = layout.next(circuit.lane_bits());
  cut = layout.next(circuit.cut_bits());
  clear = layout.next(1);
  keep = layout.next(circuit.mask_width);
  width = layout.width();
}

ItemList memory_control(const Circuit& circuit, Stages& stages) {
  ItemList items;
  items.comment({});
  items.comment(
      {"What is written into the memory: input codes, the codes of a pass of rows, or one code",
       "of a tree pass."});
  items.text({fmt::format("wire [LANES*CODE-1:0] input_word = {};", input_word(circuit)),
              fmt::format("wire store_inputs = busy & (step < {});", circuit.plan.input_words)});
  std::string target;
  if (!circuit.row_passes.empty()) target = add_row_targets(circuit, stages, items);
  if (circuit.plan.has_tree) {
    const std::string tree_word = add_tree_targets(circuit, stages, items);
    target = target.empty()
                 ? tree_word
                 : fmt::format("{} ? {} : {}", stages.later("rows_last", circuit.lag(false)),
                               target, tree_word);
  }
  items.text({fmt::format("wire [{}:0] write_word = store_inputs ? step : {};",
                          circuit.word_bits() - 1, target)});
  return items;
}

}  // namespace certifix::emit::folded
