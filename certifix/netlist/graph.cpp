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

GraphBuilder::GraphBuilder(std::vector<Range> sources) : sources_(sources.size()) {
  for (std::size_t s = 0; s < sources_; ++s) {
    nodes_.push_back({.kind = NodeKind::source, .range = std::move(sources[s])});
    linear_.push_back({{{s, Integer(1)}}, 0});
  }
}

std::size_t GraphBuilder::constant() {
  nodes_.push_back({.kind = NodeKind::constant, .range = {0, 0}});
  linear_.push_back({{}, 0});
  return nodes_.size() - 1;
}

std::size_t GraphBuilder::sum(const Operand& a, const Operand& b) {
  CERTIFIX_CHECK(!a.negative && std::min(a.shift, b.shift) == 0, "a sum is in its normal form");
  const Integer a_factor = shifted_left(1, a.shift);
  const Integer b_factor = b.negative ? Integer(-shifted_left(1, b.shift)) : shifted_left(1, b.shift);
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

int estimated_bits(int p_width, int p_shift, int q_width, int q_shift) {
  const int top = std::max(p_width + p_shift, q_width + q_shift) + 1;
  return top - std::max(p_shift, q_shift);
}

namespace {

int trailing_zeros(const Integer& x) { return static_cast<int>(mpz_scan1(x.get_mpz_t(), 0)); }

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
  std::vector<std::optional<Operand>> constants;
  int depth = 0;
  for (const WeightedSum& sum : sums) {
    Terms terms;
    bool any_negative = false;
    int low = sum.constant == 0 ? INT_MAX : trailing_zeros(sum.constant);
    for (const auto& [source, weight] : sum.terms)
      for (const Digit& digit : signed_digits(weight)) {
        terms.push_back({source, digit.shift, digit.negative});
        any_negative |= digit.negative;
        low = std::min(low, digit.shift);
      }
    constants.emplace_back();
    if (terms.empty() && sum.constant == 0) low = 0;
    if (terms.empty() || sum.constant != 0 || any_negative)
      constants.back() = {builder.constant(), low, false};
    depth = std::max(depth, levels_for(terms.size() + (constants.back() ? 1 : 0)));
    rows.push_back(std::move(terms));
  }
  const int limit = depth / levels * levels + levels - 1;
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
