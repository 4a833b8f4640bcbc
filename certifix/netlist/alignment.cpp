#include "certifix/netlist/alignment.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "certifix/base/error.hpp"
#include "certifix/netlist/rows.hpp"

namespace certifix::netlist {
namespace {

using num::Integer;

// floor(x * 2^shift).
Integer scaled_floor(const Integer& x, int shift) {
  return shift >= 0 ? shifted_left(x, shift)
                    : num::floor_shift(x, static_cast<unsigned long>(-shift));
}

int width_of(const Range& range) { return num::signed_width(range.min, range.max); }

class Aligner {
 public:
  explicit Aligner(const design::Design& design) : design_(design) { find_ranges(); }

  // Input words have at most `limit` bits, where their shift can still be chosen.
  Alignment align(int limit) const {
    Alignment result;
    result.elements = elements_;
    align_inputs(limit, result.elements[0]);
    for (std::size_t b = 1; b < design_.block_count(); ++b) add_block(b, result);
    share_cuts(result);
    measure(result);
    return result;
  }

  // The widths that limits are worth trying between.
  std::pair<int, int> input_limits() const {
    int low = 1;
    int high = 1;
    for (std::size_t i = 0; i < design_.inputs.size(); ++i) {
      if (!elements_[0][i].live) continue;
      low = std::max(low, width_of(elements_[0][i].codes));
      high = std::max(high, width_of(elements_[0][i].codes) + above_grid(0, i));
    }
    return {low, high};
  }

 private:
  void find_ranges() {
    for (std::size_t b = 0; b < design_.block_count(); ++b) {
      std::vector<StoredElement> elements;
      sums_.emplace_back();
      for (std::size_t i = 0; i < design_.size(b); ++i) {
        StoredElement element;
        if (b == 0) {
          element.codes = {design_.inputs[i].code_min, design_.inputs[i].code_max};
        } else {
          const design::Row& row = design_.blocks[b - 1].rows[i];
          sums_.back().push_back(range_of(row));
          element.codes = codes_of(row, sums_.back().back());
        }
        elements.push_back(std::move(element));
      }
      elements_.push_back(std::move(elements));
    }
    mark_live();
    for (std::size_t b = 0; b < design_.block_count(); ++b) {
      grids_.push_back(grid_of(b));
      for (std::size_t i = 0; i < design_.size(b); ++i) elements_[b][i].up = above_grid(b, i);
    }
  }

  // Constants stop the way from an output: they read nothing.
  void mark_live() {
    const std::size_t last = design_.block_count() - 1;
    for (StoredElement& output : elements_[last]) output.live = !output.codes.is_point();
    for (std::size_t b = last; b >= 1; --b)
      for (std::size_t i = 0; i < design_.size(b); ++i)
        if (elements_[b][i].live)
          for (const design::Term& term : design_.blocks[b - 1].rows[i].terms) {
            StoredElement& source = elements_[term.source][term.index];
            source.live = !source.codes.is_point();
          }
  }

  Range range_of(const design::Row& row) const {
    const Integer start = start_of_sum(row);
    Range range{start, start};
    for (const design::Term& term : row.terms)
      range = range + scaled(elements_[term.source][term.index].codes,
                             shifted_left(term.weight, term.shift));
    return intersection(range, proven_range(row));
  }

  // The finest lsb of live elements.
  int grid_of(std::size_t b) const {
    int grid = 0;
    bool found = false;
    for (std::size_t i = 0; i < design_.size(b); ++i) {
      if (!elements_[b][i].live) continue;
      grid = found ? std::min(grid, design_.lsb(b, i)) : design_.lsb(b, i);
      found = true;
    }
    return grid;
  }

  int above_grid(std::size_t b, std::size_t i) const {
    return elements_[b][i].live ? design_.lsb(b, i) - grids_[b] : 0;
  }

  void align_inputs(int limit, std::vector<StoredElement>& inputs) const {
    for (std::size_t i = 0; i < inputs.size(); ++i)
      inputs[i].up = std::clamp(limit - width_of(inputs[i].codes), 0, above_grid(0, i));
  }

  void add_block(std::size_t b, Alignment& result) const {
    const std::vector<design::Row>& rows = design_.blocks[b - 1].rows;
    const auto is_live = [&](const design::Term& term) {
      return elements_[term.source][term.index].live;
    };
    AlignedBlock block;
    int lsb = grids_[b];  // of the sums
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!elements_[b][i].live) continue;
      block.live.push_back(i);
      for (const design::Term& term : rows[i].terms)
        if (is_live(term))
          lsb = std::min(lsb, rows[i].accumulator_lsb + term.shift + trailing_zeros(term.weight) -
                                  result.elements[term.source][term.index].up);
    }
    for (const std::size_t i : block.live) {
      const design::Row& row = rows[i];
      const int up = row.accumulator_lsb - lsb;
      AlignedRow aligned;
      Integer start = start_of_sum(row);
      for (const design::Term& term : row.terms) {
        const StoredElement& source = result.elements[term.source][term.index];
        if (is_live(term))
          aligned.terms.push_back(
              {term.source, term.index, scaled_floor(term.weight, term.shift + up - source.up)});
        else
          start += shifted_left(term.weight, term.shift) * source.codes.min;
      }
      // Below the grid nothing carries: all products, and the code, are on it.
      aligned.start = scaled_floor(start, up);
      aligned.sum = {scaled_floor(sums_[b][i].min, up), scaled_floor(sums_[b][i].max, up)};
      aligned.clears_negative = row.activation == net::Activation::relu && sums_[b][i].min < 0;
      block.rows.push_back(std::move(aligned));
    }
    block.cut = grids_[b] - lsb;
    result.blocks.push_back(std::move(block));
  }

  static int weight_width(const AlignedBlock& block) {
    int width = 1;
    for (const AlignedRow& row : block.rows)
      for (const AlignedTerm& term : row.terms)
        width = std::max(width, num::signed_width(term.weight, term.weight));
    return width;
  }

  static int sum_width(const AlignedBlock& block) {
    int width = 1;
    for (const AlignedRow& row : block.rows) width = std::max(width, width_of(row.sum));
    return width;
  }

  // Blocks with room in their weights and sums take the cut of one with a higher cut, which spares
  // the lanes a multiplexer.
  static void share_cuts(Alignment& result) {
    int weight = 1;
    int sum = 1;
    std::vector<AlignedBlock*> blocks;
    for (AlignedBlock& block : result.blocks) {
      if (block.live.empty()) continue;
      weight = std::max(weight, weight_width(block));
      sum = std::max(sum, sum_width(block));
      blocks.push_back(&block);
    }
    std::stable_sort(blocks.begin(), blocks.end(),
                     [](const AlignedBlock* a, const AlignedBlock* b) { return a->cut > b->cut; });
    int target = blocks.empty() ? 0 : blocks.front()->cut;
    for (AlignedBlock* block : blocks) {
      const int more = target - block->cut;
      if (weight_width(*block) + more > weight || sum_width(*block) + more > sum)
        target = block->cut;
      else
        move_up(*block, more);
    }
  }

  static void move_up(AlignedBlock& block, int bits) {
    block.cut += bits;
    for (AlignedRow& row : block.rows) {
      row.start = shifted_left(row.start, bits);
      // All that the finer grid adds lies on the coarser one.
      row.sum = {shifted_left(row.sum.min, bits), shifted_left(row.sum.max, bits)};
      for (AlignedTerm& term : row.terms) term.weight = shifted_left(term.weight, bits);
    }
  }

  void measure(Alignment& result) const {
    for (std::size_t b = 0; b + 1 < design_.block_count(); ++b)
      for (const StoredElement& element : result.elements[b])
        if (element.live)
          result.operand_width = std::max(result.operand_width, width_of(element.words()));
    for (std::size_t i = 0; i < design_.inputs.size(); ++i) {
      const design::Input& input = design_.inputs[i];
      if (!elements_[0][i].live) continue;
      result.input_bits += input.format.width();
      if (design_.clamp &&
          (input.format.min_code() < input.code_min || input.format.max_code() > input.code_max))
        result.clamp_bits += input.format.width();
    }
    for (std::size_t i = 0; i < elements_.back().size(); ++i)
      if (elements_.back()[i].live)
        result.output_bits += design_.blocks.back().rows[i].output.width();
    for (const AlignedBlock& block : result.blocks) {
      result.weight_width = std::max(result.weight_width, weight_width(block));
      result.sum_width = std::max(result.sum_width, sum_width(block));
    }
  }

  const design::Design& design_;
  std::vector<std::vector<StoredElement>> elements_;
  std::vector<std::vector<Range>> sums_;  // of blocks from 1, on their rows' accumulator grids
  std::vector<int> grids_;
};

}  // namespace

Alignment align(const design::Design& design) {
  const Aligner aligner(design);
  const auto [low, high] = aligner.input_limits();
  const auto price = [](const Alignment& a) {
    return std::tuple(dsp_count(a.operand_width, a.weight_width), a.operand_width + a.weight_width,
                      a.operand_width);
  };
  Alignment best = aligner.align(low);
  for (int limit = low + 1; limit <= high; ++limit) {
    Alignment other = aligner.align(limit);
    if (price(other) < price(best)) best = std::move(other);
  }
  return best;
}

int dsp_count(int a, int b) {
  if (a < b) std::swap(a, b);
  if (b < 2 || a + b < 9) return 0;
  const auto pieces = [](int width, int whole) {
    return width <= whole ? 1 : 1 + (width - 18 + 16) / 17;
  };
  return pieces(a, 25) * pieces(b, 18);
}

}  // namespace certifix::netlist
