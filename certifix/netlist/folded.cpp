#include "certifix/netlist/folded.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace certifix::netlist {

using num::Integer;

std::vector<std::size_t> Folded::passes(bool tree) const {
  std::vector<std::size_t> numbers;
  for (std::size_t p = 0; p < schedule.passes.size(); ++p)
    if (schedule.passes[p].tree == tree) numbers.push_back(p);
  return numbers;
}

std::vector<int> Folded::cuts() const {
  std::set<int, std::greater<>> cuts;
  for (const Pass& pass : schedule.passes)
    if (!is_output(pass)) cuts.insert(alignment.blocks[pass.block - 1].cut);
  return {cuts.begin(), cuts.end()};
}

int Folded::start_width() const {
  int width = 1;
  for (const AlignedBlock& block : alignment.blocks)
    for (const AlignedRow& row : block.rows)
      width = std::max(width, num::signed_width(row.start, row.start));
  return width;
}

int Folded::mask_width() const {
  int width = 0;
  for (const Pass& pass : schedule.passes)
    for (std::size_t lane = 0; lane < pass.row_count && !is_output(pass); ++lane)
      width = std::max(width, alignment.elements[pass.block][row_number(pass, lane)].up);
  return width;
}

Folded fold(const design::Design& design, int lanes, int levels) {
  Alignment alignment = align(design);
  Schedule plan = schedule(alignment, lanes, levels);
  return {std::move(alignment), std::move(plan)};
}

std::vector<std::vector<Integer>> weight_words(const Folded& folded) {
  std::vector<std::vector<Integer>> words;
  for (const Pass& pass : folded.schedule.passes) {
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> step_of;  // element or word: step
    const std::size_t first = words.size();
    for (std::size_t s = 0; s < pass.steps.size(); ++s) {
      const Step& step = pass.steps[s];
      const auto word = static_cast<std::size_t>(step.word);
      step_of[pass.tree ? std::pair{word, std::size_t{0}} : std::pair{step.source, step.index}] = s;
      words.emplace_back(static_cast<std::size_t>(folded.schedule.lanes), Integer(0));
    }
    for (std::size_t lane = 0; lane < pass.row_count; ++lane)
      for (const AlignedTerm& term : folded.row(pass, lane).terms) {
        const Place& place = folded.schedule.places[term.source][term.index];
        const auto word = static_cast<std::size_t>(place.word);
        const std::size_t step = step_of.at(pass.tree ? std::pair{word, std::size_t{0}}
                                                      : std::pair{term.source, term.index});
        words[first + step][pass.tree ? static_cast<std::size_t>(place.lane) : lane] = term.weight;
      }
  }
  return words;
}

namespace {

// What one lane takes.
struct Lane {
  double luts = 0;
  double ffs = 0;
};

Lane lane_of(const Folded& folded) {
  const Alignment& alignment = folded.alignment;
  const Schedule& schedule = folded.schedule;
  const int code = alignment.operand_width;
  const int sum = alignment.sum_width;
  const int product = std::min(code + alignment.weight_width, sum);
  const int dsps = dsp_count(code, alignment.weight_width);
  const std::size_t row_passes = folded.passes(false).size();
  // Banks of 32 words (RAM32M: 6 bits in 4 LUTs); writing, cutting and clearing a code.
  const int banks = (schedule.words + 31) / 32;
  Lane lane{code * (2.0 / 3.0) * banks + 2.0 * code, 1.0 * code + folded.mask_width()};
  if (schedule.has_tree) lane.luts += code;  // whose code is multiplied
  // One DSP48 multiplies and adds up. Several, a wider sum, or a tree that reads the product, too,
  // leave the sum to logic.
  constexpr int kDspSum = 48;
  if (dsps == 0) {
    lane.luts += 2.88 * code * alignment.weight_width + 46;
    lane.ffs += code + alignment.weight_width + product;
  } else if (dsps > 1) {
    lane.luts += dsps * std::max(0, product - 17) / 4.0;
    lane.ffs += product;
  }
  if (row_passes > 0 && (dsps != 1 || sum > kDspSum || schedule.has_tree)) {
    lane.luts += sum * (row_passes > 1 ? 2.0 : 1.0);
    lane.ffs += sum;
  }
  return lane;
}

// Sums that stand in the registers of the tree of adders.
int tree_registers(const Schedule& schedule) {
  int levels = 0;
  for (int n = schedule.lanes; n > 1; n = (n + 1) / 2) ++levels;
  const int per_stage = (levels + schedule.tree_stages - 1) / schedule.tree_stages;
  int registers = 0;
  int width = schedule.lanes;
  for (int level = 1; level <= levels; ++level) {
    width = (width + 1) / 2;
    if (level % per_stage == 0 || level == levels) registers += width;
  }
  return registers;
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

  const Lane lane = lane_of(folded);
  const int code = alignment.operand_width;
  double luts = schedule.lanes * lane.luts;
  double ffs = schedule.lanes * lane.ffs + alignment.input_bits;
  luts += code * schedule.lanes / 3.0 + alignment.clamp_bits * 5.0 / 3.0;
  if (schedule.has_tree) {
    luts += alignment.sum_width * (schedule.lanes + 1.0);
    // Registers of the tree; the first has the sums of 2^levels lanes.
    ffs += alignment.sum_width * (1.0 + tree_registers(schedule));
  }
  constexpr int kSequencer = 70;  // counters, the program's signals in later stages
  counts.luts = static_cast<std::int64_t>(luts) + kSequencer;
  counts.ff_bits = static_cast<std::int64_t>(ffs) + kSequencer;
  return counts;
}

}  // namespace certifix::netlist
