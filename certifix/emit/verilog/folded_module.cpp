// The folded module. A step passes through the stages
//   0  instruction            address of the memory, lane
//   1  code of each lane      address of the weights
//   2  operand, weights
//   3  product                start of the sum
//   4  sum                    cut into a code, which is stored or is an output
// and through the registers of the adder tree after stage 3 where it belongs to a tree pass.
// NAME_d2 is NAME two stages later.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "certifix/base/error.hpp"
#include "certifix/emit/notation.hpp"
#include "certifix/emit/text.hpp"
#include "certifix/emit/verilog/rom_lines.hpp"
#include "certifix/emit/verilog/syntax.hpp"
#include "certifix/emit/verilog/verilog_writers.hpp"

namespace certifix::emit {
namespace {

using netlist::AlignedBlock;
using netlist::AlignedRow;
using netlist::Folded;
using netlist::Pass;
using netlist::Place;
using netlist::Step;
using netlist::StoredElement;
using num::Integer;
using verilog::Field;
using verilog::index_width;
using verilog::RomWord;

// Where in a ROM's word a field begins.
struct Slot {
  int low = 0;
  int width = 0;
  std::string of(const std::string& word) const {
    return print(verilog::slice(word, low + width - 1, low));
  }
};

class FoldedWriter {
 public:
  FoldedWriter(const design::Design& design, const Folded& folded)
      : design_(design),
        folded_(folded),
        plan_(folded.schedule),
        row_passes_(folded.passes(false)),
        tree_passes_(folded.passes(true)),
        sum_width_(folded.alignment.sum_width),
        start_width_(std::min(folded.start_width(), sum_width_)),
        product_width_(
            std::min(folded.alignment.operand_width + folded.alignment.weight_width, sum_width_)),
        cuts_(folded.cuts()),
        mask_width_(folded.mask_width()) {}

  verilog::Module write(const std::vector<std::string>& statement) {
    module_.name = verilog_module_name(design_);
    module_.comment = header(statement);
    module_.ports = verilog_ports(design_);
    parameters();
    sequencer();
    inputs();
    if (!plan_.passes.empty()) {
      program();
      const std::size_t at = module_.items.size();
      weights();
      memory_control();
      if (!row_passes_.empty()) row_tables();
      if (plan_.has_tree) tree_tables();
      lanes();
      if (plan_.has_tree) tree();
      outputs();
      const std::vector<verilog::Item> items = delays();
      module_.items.insert(module_.items.begin() + static_cast<std::ptrdiff_t>(at), items.begin(),
                           items.end());
    } else {
      outputs();
    }
    return std::move(module_);
  }

 private:
  std::vector<std::string> header(const std::vector<std::string>& statement) const;
  void parameters();
  void sequencer();
  void inputs();
  void program();
  void weights();
  void memory_control();
  void row_tables();
  void tree_tables();
  void lanes();
  void tree();
  void outputs();

  void comment(std::vector<std::string> lines) {
    module_.items.push_back(verilog::Comment{std::move(lines)});
  }
  void text(std::vector<std::string> lines) {
    module_.items.push_back(verilog::Verbatim{std::move(lines)});
  }

  // A signal of the program, `stages` later. What was asked for is declared by delays(), whose
  // items come before all that read it.
  std::string later(const std::string& name, int stages) {
    int& most = stages_[name];
    most = std::max(most, stages);
    return stages == 0 ? name : fmt::format("{}_d{}", name, stages);
  }
  std::vector<verilog::Item> delays() const;

  std::string row_name(std::size_t b, std::size_t i) const {
    return fmt::format("{} {} of block {}", b + 1 == design_.block_count() ? "output" : "row", i,
                       b);
  }
  std::string rows_name(const Pass& pass) const {
    const std::size_t first = folded_.row_number(pass, 0);
    const std::size_t last = folded_.row_number(pass, pass.row_count - 1);
    if (first == last) return row_name(pass.block, first);
    return fmt::format("rows {} to {} of block {}", first, last, pass.block);
  }
  static std::string element_name(std::size_t b, std::size_t i) {
    return b == 0 ? fmt::format("input {}", i) : fmt::format("row {} of block {}", i, b);
  }

  int word_bits() const { return index_width(static_cast<std::size_t>(plan_.words)); }
  int lane_bits() const { return index_width(static_cast<std::size_t>(plan_.lanes)); }
  int step_bits() const { return index_width(static_cast<std::size_t>(folded_.program_length())); }
  int cut_bits() const { return index_width(cuts_.size()); }
  int cut_number(const Pass& pass) const {
    const int cut = folded_.alignment.blocks[pass.block - 1].cut;
    return static_cast<int>(std::find(cuts_.begin(), cuts_.end(), cut) - cuts_.begin());
  }

  // `width` bits of a signal with a sum in `signal[base + sum_width_ - 1 : base]`, from bit `low`
  // of the sum, with copies of its sign above its end.
  std::string sum_bits(const std::string& signal, int base, int low, int width) const {
    const int end = std::min(low + width, sum_width_);
    const int from = std::min(low, sum_width_ - 1);
    const std::string sign =
        print(verilog::slice(signal, base + sum_width_ - 1, base + sum_width_ - 1));
    const std::string bits =
        print(verilog::slice(signal, base + std::max(end, from + 1) - 1, base + from));
    const int copies = width - (std::max(end, from + 1) - from);
    return copies == 0 ? bits : fmt::format("{{{{{}{{{}}}}}, {}}}", copies, sign, bits);
  }
  // The word that a sum gives, by the number of its cut.
  std::string cut_word(const std::string& sum, const std::string& number) const {
    std::string value;
    for (std::size_t c = cuts_.size(); c-- > 0;) {
      const std::string bits = sum_bits(sum, 0, cuts_[c], folded_.alignment.operand_width);
      value = value.empty() ? bits : fmt::format("{} == {} ? {} : {}", number, c, bits, value);
    }
    return value;
  }
  Integer keep(const Pass& pass, std::size_t lane) const {
    const int up = folded_.alignment.elements[pass.block][folded_.row_number(pass, lane)].up;
    return (Integer(1) << static_cast<unsigned long>(mask_width_)) -
           (Integer(1) << static_cast<unsigned long>(std::min(up, mask_width_)));
  }
  // A word with its low bits cleared where `keep` has a 0.
  std::string masked(const std::string& word, const std::string& keep) const {
    const int width = folded_.alignment.operand_width;
    if (mask_width_ == 0) return word;
    if (mask_width_ >= width) return fmt::format("{} & {}", word, keep);
    return fmt::format("{} & {{{{{}{{1'b1}}}}, {}}}", word, width - mask_width_, keep);
  }

  std::vector<verilog::RomWord> start_words(const std::vector<std::size_t>& passes,
                                            std::size_t lanes) const;
  std::string clamped(std::size_t i) const;

  const design::Design& design_;
  const Folded& folded_;
  const netlist::Schedule& plan_;
  std::vector<std::size_t> row_passes_;
  std::vector<std::size_t> tree_passes_;
  int sum_width_;
  int start_width_;
  int product_width_;
  std::vector<int> cuts_;
  int mask_width_;
  // Of the program's signals (0: a scalar), except those that the reset clears.
  std::map<std::string, int> widths_;
  std::map<std::string, int> stages_;  // how much later they are needed
  verilog::Module module_;
};

std::vector<std::string> FoldedWriter::header(const std::vector<std::string>& statement) const {
  std::vector<std::string> lines = verilog_header(design_, statement);
  const netlist::FoldedCounts counts = netlist::counts(folded_);
  const std::vector<std::string> what = {
      "",
      "A vector of input codes enters with in_valid and in_ready, its output codes leave with",
      fmt::format("out_valid and out_ready, {} clock cycles later if nobody waits; the next vector "
                  "may",
                  plan_.latency),
      "enter in the cycle in which they leave. Codes stand side by side in in_data and out_data,",
      "each in the width of its format; a real x becomes the code floor(x / 2^lsb + 1/2).",
      design_.clamp ? "Input codes outside the ranges named are saturated to them."
                    : "Input codes must lie in the ranges named: outside them nothing is promised.",
      "",
      fmt::format("{} lane{} multiply and add, each a {} bit weight and a {} bit code in a cycle;",
                  plan_.lanes, plan_.lanes == 1 ? "" : "s", folded_.alignment.weight_width,
                  folded_.alignment.operand_width),
      fmt::format(
          "{} steps, {} bits of weights, {} multipliers (DSP48) of a Xilinx 7-series device.",
          plan_.step_count(), counts.rom_bits, counts.dsps),
      "The codes of a block are stored on one grid, so that all its sums are cut at one bit; what",
      "is below a code's own format is cleared. Sums are right modulo 2^SUM, and the last one of",
      "each row fits. NAME_d2 is NAME two cycles later."};
  lines.insert(lines.end(), what.begin(), what.end());
  return lines;
}

void FoldedWriter::parameters() {
  const auto parameter = [&](const char* name, std::size_t value) {
    module_.items.push_back(verilog::Parameter{name, std::to_string(value)});
  };
  comment({"Cycles from a vector to its result."});
  parameter("LATENCY", static_cast<std::size_t>(plan_.latency));
  if (plan_.passes.empty()) return;
  comment({"Lanes; words of the memory; bits of a code in it, a weight, a product and a sum."});
  parameter("LANES", static_cast<std::size_t>(plan_.lanes));
  parameter("WORDS", static_cast<std::size_t>(plan_.words));
  parameter("CODE", static_cast<std::size_t>(folded_.alignment.operand_width));
  parameter("WEIGHT", static_cast<std::size_t>(folded_.alignment.weight_width));
  parameter("PRODUCT", static_cast<std::size_t>(product_width_));
  parameter("SUM", static_cast<std::size_t>(sum_width_));
}

void FoldedWriter::sequencer() {
  comment({});
  comment({"One vector at a time: busy from the cycle after it entered until its result is there;",
           "step counts these cycles."});
  text({"reg busy;", "reg waiting;  // the result, for its reader",
        fmt::format("reg [{}:0] step;", step_bits() - 1), "wire take = in_valid & in_ready;",
        "wire last_step = step == LATENCY - 2;",
        "assign in_ready = ~busy & (~waiting | out_ready);", "assign out_valid = waiting;",
        "always @(posedge clk)", "  if (reset) begin", "    busy <= 0;", "    waiting <= 0;",
        "  end else begin", "    busy <= take | (busy & ~last_step);",
        "    waiting <= (busy & last_step) | (waiting & ~out_ready);", "  end",
        "always @(posedge clk)", "  step <= busy ? step + 1'b1 : 0;"});
}

std::string FoldedWriter::clamped(std::size_t i) const {
  const design::Input& input = design_.inputs[i];
  const int width = input.format.width();
  std::string value = fmt::format("x{}", i);
  if (!design_.clamp) return value;
  const auto saturate = [&](const char* comparison, const Integer& code) {
    const std::string end = print(verilog::literal(code, width, input.format.is_signed));
    value = fmt::format("x{} {} {} ? {} : {}", i, comparison, end, end,
                        value.find(' ') == std::string::npos ? value : "(" + value + ")");
  };
  if (input.format.max_code() > input.code_max) saturate(">", input.code_max);
  if (input.format.min_code() < input.code_min) saturate("<", input.code_min);
  return value;
}

void FoldedWriter::inputs() {
  comment({});
  int low = 0;
  std::vector<verilog::Update> updates;
  for (std::size_t i = 0; i < design_.inputs.size(); ++i) {
    const design::Input& input = design_.inputs[i];
    const StoredElement& element = folded_.alignment.elements[0][i];
    const bool is_stored = element.live && !plan_.passes.empty();
    const int width = input.format.width();
    comment({verilog_input_comment(design_, i, low) + (is_stored ? "" : "; not read")});
    if (is_stored) {
      const std::string sign = input.format.is_signed ? "signed " : "";
      text({fmt::format("reg {}[{}:0] x{};", sign, width - 1, i)});
      text({fmt::format(
          "wire {}[CODE-1:0] x{}_word = {};", sign, i,
          element.up == 0 ? clamped(i) : fmt::format("({}) << {}", clamped(i), element.up))});
      updates.push_back({fmt::format("x{}", i), verilog::slice("in_data", low + width - 1, low)});
    }
    low += width;
  }
  if (!updates.empty())
    module_.items.push_back(verilog::Clocked{"take", std::nullopt, std::move(updates)});
}

void FoldedWriter::program() {
  const int pass_bits = index_width(std::max(row_passes_.size(), tree_passes_.size()));
  widths_ = {{"issue", 0}, {"in_tree", 0}, {"first", 0}};
  const Slot issue{0, 1};
  const Slot in_tree{1, 1};
  const Slot first{2, 1};
  const Slot last{3, 1};
  const Slot pass{4, pass_bits};
  const Slot word{pass.low + pass.width, word_bits()};
  const Slot lane{word.low + word.width, lane_bits()};
  const int width = lane.low + lane.width;

  std::vector<RomWord> words(static_cast<std::size_t>(folded_.program_length()), {0, "nothing"});
  std::vector<std::size_t> count(2, 0);
  for (const Pass& p : plan_.passes) {
    for (std::size_t s = 0; s < p.steps.size(); ++s) {
      const Step& step = p.steps[s];
      RomWord& line = words[static_cast<std::size_t>(step.cycle) - 2];
      line.value = verilog::packed({{1, 1},
                                    {p.tree ? 1 : 0, 1},
                                    {s == 0 ? 1 : 0, 1},
                                    {s + 1 == p.steps.size() ? 1 : 0, 1},
                                    {static_cast<unsigned long>(count[p.tree]), pass.width},
                                    {step.word, word.width},
                                    {step.lane, lane.width}});
      line.comment = fmt::format(
          "{}: {}", rows_name(p),
          p.tree ? fmt::format("word {}", step.word) : element_name(step.source, step.index));
    }
    ++count[p.tree];
  }
  comment({});
  comment(
      {"The program, a line a cycle: whether there is a step, in a tree pass, the first or last",
       "of its pass; the number of the pass; the word that it reads, and whose lane."});
  text(verilog::rom_lines("lines", width, words));
  text({fmt::format("reg [{}:0] line;", width - 1), "reg active;",
        "always @(posedge clk) line <= lines[step];",
        "always @(posedge clk) active <= busy & ~reset;",
        "wire issue = active & " + issue.of("line") + ";",
        "wire in_tree = " + in_tree.of("line") + ";", "wire first = " + first.of("line") + ";",
        "wire rows_issue = issue & ~in_tree;",
        "wire rows_last = issue & ~in_tree & " + last.of("line") + ";",
        "wire tree_last = issue & in_tree & " + last.of("line") + ";",
        "wire tree_issue = issue & in_tree;",
        fmt::format("wire [{}:0] pass = {};", pass.width - 1, pass.of("line")),
        fmt::format("wire [{}:0] read_word = {};", word.width - 1, word.of("line")),
        fmt::format("wire [{}:0] lane = {};", lane.width - 1, lane.of("line"))});
  widths_["pass"] = pass.width;
  widths_["lane"] = lane.width;
}

std::vector<verilog::Item> FoldedWriter::delays() const {
  std::vector<verilog::Item> items = {verilog::Comment{},
                                      verilog::Comment{{"These signals in later stages."}}};
  std::vector<verilog::Update> plain;
  std::vector<verilog::Update> cleared;
  for (const auto& [name, most] : stages_) {
    const auto width = widths_.find(name);
    const bool is_flag = width == widths_.end();
    verilog::Registers registers{false, is_flag || width->second == 0 ? 0 : width->second, {}};
    std::string before = name;
    for (int d = 1; d <= most; ++d) {
      registers.names.push_back(fmt::format("{}_d{}", name, d));
      (is_flag ? cleared : plain).push_back({registers.names.back(), verilog::name(before)});
      before = registers.names.back();
    }
    if (!registers.names.empty()) items.push_back(std::move(registers));
  }
  if (!plain.empty()) items.push_back(verilog::Clocked{"1'b1", std::nullopt, std::move(plain)});
  if (!cleared.empty()) items.push_back(verilog::Clocked{"1'b1", "reset", std::move(cleared)});
  return items;
}

void FoldedWriter::weights() {
  const int width = plan_.lanes * folded_.alignment.weight_width;
  std::vector<RomWord> words;
  const std::vector<std::vector<Integer>> steps = netlist::weight_words(folded_);
  std::size_t number = 0;
  for (const Pass& pass : plan_.passes)
    for (const Step& step : pass.steps) {
      std::vector<Field> fields;
      for (const Integer& weight : steps[number])
        fields.push_back({weight, folded_.alignment.weight_width});
      ++number;
      words.push_back({verilog::packed(fields),
                       fmt::format("{}: {}", rows_name(pass),
                                   pass.tree ? fmt::format("word {}", step.word)
                                             : element_name(step.source, step.index))});
    }
  comment({});
  comment({"The weights, one for each lane, lane 0 in the lowest bits; a word for each step."});
  text(verilog::rom_lines("weights", width, words));
  text({fmt::format("reg [{}:0] weight_number;", index_width(words.size()) - 1),
        "reg [LANES*WEIGHT-1:0] weight_word;",
        "always @(posedge clk) weight_number <= busy ? weight_number + " + later("issue", 1) +
            " : 0;",
        "always @(posedge clk) weight_word <= weights[weight_number];"});
}

void FoldedWriter::memory_control() {
  const int lag = netlist::kLag + plan_.tree_stages;
  comment({});
  comment({"What is written into the memory: input codes, the codes of a pass of rows, or one code",
           "of a tree pass."});
  std::vector<std::vector<std::string>> words(static_cast<std::size_t>(plan_.input_words));
  for (auto& word : words) word.assign(static_cast<std::size_t>(plan_.lanes), "{CODE{1'b0}}");
  for (std::size_t i = 0; i < plan_.places[0].size(); ++i) {
    const Place& place = plan_.places[0][i];
    if (place.word >= 0)
      words[static_cast<std::size_t>(place.word)][static_cast<std::size_t>(place.lane)] =
          fmt::format("x{}_word", i);
  }
  std::string value;
  for (std::size_t w = words.size(); w-- > 0;) {
    std::string word;
    std::size_t zeros = 0;
    for (std::size_t l = words[w].size(); l-- > 0;) {
      if (word.empty() && words[w][l].front() == '{') {
        ++zeros;
        continue;
      }
      if (word.empty() && zeros > 0)
        word = fmt::format("{{{}{{1'b0}}}}, ",
                           zeros * static_cast<std::size_t>(folded_.alignment.operand_width));
      word += words[w][l] + (l > 0 ? ", " : "");
    }
    value =
        value.empty() ? "{" + word + "}" : fmt::format("step == {} ? {{{}}} : {}", w, word, value);
  }
  text({fmt::format("wire [LANES*CODE-1:0] input_word = {};", value),
        fmt::format("wire store_inputs = busy & (step < {});", plan_.input_words)});
  std::string write_word = "step";
  if (!row_passes_.empty()) {
    const int target = 1 + word_bits() + cut_bits();
    std::vector<RomWord> targets;
    for (const std::size_t p : row_passes_) {
      const Pass& pass = plan_.passes[p];
      const bool stored = !folded_.is_output(pass);
      const int word = stored ? plan_.places[pass.block][folded_.row_number(pass, 0)].word : 0;
      targets.push_back({verilog::packed({{stored ? 1 : 0, 1},
                                          {word, word_bits()},
                                          {stored ? cut_number(pass) : 0, cut_bits()}}),
                         rows_name(pass)});
    }
    comment({"Passes of rows: whether the codes are stored, in which word, by which cut."});
    text(verilog::rom_lines("row_targets", target, targets));
    const Slot word{1, word_bits()};
    const Slot cut{1 + word_bits(), cut_bits()};
    text({fmt::format("reg [{}:0] row_target;", target - 1),
          "always @(posedge clk) row_target <= row_targets[" + later("pass", 3) + "];",
          "wire store_rows = " + later("rows_last", 4) + " & row_target[0];",
          fmt::format("wire [{}:0] row_cut = {};", cut_bits() - 1, cut.of("row_target"))});
    write_word = plan_.has_tree
                     ? later("rows_last", 4) + " ? " + word.of("row_target") + " : tree_word"
                     : word.of("row_target");
  } else {
    write_word = "tree_word";
  }
  if (plan_.has_tree) {
    const int target = 1 + word_bits() + lane_bits() + cut_bits() + 1 + mask_width_;
    std::vector<RomWord> targets;
    for (const std::size_t p : tree_passes_) {
      const Pass& pass = plan_.passes[p];
      const bool stored = !folded_.is_output(pass);
      Place place = stored ? plan_.places[pass.block][folded_.row_number(pass, 0)] : Place{0, 0};
      targets.push_back({verilog::packed({{stored ? 1 : 0, 1},
                                          {place.word, word_bits()},
                                          {place.lane, lane_bits()},
                                          {stored ? cut_number(pass) : 0, cut_bits()},
                                          {folded_.row(pass, 0).clears_negative ? 1 : 0, 1},
                                          {stored ? keep(pass, 0) : Integer(0), mask_width_}}),
                         rows_name(pass)});
    }
    comment(
        {"Tree passes: whether the code is stored, in which word and lane, by which cut; whether",
         "a negative one is cleared; which of its low bits are kept."});
    text(verilog::rom_lines("tree_targets", target, targets));
    const Slot word{1, word_bits()};
    const Slot lane{word.low + word.width, lane_bits()};
    const Slot cut{lane.low + lane.width, cut_bits()};
    text({fmt::format("reg [{}:0] tree_target;", target - 1),
          "always @(posedge clk) tree_target <= tree_targets[" + later("pass", lag - 1) + "];",
          "wire store_tree = " + later("tree_last", lag) + " & tree_target[0];",
          fmt::format("wire [{}:0] tree_word = {};", word_bits() - 1, word.of("tree_target")),
          fmt::format("wire [{}:0] tree_lane = {};", lane_bits() - 1, lane.of("tree_target")),
          fmt::format("wire [{}:0] tree_cut = {};", cut_bits() - 1, cut.of("tree_target"))});
  }
  text({fmt::format("wire [{}:0] write_word = store_inputs ? step : {};", word_bits() - 1,
                    write_word)});
}

std::vector<RomWord> FoldedWriter::start_words(const std::vector<std::size_t>& passes,
                                               std::size_t lanes) const {
  std::vector<RomWord> words;
  for (const std::size_t p : passes) {
    const Pass& pass = plan_.passes[p];
    std::vector<Field> fields;
    for (std::size_t lane = 0; lane < lanes; ++lane)
      fields.push_back(
          {lane < pass.row_count ? folded_.row(pass, lane).start : Integer(0), start_width_});
    words.push_back({verilog::packed(fields), rows_name(pass)});
  }
  return words;
}

void FoldedWriter::row_tables() {
  comment({});
  comment({"Passes of rows: where each lane's sum starts, bias and half ulp."});
  text(verilog::rom_lines("row_starts", plan_.lanes * start_width_,
                          start_words(row_passes_, static_cast<std::size_t>(plan_.lanes))));
  text({fmt::format("reg [LANES*{}-1:0] row_start;", start_width_),
        "always @(posedge clk) row_start <= row_starts[" + later("pass", 2) + "];"});

  // Per lane: whether a negative code is cleared, and which low bits are kept.
  const int width = 1 + mask_width_;
  std::vector<RomWord> words;
  for (const std::size_t p : row_passes_) {
    const Pass& pass = plan_.passes[p];
    std::vector<Field> fields;
    for (std::size_t lane = 0; lane < static_cast<std::size_t>(plan_.lanes); ++lane) {
      const bool used = lane < pass.row_count && !folded_.is_output(pass);
      fields.push_back({used && folded_.row(pass, lane).clears_negative ? 1 : 0, 1});
      fields.push_back({used ? keep(pass, lane) : Integer(0), mask_width_});
    }
    words.push_back({verilog::packed(fields), rows_name(pass)});
  }
  comment(
      {"Passes of rows, for each lane: whether a negative code is cleared (a ReLU), and which of",
       "its low bits are kept."});
  text(verilog::rom_lines("row_forms", plan_.lanes * width, words));
  text({fmt::format("reg [LANES*{}-1:0] row_form;", width),
        "always @(posedge clk) row_form <= row_forms[" + later("pass", 3) + "];"});
}

void FoldedWriter::tree_tables() {
  comment({});
  comment({"Tree passes: where the sum starts, bias and half ulp."});
  text(verilog::rom_lines("tree_starts", start_width_, start_words(tree_passes_, 1)));
  text({fmt::format("reg signed [{}:0] tree_start;", start_width_ - 1),
        "always @(posedge clk) tree_start <= tree_starts[" +
            later("pass", netlist::kLag + plan_.tree_stages - 2) + "];"});
}

void FoldedWriter::lanes() {
  const std::string lane = later("lane", 1);
  const bool rows = !row_passes_.empty();
  const bool stores_rows = rows && !cuts_.empty();
  comment({});
  comment({"The lanes: a bank of the memory, a multiplier, a sum."});
  // Bit by bit: a part select by a variable lane would become a multiplexer of all bits for each.
  text({"wire [LANES*CODE-1:0] codes;", "wire [CODE-1:0] shared_code;", "genvar b, l;", "generate",
        "  for (b = 0; b < CODE; b = b + 1) begin : bits", "    wire [LANES-1:0] of_lanes;",
        "    for (l = 0; l < LANES; l = l + 1) begin : lanes",
        "      assign of_lanes[l] = codes[l*CODE + b];", "    end",
        fmt::format("    assign shared_code[b] = of_lanes[{}];", lane), "  end", "endgenerate"});
  if (!plan_.has_tree)
    text({"reg signed [CODE-1:0] operand;", "always @(posedge clk) operand <= shared_code;"});
  if (rows) text({"wire [LANES*SUM-1:0] sums;"});
  if (plan_.has_tree) text({"wire [LANES*SUM-1:0] products;"});
  if (plan_.has_tree && !cuts_.empty()) text({"wire [CODE-1:0] tree_code;"});
  std::vector<std::string> body = {"generate",
                                   "  for (l = 0; l < LANES; l = l + 1) begin : mac",
                                   "    reg signed [CODE-1:0] bank [0:WORDS-1];",
                                   "    integer i;",
                                   "    initial for (i = 0; i < WORDS; i = i + 1) bank[i] = 0;",
                                   "    reg signed [CODE-1:0] code;",
                                   "    always @(posedge clk) code <= bank[read_word];",
                                   "    assign codes[l*CODE +: CODE] = code;"};
  const auto add = [&](std::vector<std::string> lines) {
    for (std::string& line : lines) body.push_back("    " + line);
  };
  if (plan_.has_tree)
    add({"reg signed [CODE-1:0] operand;",
         "always @(posedge clk) operand <= " + later("in_tree", 1) + " ? code : shared_code;"});
  add({"wire signed [WEIGHT-1:0] weight = weight_word[l*WEIGHT +: WEIGHT];",
       "reg signed [PRODUCT-1:0] product;", "always @(posedge clk) product <= weight * operand;"});
  if (plan_.has_tree)
    add({"wire signed [SUM-1:0] wide = product;", "assign products[l*SUM +: SUM] = wide;"});
  std::vector<std::string> stores = {"store_inputs"};
  std::string value = "input_word[l*CODE +: CODE]";
  if (rows) {
    add({fmt::format("wire signed [{}:0] start = row_start[l*{} +: {}];", start_width_ - 1,
                     start_width_, start_width_),
         "reg signed [SUM-1:0] sum;",
         fmt::format("always @(posedge clk) if ({}) sum <= ({} ? start : sum) + product;",
                     later("rows_issue", 3), later("first", 3)),
         "assign sums[l*SUM +: SUM] = sum;"});
  }
  if (plan_.has_tree && !cuts_.empty()) {
    stores.push_back("(store_tree & (tree_lane == l))");
    value = "store_inputs ? " + value + " : tree_code";
  }
  if (stores_rows) {
    const int form = 1 + mask_width_;
    add({"wire [CODE-1:0] cut = " + cut_word("sum", "row_cut") + ";"});
    std::string word = "cut";
    if (mask_width_ > 0) {
      add({fmt::format("wire [{}:0] keep = row_form[l*{}+1 +: {}];", mask_width_ - 1, form,
                       mask_width_)});
      word = masked("cut", "keep");
    }
    add({fmt::format("wire clear = sum[SUM-1] & row_form[l*{}];", form),
         fmt::format("wire [CODE-1:0] row_code = clear ? {{CODE{{1'b0}}}} : {};", word)});
    stores.push_back("store_rows");
    value = "store_rows ? row_code : " + value;
  }
  add({fmt::format("always @(posedge clk) if ({}) bank[write_word] <= {};",
                   fmt::join(stores, " | "), value)});
  body.push_back("  end");
  body.push_back("endgenerate");
  text(std::move(body));
}

void FoldedWriter::tree() {
  const int lag = netlist::kLag + plan_.tree_stages;
  int levels = 0;
  for (int n = plan_.lanes; n > 1; n = (n + 1) / 2) ++levels;
  const int per_stage = (levels + plan_.tree_stages - 1) / plan_.tree_stages;
  comment({});
  comment({fmt::format("The tree: {} levels of adders, a register after every {}.", levels,
                       per_stage)});
  std::vector<std::string> body;
  std::string before = "products";
  int count = plan_.lanes;
  int stages = 0;
  for (int level = 1; level <= levels; ++level) {
    const int pairs = count / 2;
    const int next = (count + 1) / 2;
    const bool is_registered = level % per_stage == 0 || level == levels;
    stages += is_registered ? 1 : 0;
    const std::string name = fmt::format("level_{}", level);
    const std::string sum_name = is_registered ? name + "_sum" : name;
    body.push_back(fmt::format("wire [{}*SUM-1:0] {};", next, sum_name));
    body.push_back("generate");
    body.push_back(fmt::format("  for (l = 0; l < {}; l = l + 1) begin : add_{}", pairs, level));
    body.push_back(
        fmt::format("    assign {0}[l*SUM +: SUM] = {1}[2*l*SUM +: SUM] + {1}[(2*l+1)*SUM +: SUM];",
                    sum_name, before));
    body.push_back("  end");
    body.push_back("endgenerate");
    if (next > pairs)
      body.push_back(fmt::format("assign {}[{}*SUM +: SUM] = {}[{}*SUM +: SUM];", sum_name, pairs,
                                 before, count - 1));
    if (is_registered) {
      body.push_back(fmt::format("reg [{}*SUM-1:0] {};", next, name));
      body.push_back(fmt::format("always @(posedge clk) {} <= {};", name, sum_name));
    }
    before = name;
    count = next;
  }
  CERTIFIX_CHECK(stages == plan_.tree_stages, "the tree has as many stages as its schedule");
  body.push_back("reg signed [SUM-1:0] tree_sum;");
  body.push_back(fmt::format(
      "always @(posedge clk) if ({}) tree_sum <= ({} ? tree_start : tree_sum) + $signed({});",
      later("tree_issue", lag - 1), later("first", lag - 1), before));
  if (!cuts_.empty()) {
    body.push_back("wire [CODE-1:0] tree_bits = " + cut_word("tree_sum", "tree_cut") + ";");
    const Slot clear{1 + word_bits() + lane_bits() + cut_bits(), 1};
    const Slot keep{clear.low + 1, mask_width_};
    body.push_back(fmt::format(
        "assign tree_code = tree_sum[SUM-1] & {} ? {{CODE{{1'b0}}}} : {};", clear.of("tree_target"),
        mask_width_ > 0 ? masked("tree_bits", keep.of("tree_target")) : "tree_bits"));
  }
  text(std::move(body));
}

void FoldedWriter::outputs() {
  comment({});
  const std::size_t b = design_.block_count() - 1;
  const std::vector<design::Row>& rows = design_.blocks.back().rows;
  std::map<std::size_t, std::string> registers;  // of live outputs
  std::vector<std::size_t> count(2, 0);
  std::vector<std::string> updates;
  const int lag = netlist::kLag + plan_.tree_stages;
  for (const Pass& pass : plan_.passes) {
    const std::size_t number = count[pass.tree]++;
    if (!folded_.is_output(pass)) continue;
    const std::string done =
        pass.tree
            ? fmt::format("{} & ({} == {})", later("tree_last", lag), later("pass", lag), number)
            : fmt::format("{} & ({} == {})", later("rows_last", netlist::kLag),
                          later("pass", netlist::kLag), number);
    updates.push_back("if (" + done + ") begin");
    for (std::size_t lane = 0; lane < pass.row_count; ++lane) {
      const std::size_t i = folded_.row_number(pass, lane);
      const int low = folded_.alignment.blocks[b - 1].cut + folded_.alignment.elements[b][i].up;
      const std::string signal = pass.tree ? "tree_sum" : "sums";
      const int base = pass.tree ? 0 : static_cast<int>(lane) * sum_width_;
      std::string value = sum_bits(signal, base, low, rows[i].output.width());
      if (folded_.row(pass, lane).clears_negative)
        value =
            fmt::format("{} ? {}'d0 : {}",
                        print(verilog::slice(signal, base + sum_width_ - 1, base + sum_width_ - 1)),
                        rows[i].output.width(), value);
      registers[i] = fmt::format("y{}", i);
      updates.push_back(fmt::format("  y{} <= {};", i, value));
    }
    updates.push_back("end");
  }
  std::vector<std::string> codes;
  int low = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const int width = rows[i].output.width();
    const StoredElement& element = folded_.alignment.elements[b][i];
    comment({verilog_output_comment(design_, i, low) +
             (element.live ? "" : "; constant code " + element.codes.min.get_str())});
    if (element.live) text({fmt::format("reg [{}:0] y{};", width - 1, i)});
    codes.insert(codes.begin(),
                 element.live ? fmt::format("y{}", i)
                              : verilog::hex(verilog::packed({{element.codes.min, width}}), width));
    low += width;
  }
  if (!updates.empty()) {
    std::vector<std::string> body = {"always @(posedge clk) begin"};
    for (std::string& line : updates) body.push_back("  " + line);
    body.push_back("end");
    text(std::move(body));
  }
  text({fmt::format("assign out_data = {{{}}};", fmt::join(codes, ", "))});
}

}  // namespace

std::string folded_module(const design::Design& design, const Folded& folded,
                          const std::vector<std::string>& statement) {
  return print(FoldedWriter(design, folded).write(statement));
}

}  // namespace certifix::emit
