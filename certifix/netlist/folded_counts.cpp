// What a folded circuit takes of a Xilinx 7-series device. Registers, memories and tables are
// counted as Yosys maps them; factors of the logic between them are fitted (docs/cost-models.md).
#include <algorithm>
#include <bit>
#include <set>
#include <string>
#include <utility>

#include "certifix/netlist/folded.hpp"

namespace certifix::netlist {
namespace {

// Fitted: LUTs for each bit.
constexpr double kClamp = 0.75;      // of inputs that are clamped
constexpr double kInputWords = 1.5;  // of inputs, where a word is chosen
constexpr double kCut = 1.07;        // of the codes of all lanes, for each place to cut at but one
constexpr double kOperand = 0.92;    // of these, where a tree reads each lane's own code
constexpr double kTree = 0.66;       // of the compressors and adders of the tree
constexpr double kLogicProduct = 2.88;  // of weight x code, where no DSP multiplies
constexpr double kSequencerLuts = 14;
constexpr double kSequencerFfs = 33;

struct Cells {
  double luts = 0;
  double ffs = 0;

  Cells& operator+=(const Cells& other) {
    luts += other.luts;
    ffs += other.ffs;
    return *this;
  }
};

constexpr int ceil_div(int a, int b) { return (a + b - 1) / b; }
int index_bits(int count) {
  return std::max(1, static_cast<int>(std::bit_width(static_cast<unsigned>(count - 1))));
}
// Per bit; a LUT chooses one of four.
int multiplexer_luts(int inputs) { return inputs > 1 ? ceil_div(inputs, 4) : 0; }

// Whether Yosys puts a table into block RAMs: a bit in logic costs 1/64, a RAM of half the size
// 129, one of full size 257, whose width halves as its depth doubles (yosys: synth_xilinx,
// brams_xc4v.txt).
bool in_block_rams(int lines, int columns) {
  const double logic = 1.0 * lines * columns / 64;
  for (const auto& [widest, cost] : {std::pair(36, 129), std::pair(72, 257)})
    for (int width = widest, depth = 512; width > 0; width /= 2, depth *= 2)
      if (1.0 * cost * ceil_div(columns, width) * ceil_div(lines, depth) < logic) return true;
  return false;
}

// A table with a register after it, as Yosys stores it: `columns` are those that are not constant,
// `different` those of them that no other repeats. A LUT holds 64 lines of a column; four are
// chosen from without one.
Cells table(int lines, int columns, int different) {
  if (in_block_rams(lines, columns)) return {};
  const int luts = ceil_div(lines, 64) + ceil_div(lines, 256) - 1;
  return {1.0 * different * luts, 1.0 * different};
}

// Columns of bits that are the same in all lines, or that another has too, take nothing.
Cells table(const ConstantTable& entries, int width) {
  int columns = 0;
  std::set<std::string> different;
  for (std::size_t lane = 0; !entries.empty() && lane < entries.front().size(); ++lane)
    for (int bit = 0; bit < width; ++bit) {
      std::string column;
      for (const auto& line : entries)
        column +=
            mpz_tstbit(line[lane].get_mpz_t(), static_cast<mp_bitcnt_t>(bit)) != 0 ? '1' : '0';
      if (column.find('0') == std::string::npos || column.find('1') == std::string::npos) continue;
      ++columns;
      different.insert(std::move(column));
    }
  return table(static_cast<int>(entries.size()), columns, static_cast<int>(different.size()));
}

Cells tables(const Folded& folded) {
  const int start_width = std::min(folded.start_width(), folded.alignment.sum_width);
  Cells cells = table(weight_words(folded), folded.alignment.weight_width);
  cells += table(start_words(folded, false), start_width);
  cells += table(start_words(folded, true), start_width);
  cells += table(form_words(folded), 1 + folded.mask_width());
  return cells;
}

// The counter, the program, and its signals in later stages.
Cells sequencer(const Folded& folded) {
  const Schedule& schedule = folded.schedule;
  const int line = 4 + index_bits(static_cast<int>(schedule.passes.size())) +
                   index_bits(schedule.words) + index_bits(schedule.lanes);
  Cells cells = table(folded.program_length(), line, line);
  cells += {kSequencerLuts, kSequencerFfs};
  return cells;
}

// A register for each input and output; inputs clamped, and sorted into words.
Cells ports(const Folded& folded) {
  const Alignment& alignment = folded.alignment;
  Cells cells{kClamp * alignment.clamp_bits, 1.0 * alignment.input_bits};
  const double words = std::max(1, folded.schedule.input_words);
  cells.luts += kInputWords * alignment.input_bits * (words - 1) / words;
  cells.ffs += alignment.output_bits;
  return cells;
}

// Banks (RAM32M: 32 words of 6 bits in 4 LUTs), what is written into them, and what is read: the
// code of one lane for all.
Cells memory(const Folded& folded) {
  const int code = folded.alignment.operand_width;
  const Schedule& schedule = folded.schedule;
  const int lanes = schedule.lanes;
  const int group = 1 << folded.group_bits();
  const int groups = ceil_div(lanes, group);
  const double cuts = std::max<double>(1, static_cast<double>(folded.cuts().size()));
  Cells cells{4.0 * lanes * ceil_div(code, 6) * ceil_div(schedule.words, 32), 1.0 * code * groups};
  cells.luts += kCut * lanes * code * (cuts - 1);
  cells.luts +=
      code * (groups * multiplexer_luts(std::min(group, lanes)) + multiplexer_luts(groups));
  if (schedule.has_tree) cells += {kOperand * lanes * code, 1.0 * lanes * code};
  return cells;
}

// Products of several DSPs have their low bits in registers, and an adder for the others.
Cells lane_sums(const Folded& folded) {
  const Alignment& alignment = folded.alignment;
  const int lanes = folded.schedule.lanes;
  const int dsps = dsp_count(alignment.operand_width, alignment.weight_width);
  constexpr int kDspStep = 17;  // bits from one DSP's product to the next one's
  Cells cells;
  if (dsps == 0) {
    const int code = alignment.operand_width;
    const int weight = alignment.weight_width;
    cells = {kLogicProduct * lanes * code * weight, 1.0 * lanes * (2 * code + weight)};
  } else {
    cells.ffs = 1.0 * kDspStep * lanes * (dsps - 1);
  }
  if (!folded.passes(false).empty() && folded.sums_in_logic())
    cells += {1.0 * lanes * (alignment.sum_width + (dsps > 1 ? alignment.sum_width - kDspStep : 0)),
              1.0 * lanes * alignment.sum_width};
  return cells;
}

// A stage of the tree adds up n sums for each m that it hands on: n - 2 m compressors of three
// bits into two, two LUTs each, and m adders.
Cells adder_tree(const Folded& folded) {
  const Schedule& schedule = folded.schedule;
  if (!schedule.has_tree) return {};
  const int levels = index_bits(schedule.lanes);
  const int per_stage = ceil_div(levels, schedule.tree_stages);
  const int sum = folded.alignment.sum_width;
  Cells cells{2.0 * sum, 1.0 * sum};  // the sum over the steps
  int before = schedule.lanes;
  for (int level = 0; level < levels; level += per_stage) {
    int after = before;
    for (int l = level; l < std::min(levels, level + per_stage); ++l) after = ceil_div(after, 2);
    cells += {1.0 * sum * (2 * before - 3 * after), 1.0 * sum * after};
    before = after;
  }
  return {kTree * cells.luts, cells.ffs};
}

}  // namespace

FoldedCounts counts(const Folded& folded) {
  const Alignment& alignment = folded.alignment;
  const Schedule& schedule = folded.schedule;
  FoldedCounts counts;
  counts.lanes = schedule.lanes;
  counts.dsps =
      std::int64_t{schedule.lanes} * dsp_count(alignment.operand_width, alignment.weight_width);
  counts.rom_bits = schedule.step_count() * schedule.lanes * alignment.weight_width;
  counts.latency = schedule.latency;
  if (schedule.passes.empty()) return counts;

  Cells cells = sequencer(folded);
  for (const auto part : {ports, memory, tables, lane_sums, adder_tree}) cells += part(folded);
  counts.luts = static_cast<std::int64_t>(cells.luts);
  counts.ff_bits = static_cast<std::int64_t>(cells.ffs);
  return counts;
}

}  // namespace certifix::netlist
