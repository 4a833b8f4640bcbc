// A graph of two-operand shift-add terms: what a layer's weighted sums are made of.
//
//   node    a source, a constant, or  (a << i) + (b << j)  of earlier nodes, b possibly
//   complemented root    a node, shifted left: one weighted sum
//
// No node that is complemented, and no source, is ever negative: its complement ~u stands for
// 2^width - 1 - u, in the width of the node's range. A difference is then a sum like any other,
//   a - b = a + ~b - (2^width - 1),
// and the constants that this leaves behind are added once, with the constant of the root. So no
// wire has a sign to extend, which costs adders, and low bits that one operand alone has need none.
//
// Shifts and signs belong to the edges, so that 3 x, 12 x and -3 x share one node. Each node knows
// the exact range that its weighted sum of the sources takes when every source runs through its own
// range, and its level: how many adders deep it lies. Level 0 is when the last sources are there. A
// source that is there earlier has a level below 0, and so may sums of such sources.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "certifix/netlist/range.hpp"

namespace certifix::netlist {

// An edge: the node's value, complemented if negative, times 2^shift. For a term of a sum
// (share.hpp, tree.hpp) negative means that it is subtracted.
struct Operand {
  std::size_t node = 0;
  int shift = 0;
  bool negative = false;

  friend bool operator==(const Operand&, const Operand&) = default;
};

enum class NodeKind { source, constant, sum };

struct Node {
  NodeKind kind = NodeKind::source;
  std::array<Operand, 2> operands = {};  // of a sum; the first is not negative, one shift is 0
  int level = 0;
  Range range;  // of a constant: the point; below 0 only with the constant of a root in it

  friend bool operator==(const Node&, const Node&) = default;
};

struct Graph {
  std::vector<Node> nodes;     // the sources first, in their order; operands before their sums
  std::vector<Operand> roots;  // not negative: exactly the sums asked for
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
  // levels: of the sources, at most 0.
  GraphBuilder(std::vector<Range> sources, const std::vector<int>& levels);

  // The constant of a root, 0 until it is settled.
  std::size_t constant();
  // p + q as a shifted node, negative if both are; up to constants, which settle() accounts for.
  Operand combined(const Operand& p, const Operand& q);
  // Chooses the constant (a term of the root, at this shift) such that the root, whose other terms
  // contribute no constant of their own, has the constant part `value`: a multiple of 2^shift.
  void settle(const Operand& root, const Operand& constant, const num::Integer& value);
  // What the root adds to the weighted sum of its sources.
  num::Integer constant_part(const Operand& root) const;

  const Node& node(std::size_t n) const { return nodes_[n]; }
  // Of the node's range, without the constant of a root.
  int width(std::size_t n) const { return widths_[n]; }
  // Kraft's inequality: a tree of depth d over some terms exists exactly if their weights, 2^level
  // each up to a common factor, add up to at most capacity(d).
  std::uint64_t weight(const Operand& term) const { return capacity(nodes_[term.node].level); }
  std::uint64_t capacity(int level) const { return std::uint64_t{1} << (level - lowest_); }
  std::vector<Node> take() { return std::move(nodes_); }

 private:
  // A node as a sum of coefficient * source + constant, for its exact range.
  struct Linear {
    std::vector<std::pair<std::size_t, num::Integer>> terms;  // increasing sources
    num::Integer constant;
  };
  Range range_of(const Linear& linear) const;
  std::size_t sum(const Operand& a, const Operand& b);

  std::vector<Node> nodes_;
  std::vector<Linear> linear_;
  std::vector<int> widths_;
  int lowest_;  // level of the earliest source, and of constants
};

// The bits that two operands have in common: where both have one, an adder takes a LUT.
int overlap(int p_width, int p_shift, int q_width, int q_shift);

// Where the registers of a pipeline stand, and how deep a graph may become.
struct Stages {
  int levels = 3;  // of adders between two registers, at most; at least 1
  int used = 0;    // of these before level 0 of the graph; below `levels`
  // The roots come as early as balanced trees without sharing give them; otherwise they may use up
  // the stage that these would end in.
  bool tight = false;
};

// All sums over common sources, with shared two-term subexpressions (share.hpp) and adder trees
// (tree.hpp). source_levels: 0 for the last sources, below 0 for those that are there earlier. For
// the depth that `stages` asks for, each source is read as late as possible: its nodes' levels say
// when.
Graph build_graph(const std::vector<Range>& sources, const std::vector<int>& source_levels,
                  const std::vector<WeightedSum>& sums, const Stages& stages);

}  // namespace certifix::netlist
