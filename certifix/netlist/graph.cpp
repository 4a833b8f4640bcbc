#include "certifix/netlist/graph.hpp"

#include <algorithm>

#include "certifix/base/error.hpp"
#include "certifix/netlist/csd.hpp"
#include "certifix/netlist/share.hpp"
#include "certifix/netlist/tree.hpp"

namespace certifix::netlist {

using num::Integer;

GraphBuilder::GraphBuilder(std::vector<Range> sources) : sources_(sources.size()) {
  for (std::size_t s = 0; s < sources_; ++s) {
    nodes_.push_back({.kind = NodeKind::source, .range = std::move(sources[s])});
    linear_.push_back({{{s, Integer(1)}}, 0});
  }
}

std::size_t GraphBuilder::constant(const Integer& value) {
  nodes_.push_back({.kind = NodeKind::constant, .range = {value, value}});
  linear_.push_back({{}, value});
  return nodes_.size() - 1;
}

std::size_t GraphBuilder::sum(const Operand& a, const Operand& b) {
  CERTIFIX_CHECK(!a.negative && std::min(a.shift, b.shift) == 0, "a sum is in its normal form");
  const Integer a_factor = shifted_left(1, a.shift);
  const Integer b_factor = b.negative ? Integer(-shifted_left(1, b.shift)) : shifted_left(1, b.shift);
  const Linear& x = linear_[a.node];
  const Linear& y = linear_[b.node];
  Linear linear{{}, a_factor * x.constant + b_factor * y.constant};
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
  return nodes_.size() - 1;
}

Operand GraphBuilder::combined(const Operand& p, const Operand& q, bool positive) {
  const int base = std::min(p.shift, q.shift);
  const Operand a{p.node, p.shift - base, false};
  const Operand b{q.node, q.shift - base, false};
  if (p.negative == q.negative) return {sum(a, b), base, p.negative};
  const auto difference = [&](const Operand& x, Operand y) {
    y.negative = true;
    return sum(x, y);
  };
  const bool p_first = positive ? q.negative : p.shift <= q.shift;
  return p_first ? Operand{difference(a, b), base, p.negative}
                 : Operand{difference(b, a), base, q.negative};
}

Range GraphBuilder::range_of(const Linear& linear) const {
  Range range{linear.constant, linear.constant};
  for (const auto& [source, factor] : linear.terms)
    range = range + scaled(nodes_[source].range, factor);
  return range;
}

int estimated_bits(int p_width, int p_shift, int q_width, int q_shift) {
  const int top = std::max(p_width + p_shift, q_width + q_shift) + 1;
  return top - std::max(p_shift, q_shift);
}

namespace {

// A constant as an odd number, shifted; 0 unshifted. Each is a node of its own, which no pair of
// terms can share.
Operand constant_term(GraphBuilder& builder, const Integer& value) {
  const int shift = value == 0 ? 0 : static_cast<int>(mpz_scan1(value.get_mpz_t(), 0));
  return {builder.constant(num::floor_shift(value, static_cast<unsigned long>(shift))), shift,
          false};
}

// Levels of the shallowest tree over terms of level 0.
int levels_for(std::size_t terms) {
  int levels = 0;
  while ((std::size_t{1} << levels) < terms) ++levels;
  return levels;
}

}  // namespace

Graph build_graph(const std::vector<Range>& sources, const std::vector<WeightedSum>& sums,
                  int levels) {
  CERTIFIX_CHECK(levels >= 1, "a pipeline stage has at least one level");
  GraphBuilder builder(sources);
  std::vector<Terms> rows;
  int depth = 0;
  for (const WeightedSum& sum : sums) {
    Terms terms;
    for (const auto& [source, weight] : sum.terms)
      for (const Digit& digit : signed_digits(weight))
        terms.push_back({source, digit.shift, digit.negative});
    const bool all_negative = std::all_of(terms.begin(), terms.end(),
                                          [](const Operand& term) { return term.negative; });
    if (sum.constant != 0 || all_negative) terms.push_back(constant_term(builder, sum.constant));
    depth = std::max(depth, levels_for(terms.size()));
    rows.push_back(std::move(terms));
  }
  const int limit = depth / levels * levels + levels - 1;
  share(builder, rows, limit);
  Graph graph;
  for (Terms& terms : rows) {
    graph.roots.push_back(add_up(builder, std::move(terms), limit));
    graph.depth = std::max(graph.depth, builder.node(graph.roots.back().node).level);
  }
  graph.nodes = builder.take();
  return graph;
}

}  // namespace certifix::netlist
