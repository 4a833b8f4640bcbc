// A graph of two-operand shift-add terms: what a layer's weighted sums are made of.
//
//   node    a source, a constant, or  (a << i) + (b << j)  or  (a << i) - (b << j)  of earlier nodes
//   root    a node, shifted left: one weighted sum
//
// Shifts and signs belong to the edges, so that 3 x, 12 x and -3 x share one node. Each node knows
// the exact range that its weighted sum of the sources takes when every source runs through its own
// range, and its level: the most adders on a way to it from sources and constants.
#pragma once

#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include "certifix/netlist/range.hpp"

namespace certifix::netlist {

// An edge: the node's value times 2^shift, subtracted if negative.
struct Operand {
  std::size_t node = 0;
  int shift = 0;
  bool negative = false;

  friend bool operator==(const Operand&, const Operand&) = default;
};

enum class NodeKind { source, constant, sum };

struct Node {
  NodeKind kind = NodeKind::source;
  std::array<Operand, 2> operands = {};  // of a sum; the first is never negative, one shift is 0
  int level = 0;
  Range range;  // of a constant: the point

  friend bool operator==(const Node&, const Node&) = default;
};

struct Graph {
  std::vector<Node> nodes;     // the sources first, in their order; operands before their sums
  std::vector<Operand> roots;  // never negative
  int depth = 0;               // the largest level of a root

  friend bool operator==(const Graph&, const Graph&) = default;
};

// constant + sum of weight * source.
struct WeightedSum {
  std::vector<std::pair<std::size_t, num::Integer>> terms;  // source, weight; a source at most once
  num::Integer constant;
};

// Makes nodes, one at a time.
class GraphBuilder {
 public:
  explicit GraphBuilder(std::vector<Range> sources);

  std::size_t constant(const num::Integer& value);
  // The node  (a << a.shift) +- (b << b.shift); a is not negative, and the smaller shift is 0.
  std::size_t sum(const Operand& a, const Operand& b);
  // p + q as a shifted, possibly negated node. Of two signs the operand with the smaller shift (p
  // if they are equal) becomes the positive one: its low bits then pass through without an adder.
  // With `positive`, and one operand not negative, the result is not negative.
  Operand combined(const Operand& p, const Operand& q, bool positive);

  const Node& node(std::size_t n) const { return nodes_[n]; }
  std::vector<Node> take() { return std::move(nodes_); }

 private:
  // A node as a sum of coefficient * source + constant, for its exact range.
  struct Linear {
    std::vector<std::pair<std::size_t, num::Integer>> terms;  // increasing sources
    num::Integer constant;
  };
  Range range_of(const Linear& linear) const;

  std::vector<Node> nodes_;
  std::vector<Linear> linear_;
  std::size_t sources_;
};

// Estimate, before widths are known, of the adder bits of p + q: from the higher of the two lowest
// bits to the top of the sum.
int estimated_bits(int p_width, int p_shift, int q_width, int q_shift);

// All sums over common sources, with shared two-term subexpressions (share.hpp) and adder trees
// (tree.hpp). Within floor(level / levels), the number of pipeline registers, no sum gets deeper
// than the deepest must be. levels >= 1.
Graph build_graph(const std::vector<Range>& sources, const std::vector<WeightedSum>& sums,
                  int levels);

}  // namespace certifix::netlist
