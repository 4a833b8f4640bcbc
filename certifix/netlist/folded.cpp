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

Integer Folded::kept_bits(const Pass& pass, std::size_t lane) const {
  const int width = mask_width();
  const int up = std::min(alignment.elements[pass.block][row_number(pass, lane)].up, width);
  return shifted_left(1, width) - shifted_left(1, up);
}

int Folded::group_bits() const {
  int bits = 1;
  while ((1 << bits) < schedule.lanes) ++bits;
  return std::min(bits, std::max(2, (bits + 1) / 2));
}

Folded fold(const design::Design& design, int lanes, int levels) {
  Alignment alignment = align(design);
  Schedule plan = schedule(alignment, lanes, levels);
  return {std::move(alignment), std::move(plan)};
}

bool Folded::sums_in_logic() const {
  constexpr int kDspSum = 48;
  return dsp_count(alignment.operand_width, alignment.weight_width) != 1 ||
         alignment.sum_width > kDspSum || schedule.has_tree;
}

ConstantTable weight_words(const Folded& folded) {
  ConstantTable words;
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

ConstantTable start_words(const Folded& folded, bool tree) {
  ConstantTable words;
  for (const std::size_t p : folded.passes(tree)) {
    const Pass& pass = folded.schedule.passes[p];
    words.emplace_back(tree ? 1 : static_cast<std::size_t>(folded.schedule.lanes), Integer(0));
    for (std::size_t lane = 0; lane < pass.row_count; ++lane)
      words.back()[lane] = folded.row(pass, lane).start;
  }
  return words;
}

ConstantTable form_words(const Folded& folded) {
  ConstantTable words;
  for (const std::size_t p : folded.passes(false)) {
    const Pass& pass = folded.schedule.passes[p];
    words.emplace_back(static_cast<std::size_t>(folded.schedule.lanes), Integer(0));
    for (std::size_t lane = 0; lane < pass.row_count && !folded.is_output(pass); ++lane)
      words.back()[lane] =
          2 * folded.kept_bits(pass, lane) + (folded.row(pass, lane).clears_negative ? 1 : 0);
  }
  return words;
}

}  // namespace certifix::netlist
