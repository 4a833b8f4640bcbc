#include "certifix/netlist/graph.hpp"

#include <algorithm>
#include <climits>
#include <optional>

#include "certifix/base/error.hpp"
#include "certifix/netlist/csd.hpp"
#include "certifix/netlist/share.hpp"
#include "certifix/netlist/tree.hpp"

namespace certifix::netlist {

using num::Integer;

GraphBuilder::GraphBuilder(std::vector<Range> sources, const std::vector<int>& levels) {
  lowest_ = 0;
  for (std::size_t s = 0; s < sources.size(); ++s) {
    nodes_.push_back(
        {.kind = NodeKind::source, .level = levels[s], .range = std::move(sources[s])});
    linear_.push_back({{{s, Integer(1)}}, 0});
    widths_.push_back(nodes_.back().range.width());
    lowest_ = std::min(lowest_, levels[s]);
  }
}

std::size_t GraphBuilder::constant() {
  nodes_.push_back({.kind = NodeKind::constant, .level = lowest_, .range = {0, 0}});
  linear_.push_back({{}, 0});
  widths_.push_back(1);
  return nodes_.size() - 1;
}

std::size_t GraphBuilder::sum(const Operand& a, const Operand& b) {
  CERTIFIX_CHECK(!a.negative && std::min(a.shift, b.shift) == 0, "a sum is in its normal form");
  const Integer a_factor = shifted_left(1, a.shift);
  const Integer b_factor =
      b.negative ? Integer(-shifted_left(1, b.shift)) : shifted_left(1, b.shift);
  const Linear& x = linear_[a.node];
  const Linear& y = linear_[b.node];
  Linear linear{{}, a_factor * x.constant + b_factor * y.constant};
  if (b.negative) {
    const Range& range = nodes_[b.node].range;
    CERTIFIX_CHECK(range.min >= 0, "only what is never negative is complemented");
    linear.constant += shifted_left(shifted_left(1, range.width()) - 1, b.shift);
  }
  auto i = x.terms.begin();
  auto j = y.terms.begin();
  while (i != x.terms.end() || j != y.terms.end()) {
    if (j == y.terms.end() || (i != x.terms.end() && i->first < j->first)) {
      linear.terms.emplace_back(i->first, a_factor * i->second);
      ++i;
    } else if (i == x.terms.end() || j->first < i->first) {
      linear.terms.emplace_back(j->first, b_factor * j->second);
      ++j;
    } else {
      linear.terms.emplace_back(i->first, a_factor * i->second + b_factor * j->second);
      ++i;
      ++j;
    }
  }
  nodes_.push_back({.kind = NodeKind::sum,
                    .operands = {a, b},
                    .level = std::max(nodes_[a.node].level, nodes_[b.node].level) + 1,
                    .range = range_of(linear)});
  linear_.push_back(std::move(linear));
  widths_.push_back(nodes_.back().range.width());
  return nodes_.size() - 1;
}

Operand GraphBuilder::combined(const Operand& p, const Operand& q) {
  const int base = std::min(p.shift, q.shift);
  Operand a{p.node, p.shift - base, false};
  Operand b{q.node, q.shift - base, false};
  if (p.negative && !q.negative) std::swap(a, b);
  b.negative = p.negative != q.negative;
  return {sum(a, b), base, p.negative && q.negative};
}

void GraphBuilder::settle(const Operand& root, const Operand& constant, const Integer& value) {
  const Integer missing = value - constant_part(root);
  std::vector<Integer> added(nodes_.size() - constant.node);
  added[0] = num::floor_shift(missing, static_cast<unsigned long>(constant.shift));
  CERTIFIX_CHECK(shifted_left(added[0], constant.shift) == missing,
                 "all terms of a root are multiples of its constant's grid");
  for (std::size_t n = constant.node; n < nodes_.size(); ++n) {
    Integer& change = added[n - constant.node];
    if (nodes_[n].kind == NodeKind::sum)
      for (const Operand& operand : nodes_[n].operands)
        if (operand.node >= constant.node)
          change += shifted_left(added[operand.node - constant.node], operand.shift);
    if (change == 0) continue;
    linear_[n].constant += change;
    nodes_[n].range = nodes_[n].range + Range{change, change};
  }
}

Integer GraphBuilder::constant_part(const Operand& root) const {
  return shifted_left(linear_[root.node].constant, root.shift);
}

Range GraphBuilder::range_of(const Linear& linear) const {
  Range range{linear.constant, linear.constant};
  for (const auto& [source, factor] : linear.terms)
    range = range + scaled(nodes_[source].range, factor);
  return range;
}

int overlap(int p_width, int p_shift, int q_width, int q_shift) {
  return std::max(0, std::min(p_width + p_shift, q_width + q_shift) - std::max(p_shift, q_shift));
}

namespace {

// Bound on how far before the last source others are read, so that weights fit their words.
constexpr int kEarliest = 30;

// A sum before it is a tree.
struct Start {
  Terms terms;
  bool has_constant;
  int low;  // the lowest bit of a term or the constant
};

Start start_of(const WeightedSum& sum) {
  Start start{{}, sum.constant != 0, sum.constant != 0 ? trailing_zeros(sum.constant) : INT_MAX};
  for (const auto& [source, weight] : sum.terms)
    for (const Digit& digit : signed_digits(weight)) {
      start.terms.push_back({source, digit.shift, digit.negative});
      start.has_constant |= digit.negative;
      start.low = std::min(start.low, digit.shift);
    }
  if (start.terms.empty()) return {{}, true, sum.constant != 0 ? start.low : 0};
  return start;
}

// Levels of the deepest of balanced trees, if no source is read before level `earliest`, up to the
// end of its stage unless the graph is to be tight.
int least_depth(const std::vector<Start>& starts, const std::vector<int>& source_levels,
                int earliest, const Stages& stages) {
  int depth = 1;
  for (const Start& start : starts) {
    std::uint64_t weight = start.has_constant ? 1 : 0;
    for (const Operand& term : start.terms)
      weight += std::uint64_t{1} << (std::max(source_levels[term.node], earliest) - earliest);
    while (std::uint64_t{1} << (depth - earliest) < weight) ++depth;
  }
  if (stages.tight) return depth;
  const int end = stages.used + depth + stages.levels - 1;
  return end - end % stages.levels - stages.used;
}

}  // namespace

Graph build_graph(const std::vector<Range>& sources, const std::vector<int>& source_levels,
                  const std::vector<WeightedSum>& sums, const Stages& stages) {
  CERTIFIX_CHECK(stages.used >= 0 && stages.used < stages.levels,
                 "a pipeline stage has at least one level, and a block begins within one");
  std::vector<Start> starts;
  for (const WeightedSum& sum : sums) starts.push_back(start_of(sum));

  // What is read early is kept in sums instead of sources: worth it only where it saves levels that
  // count.
  int first = 0;
  for (const int level : source_levels) first = std::max(std::min(first, level), -kEarliest);
  int earliest = 0;
  int limit = least_depth(starts, source_levels, 0, stages);
  const int step = stages.tight ? 1 : stages.levels;
  for (int level = -step; level >= first; level -= step) {
    const int depth = least_depth(starts, source_levels, level, stages);
    if (depth >= limit) continue;
    earliest = level;
    limit = depth;
  }
  std::vector<int> read_at;
  for (const int level : source_levels) read_at.push_back(std::max(level, earliest));

  GraphBuilder builder(sources, read_at);
  std::vector<Terms> rows;
  std::vector<std::optional<Operand>> constants;
  for (Start& start : starts) {
    constants.emplace_back();
    if (start.has_constant) constants.back() = {builder.constant(), start.low, false};
    rows.push_back(std::move(start.terms));
  }
  share(builder, rows, constants, limit);
  Graph graph;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const Operand root = add_up(builder, std::move(rows[i]), constants[i], limit);
    if (constants[i]) builder.settle(root, *constants[i], sums[i].constant);
    CERTIFIX_CHECK(builder.constant_part(root) == sums[i].constant, "the root is the sum");
    graph.roots.push_back(root);
    graph.depth = std::max(graph.depth, builder.node(root.node).level);
  }
  graph.nodes = builder.take();
  return graph;
}

}  // namespace certifix::netlist
