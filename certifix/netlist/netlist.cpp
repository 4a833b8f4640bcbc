#include "certifix/netlist/netlist.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "certifix/base/error.hpp"
#include "certifix/netlist/rows.hpp"

namespace certifix::netlist {
namespace {

using num::Integer;

Element constant_element(const Integer& code) {
  return {.codes = {code, code}, .offset = code, .shift = 0, .wire = {}, .read = true};
}

// The element of a port: its wire has low bits of the code's words (code >> shift).
Element port_element(const Range& codes, int shift) {
  if (codes.is_point()) return constant_element(codes.min);
  const Range words = floor_shifted(codes, shift);
  if (words.min < 0 && words.max >= 0) {
    const int width = words.width();
    return {.codes = codes,
            .offset = -shifted_left(1, width - 1 + shift),
            .shift = shift,
            .wire = {.width = width},
            .read = true};
  }
  // Above the highest bit in which the ends differ, all words agree.
  const Integer differing = words.min ^ words.max;
  const int width = static_cast<int>(num::bit_length(differing));
  const Integer prefix = floor_shifted(words, width).min;
  return {.codes = codes,
          .offset = shifted_left(prefix, width + shift),
          .shift = shift,
          .wire = {.width = width},
          .read = true};
}

// The element of an inner row: its wire begins with the smallest word.
Element inner_element(const Range& codes, int shift) {
  if (codes.is_point()) return constant_element(codes.min);
  const Range words = floor_shifted(codes, shift);
  return {.codes = codes,
          .offset = shifted_left(words.min, shift),
          .shift = shift,
          .wire = {.width = Range{0, words.max - words.min}.width()},
          .read = true};
}

// A row as a weighted sum of wires: what the constant parts of its sources' codes contribute, and
// the half ulp, are in the constant.
struct RowSum {
  std::vector<std::pair<std::pair<std::size_t, std::size_t>, Integer>> terms;  // element, weight
  Integer constant;
  Range range;  // proven, of the whole sum
};

class Builder {
 public:
  // tight: by block, the inputs not counted.
  Builder(const design::Design& design, int levels, const std::vector<bool>& tight)
      : design_(design), tight_(tight) {
    netlist_.levels = levels;
  }

  Netlist build() {
    const auto read = read_elements(design_);
    add_inputs(read[0]);
    for (std::size_t b = 1; b < design_.block_count(); ++b) add_block(b, read[b]);
    netlist_.latency = std::max(2, netlist_.blocks.back().end + 1);
    for (Element& output : netlist_.elements.back()) read_at(output.wire, netlist_.latency);
    return std::move(netlist_);
  }

 private:
  static void read_at(Wire& wire, int cycle) { wire.last = std::max(wire.last, cycle); }

  void add_inputs(const std::vector<bool>& read) {
    std::vector<Element> elements;
    bool clamps = false;
    for (std::size_t i = 0; i < design_.inputs.size(); ++i) {
      const design::Input& input = design_.inputs[i];
      elements.push_back(port_element({input.code_min, input.code_max}, 0));
      elements.back().read = read[i];
      if (!read[i]) elements.back().wire = {};
      clamps |= must_clamp(elements.back(), input);
    }
    for (std::size_t i = 0; i < elements.size() && clamps; ++i) {
      const design::Input& input = design_.inputs[i];
      netlist_.raw_inputs.emplace_back();
      if (!must_clamp(elements[i], input)) continue;
      netlist_.raw_inputs.back() = {.width = input.format.width(), .born = 0, .last = 1};
      elements[i].wire.born = elements[i].wire.last = 1;
    }
    inputs_level_ = (clamps ? 2 : 1) * netlist_.levels;
    for (Element& element : elements) element.level = inputs_level_;
    netlist_.elements.push_back(std::move(elements));
  }

  bool must_clamp(const Element& element, const design::Input& input) const {
    return design_.clamp && element.has_wire() &&
           (input.format.min_code() < input.code_min || input.format.max_code() > input.code_max);
  }

  RowSum sum_of(const design::Row& row) const {
    RowSum sum{{}, start_of_sum(row), {}};
    const Integer start = sum.constant;
    Range range{start, start};
    for (const design::Term& term : row.terms) {
      const Element& element = netlist_.elements[term.source][term.index];
      const Integer weight = shifted_left(term.weight, term.shift);
      range = range + scaled(element.codes, weight);
      sum.constant += weight * element.offset;
      if (element.has_wire())
        sum.terms.push_back({{term.source, term.index}, shifted_left(weight, element.shift)});
    }
    sum.range = on_grid(intersection(range, proven_range(row)), sum.constant, sum.terms);
    return sum;
  }

  // The sum moves in steps of the largest power of two that divides all weights.
  static Range on_grid(
      const Range& range, const Integer& constant,
      const std::vector<std::pair<std::pair<std::size_t, std::size_t>, Integer>>& terms) {
    if (terms.empty()) return {range.min, range.max};
    mp_bitcnt_t grid = ~mp_bitcnt_t{0};
    for (const auto& [element, weight] : terms)
      grid = std::min(grid, mpz_scan1(weight.get_mpz_t(), 0));
    const Integer below = num::ceil_shift(Integer(range.min - constant), grid) << grid;
    const Integer above = num::floor_shift(Integer(range.max - constant), grid) << grid;
    return {constant + below, constant + above};
  }

  void add_block(std::size_t b, const std::vector<bool>& read) {
    const std::vector<design::Row>& rows = design_.blocks[b - 1].rows;
    const bool is_output = b + 1 == design_.block_count();
    BlockNetlist block;
    std::vector<RowSum> sums;
    std::vector<std::size_t> rows_with_sums;
    std::vector<Element> elements(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!read[i]) continue;
      RowSum sum = sum_of(rows[i]);
      const Range codes = codes_of(rows[i], sum.range);
      const int zeros = std::max(0, -right_shift(rows[i]));
      elements[i] = is_output ? port_element(codes, zeros) : inner_element(codes, zeros);
      if (!elements[i].has_wire()) continue;
      move_to_zero(rows[i], elements[i].offset, sum);
      rows_with_sums.push_back(i);
      sums.push_back(std::move(sum));
    }
    block.tight = tight_[b - 1];
    const int base = make_graph(block, sums, rows, rows_with_sums);
    schedule(block, base);
    block.cuts.resize(rows.size());
    std::vector<int> needed(block.graph.nodes.size(), 0);
    for (std::size_t k = 0; k < rows_with_sums.size(); ++k) {
      const std::size_t i = rows_with_sums[k];
      block.cuts[i] =
          cut_out(block, rows[i], sums[k].range, block.graph.roots[k], elements[i], needed);
      elements[i].level = level_of(block, *block.cuts[i], base);
    }
    set_widths(block, needed);
    block.end = block.start;
    for (const Element& element : elements)
      if (element.has_wire()) block.end = std::max(block.end, element.wire.born);
    netlist_.elements.push_back(std::move(elements));
    netlist_.blocks.push_back(std::move(block));
  }

  // Returns the level that is level 0 of the graph.
  int make_graph(BlockNetlist& block, const std::vector<RowSum>& sums,
                 const std::vector<design::Row>& rows, const std::vector<std::size_t>& which) {
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> number;
    for (const RowSum& sum : sums)
      for (const auto& [element, weight] : sum.terms) number.emplace(element, 0);
    std::vector<Range> ranges;
    for (auto& [element, n] : number) {
      n = block.sources.size();
      block.sources.push_back({element.first, element.second});
      ranges.push_back(netlist_.elements[element.first][element.second].wire_range());
    }
    std::vector<WeightedSum> weighted;
    for (std::size_t k = 0; k < sums.size(); ++k) {
      WeightedSum sum{{}, sums[k].constant};
      // Bits of the constant below every term, or below the code, neither carry nor show.
      auto low = static_cast<mp_bitcnt_t>(std::max(0, right_shift(rows[which[k]])));
      for (const auto& [element, weight] : sums[k].terms) {
        low = std::min(low, mpz_scan1(weight.get_mpz_t(), 0));
        sum.terms.emplace_back(number.at(element), weight);
      }
      sum.constant = num::floor_shift(sum.constant, low) << low;
      weighted.push_back(std::move(sum));
    }
    // Inputs are there first.
    int base = inputs_level_;
    for (const Source& source : block.sources) base = std::max(base, level(source));
    std::vector<int> source_levels;
    for (const Source& source : block.sources) source_levels.push_back(level(source) - base);
    const int levels = netlist_.levels;
    block.start = base / levels;
    block.graph =
        build_graph(ranges, source_levels, weighted, {levels, base % levels, block.tight});
    return base;
  }

  int level(const Source& source) const {
    return netlist_.elements[source.block][source.index].level;
  }

  void schedule(BlockNetlist& block, int base) {
    for (const Node& node : block.graph.nodes) {
      // What is read at a level is added up at the next; a sum comes within its stage.
      const int level = base + node.level;
      const int born = (node.kind == NodeKind::source ? level : level - 1) / netlist_.levels;
      block.wires.push_back({.width = 0, .born = born, .last = born});
      if (node.kind != NodeKind::sum) continue;
      for (const Operand& operand : node.operands) read_node(block, operand.node, born);
    }
  }

  // When the code of a row can be read.
  int level_of(const BlockNetlist& block, const RowCut& cut, int base) const {
    const int levels = netlist_.levels;
    if (!block.tight) return (block.wires[cut.root.node].born + 1) * levels;
    const Node& root = block.graph.nodes[cut.root.node];
    const int level = base + root.level;
    const bool ends_stage = root.kind != NodeKind::source && level % levels == 0;
    return cut.sign && !ends_stage ? level + 1 : level;
  }

  void read_node(BlockNetlist& block, std::size_t node, int cycle) {
    read_at(block.wires[node], cycle);
    if (node < block.sources.size()) {
      const Source& source = block.sources[node];
      read_at(netlist_.elements[source.block][source.index].wire, cycle);
    }
  }

  // Takes the offset of a row's code out of its sum. Where a ReLU looks at the sign of the sum, the
  // offset is 0, or belongs to a code that all sums are above.
  static void move_to_zero(const design::Row& row, const Integer& offset, RowSum& sum) {
    const int r = right_shift(row);
    const Integer on_grid =
        r > 0 ? shifted_left(offset, r) : num::floor_shift(offset, static_cast<unsigned long>(-r));
    sum.constant -= on_grid;
    sum.range = sum.range + Range{-on_grid, -on_grid};
  }

  // How a row is cut out of its sum, and how many bits of the root that needs.
  RowCut cut_out(BlockNetlist& block, const design::Row& row, const Range& sum, const Operand& root,
                 Element& element, std::vector<int>& needed) {
    const int down = right_shift(row) - root.shift;
    RowCut cut{.root = root, .low = std::max(0, down), .sign = std::nullopt};
    if (down < 0) {
      // The root has no bits for the sum's own trailing zeros.
      element.wire.width = std::max(1, element.wire.width + down + element.shift);
      element.shift = -down;
    }
    int bits = cut.low + element.wire.width;
    if (row.activation == net::Activation::relu && sum.min < 0) {
      cut.sign = std::max(0, num::signed_width(sum.min, sum.max) - root.shift - 1);
      bits = std::max(bits, *cut.sign + 1);
    }
    needed[root.node] = std::max(needed[root.node], bits);
    element.wire.born = element.wire.last = block.wires[root.node].born;
    read_node(block, root.node, element.wire.born);
    return cut;
  }

  static void set_widths(BlockNetlist& block, std::vector<int>& needed) {
    for (std::size_t n = block.graph.nodes.size(); n-- > 0;) {
      const Node& node = block.graph.nodes[n];
      Wire& wire = block.wires[n];
      wire.width = std::max(1, needed[n]);
      if (node.range.min >= 0) wire.width = std::min(wire.width, node.range.width());
      if (node.kind != NodeKind::sum) continue;
      for (const Operand& operand : node.operands)
        needed[operand.node] = std::max(needed[operand.node], wire.width - operand.shift);
    }
  }

  const design::Design& design_;
  const std::vector<bool>& tight_;
  Netlist netlist_;
  int inputs_level_ = 0;
};

std::int64_t register_bits(const Wire& wire) {
  return std::int64_t{wire.width} * (wire.last - wire.born);
}

}  // namespace

Range Element::wire_range() const {
  const Range moved{codes.min - offset, codes.max - offset};
  return floor_shifted(moved, shift);
}

Netlist build(const design::Design& design, int levels) {
  CERTIFIX_CHECK(!design.inputs.empty() && !design.blocks.empty(),
                 "a design has inputs and an output block");
  // Nothing begins within the cycle that ends with the outputs.
  const std::size_t inner = design.blocks.size() - 1;
  std::vector<bool> tight(design.blocks.size(), false);
  Netlist loose = Builder(design, levels, tight).build();
  if (levels == 1 || inner == 0) return loose;
  std::fill_n(tight.begin(), inner, true);
  Netlist best = Builder(design, levels, tight).build();
  if (best.latency >= loose.latency) return loose;
  for (std::size_t b = 0; b < inner; ++b) {
    tight[b] = false;
    Netlist next = Builder(design, levels, tight).build();
    tight[b] = next.latency > best.latency || counts(next).luts > counts(best).luts;
    if (!tight[b]) best = std::move(next);
  }
  return 10 * counts(best).luts <= 11 * counts(loose).luts ? best : loose;
}

AdderBits adder_bits(const BlockNetlist& block, std::size_t n) {
  if (block.graph.nodes[n].kind != NodeKind::sum) return {};
  const auto lowest_bit = [&](const Operand& operand) {
    const Node& node = block.graph.nodes[operand.node];
    const bool has_zeros = node.kind == NodeKind::constant && node.range.min != 0;
    return operand.shift +
           (has_zeros ? static_cast<int>(mpz_scan1(node.range.min.get_mpz_t(), 0)) : 0);
  };
  const auto top = [&](const Operand& operand) {
    return operand.shift + block.wires[operand.node].width;
  };
  const auto& [a, b] = block.graph.nodes[n].operands;
  const int low = std::max(lowest_bit(a), lowest_bit(b));
  const int shared_top = std::min(top(a), top(b));
  if (shared_top <= low) return {};
  const int width = block.wires[n].width;
  const bool constant = block.graph.nodes[a.node].kind == NodeKind::constant ||
                        block.graph.nodes[b.node].kind == NodeKind::constant;
  return {std::max(0, width - low), constant ? 0 : std::max(0, std::min(shared_top, width) - low)};
}

Counts counts(const Netlist& netlist) {
  Counts counts;
  counts.latency = netlist.latency;
  counts.ff_bits = netlist.latency;
  counts.luts = 1;
  for (const Wire& wire : netlist.raw_inputs) {
    counts.ff_bits += register_bits(wire);
    counts.clamp_bits += wire.width;
  }
  counts.luts += counts.clamp_bits * 5 / 3;
  for (const std::vector<Element>& elements : netlist.elements)
    for (const Element& element : elements) counts.ff_bits += register_bits(element.wire);
  for (std::size_t b = 1; b <= netlist.blocks.size(); ++b) {
    const BlockNetlist& block = netlist.blocks[b - 1];
    for (std::size_t i = 0; i < block.cuts.size(); ++i)
      if (block.cuts[i] && block.cuts[i]->sign) counts.luts += netlist.elements[b][i].wire.width;
    for (std::size_t n = 0; n < block.graph.nodes.size(); ++n) {
      const AdderBits bits = adder_bits(block, n);
      counts.adder_bits += bits.chain;
      counts.luts += bits.overlap;
      if (block.graph.nodes[n].kind == NodeKind::sum)
        counts.ff_bits += register_bits(block.wires[n]);
    }
  }
  return counts;
}

}  // namespace certifix::netlist
