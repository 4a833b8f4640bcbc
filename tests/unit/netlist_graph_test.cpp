// Signed digits, and graphs of shift-add terms: their value, ranges, depth and sharing.
#include <gtest/gtest.h>

#include "../support/random_design.hpp"
#include "certifix/netlist/csd.hpp"
#include "certifix/netlist/graph.hpp"

namespace certifix::netlist {
namespace {

using num::Integer;

Integer value(const std::vector<Digit>& digits) {
  Integer sum = 0;
  for (const Digit& digit : digits) {
    const Integer power = shifted_left(1, digit.shift);
    sum += digit.negative ? Integer(-power) : power;
  }
  return sum;
}

TEST(SignedDigits, AreCanonical) {
  EXPECT_EQ(signed_digits(0), std::vector<Digit>{});
  EXPECT_EQ(signed_digits(7), (std::vector<Digit>{{0, true}, {3, false}}));
  EXPECT_EQ(signed_digits(-7), (std::vector<Digit>{{0, false}, {3, true}}));
  EXPECT_EQ(signed_digits(11), (std::vector<Digit>{{0, true}, {2, true}, {4, false}}));
  for (int x = -3000; x <= 3000; ++x) {
    const std::vector<Digit> digits = signed_digits(x);
    EXPECT_EQ(value(digits), x);
    for (std::size_t i = 1; i < digits.size(); ++i)
      EXPECT_GE(digits[i].shift, digits[i - 1].shift + 2) << x;
  }
  const Integer large = (Integer(1) << 200) - 1;
  EXPECT_EQ(signed_digits(large), (std::vector<Digit>{{0, true}, {200, false}}));
}

// The value of each node for one value of each source.
std::vector<Integer> evaluate(const Graph& graph, const std::vector<Integer>& sources) {
  std::vector<Integer> values;
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    const Node& node = graph.nodes[n];
    if (node.kind == NodeKind::source) {
      values.push_back(sources[n]);
    } else if (node.kind == NodeKind::constant) {
      values.push_back(node.range.min);
    } else {
      Integer sum = 0;
      for (const Operand& operand : node.operands) {
        const Integer ones = shifted_left(1, graph.nodes[operand.node].range.width()) - 1;
        const Integer& value = values[operand.node];
        sum += shifted_left(operand.negative ? Integer(ones - value) : value, operand.shift);
      }
      values.push_back(sum);
    }
  }
  return values;
}

struct Problem {
  std::vector<Range> sources;
  std::vector<int> cycles_early;
  std::vector<WeightedSum> sums;

  std::vector<int> source_levels(int levels) const {
    std::vector<int> result;
    for (const int cycles : cycles_early) result.push_back(-cycles * levels);
    return result;
  }
};

Problem random_problem(test::Random& random) {
  Problem problem;
  const int sources = random.between(1, 7);
  for (int s = 0; s < sources; ++s) {
    const int a = random.between(0, 300);
    problem.sources.push_back({a, a + random.between(0, 500)});
    problem.cycles_early.push_back(random.chance(50) ? 0 : random.between(0, 5));
  }
  const int bits = random.between(1, 40);
  const int rows = random.between(1, 9);
  for (int i = 0; i < rows; ++i) {
    WeightedSum sum;
    for (std::size_t s = 0; s < problem.sources.size(); ++s) {
      const Integer limit = Integer(1) << static_cast<unsigned long>(random.between(1, bits));
      const Integer weight = random.between(Integer(-limit), limit);
      if (weight != 0) sum.terms.emplace_back(s, weight);
    }
    if (random.chance(70)) sum.constant = random.between(-5000, 5000);
    problem.sums.push_back(std::move(sum));
  }
  return problem;
}

Integer exact(const WeightedSum& sum, const std::vector<Integer>& x) {
  Integer result = sum.constant;
  for (const auto& [source, weight] : sum.terms) result += weight * x[source];
  return result;
}

int least_levels(std::size_t terms) {
  int levels = 0;
  while ((std::size_t{1} << levels) < terms) ++levels;
  return levels;
}

int stages(int depth, int levels) { return (std::max(depth, 1) + levels - 1) / levels; }

TEST(Graph, IsExactlyTheWeightedSums) {
  test::Random random(1);
  for (int trial = 0; trial < 300; ++trial) {
    const Problem problem = random_problem(random);
    const int levels = random.between(1, 4);
    const Graph graph =
        build_graph(problem.sources, problem.source_levels(levels), problem.sums, {levels});
    ASSERT_EQ(graph.roots.size(), problem.sums.size());
    // No pipeline register more than the deepest of balanced trees without sharing has.
    std::size_t most = 0;
    for (const WeightedSum& sum : problem.sums) {
      bool constant = sum.constant != 0;
      std::size_t terms = 0;
      for (const auto& [source, weight] : sum.terms)
        for (const Digit& digit : signed_digits(weight)) {
          ++terms;
          constant |= digit.negative;
        }
      most = std::max(most, terms + (constant || terms == 0 ? 1 : 0));
    }
    EXPECT_LE(stages(graph.depth, levels), stages(least_levels(most), levels));
    for (int corner = 0; corner < 20; ++corner) {
      std::vector<Integer> x;
      for (const Range& range : problem.sources)
        x.push_back(corner < 10 ? (random.chance(50) ? range.min : range.max)
                                : random.between(range.min, range.max));
      const std::vector<Integer> values = evaluate(graph, x);
      for (std::size_t n = 0; n < values.size(); ++n)
        EXPECT_TRUE(graph.nodes[n].range.contains(values[n]));
      for (std::size_t i = 0; i < problem.sums.size(); ++i) {
        EXPECT_FALSE(graph.roots[i].negative);
        EXPECT_EQ(shifted_left(values[graph.roots[i].node], graph.roots[i].shift),
                  exact(problem.sums[i], x));
      }
    }
  }
}

TEST(Graph, LevelsAndNormalFormHold) {
  test::Random random(2);
  for (int trial = 0; trial < 100; ++trial) {
    const Problem problem = random_problem(random);
    const Graph graph = build_graph(problem.sources, problem.source_levels(3), problem.sums, {3});
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
      const Node& node = graph.nodes[n];
      if (node.kind == NodeKind::source) {
        EXPECT_LE(node.level, 0);
        EXPECT_GE(node.level, problem.source_levels(3)[n]);
      }
      if (node.kind != NodeKind::sum) continue;
      const auto& [a, b] = node.operands;
      EXPECT_LT(std::max(a.node, b.node), n);
      EXPECT_EQ(std::min(a.shift, b.shift), 0);
      EXPECT_FALSE(a.negative);
      EXPECT_EQ(node.level, std::max(graph.nodes[a.node].level, graph.nodes[b.node].level) + 1);
    }
    EXPECT_EQ(graph, build_graph(problem.sources, problem.source_levels(3), problem.sums, {3}))
        << "not deterministic";
  }
}

// Blocks may begin within a stage, and read what came within an earlier one.
TEST(Graph, IsTheWeightedSumsWhereverItBegins) {
  test::Random random(3);
  int earlier = 0;
  for (int trial = 0; trial < 200; ++trial) {
    const Problem problem = random_problem(random);
    const int levels = random.between(1, 4);
    const int used = random.between(0, levels - 1);
    std::vector<int> source_levels;
    for (const int cycles : problem.cycles_early)
      source_levels.push_back(cycles == 0 ? 0 : -random.between(0, 12));
    const Graph loose =
        build_graph(problem.sources, source_levels, problem.sums, {levels, used, false});
    const Graph tight =
        build_graph(problem.sources, source_levels, problem.sums, {levels, used, true});
    EXPECT_LE(stages(used + tight.depth, levels), stages(used + loose.depth, levels));
    earlier += tight.depth < loose.depth ? 1 : 0;
    for (const Graph& graph : {loose, tight}) {
      for (std::size_t s = 0; s < source_levels.size(); ++s)
        EXPECT_GE(graph.nodes[s].level, source_levels[s]) << "read before it is there";
      std::vector<Integer> x;
      for (const Range& range : problem.sources) x.push_back(random.between(range.min, range.max));
      const std::vector<Integer> values = evaluate(graph, x);
      for (std::size_t i = 0; i < problem.sums.size(); ++i)
        EXPECT_EQ(shifted_left(values[graph.roots[i].node], graph.roots[i].shift),
                  exact(problem.sums[i], x));
    }
  }
  EXPECT_GT(earlier, 20);
}

std::size_t adders(const Graph& graph) {
  std::size_t count = 0;
  for (const Node& node : graph.nodes) count += node.kind == NodeKind::sum ? 1 : 0;
  return count;
}

TEST(Graph, SharesUpToShiftAndSign) {
  const std::vector<Range> sources(2, {0, 15});
  // x + 4 y in all three; 5 x and 10 x.
  EXPECT_EQ(
      adders(build_graph(sources, {0, 0}, {{{{0, 1}, {1, 4}}, 0}, {{{0, 2}, {1, 8}}, 0}}, {3})),
      1u);
  EXPECT_EQ(
      adders(build_graph(sources, {0, 0}, {{{{0, 1}, {1, 4}}, 3}, {{{0, -1}, {1, -4}}, 1}}, {3})),
      3u);
  // 85 = 5 * 17: x + 4 x, then that + 16 times that.
  EXPECT_EQ(adders(build_graph(sources, {0, 0}, {{{{0, 85}}, 0}}, {3})), 2u);
  // No adder for a power of two, one for its negation.
  EXPECT_EQ(adders(build_graph(sources, {0, 0}, {{{{0, 16}}, 0}}, {3})), 0u);
  EXPECT_EQ(adders(build_graph(sources, {0, 0}, {{{{0, -16}}, 0}}, {3})), 1u);
}

TEST(Graph, AddsUpEarlySourcesBeforeWhereThatSavesAStage) {
  // 85 (x_0 + ... + x_6) + x_7: 29 digits, five levels; x_7 alone comes last.
  const std::vector<Range> sources(8, {0, 255});
  WeightedSum sum{{{7, 1}}, 0};
  for (std::size_t s = 0; s < 7; ++s) sum.terms.emplace_back(s, 85);
  const auto depth = [&](int level) {
    std::vector<int> source_levels(8, level);
    source_levels[7] = 0;
    return build_graph(sources, source_levels, {sum}, {2}).depth;
  };
  EXPECT_GT(depth(0), 4);
  EXPECT_LE(depth(-8), 2);
  // 2 x_0 + x_1 needs one stage in any case: then x_0 is read as late as x_1.
  const Graph graph = build_graph({{0, 9}, {0, 9}}, {-8, 0}, {{{{0, 2}, {1, 1}}, 0}}, {2});
  EXPECT_EQ(graph.nodes[0].level, 0);
}

TEST(Graph, RangesAreThoseOfTheWholeSum) {
  // 7 x = 8 x + ~x - 15 for four bits: from 0 to 105, where 8 [0, 15] + [0, 15] - 15 reaches 120.
  const Graph graph = build_graph({{0, 15}}, {0}, {{{{0, 7}}, 0}}, {3});
  EXPECT_EQ(graph.nodes[graph.roots[0].node].range, (Range{0, 105}));
}

}  // namespace
}  // namespace certifix::netlist
