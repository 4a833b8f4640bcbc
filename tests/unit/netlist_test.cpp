// Netlists of designs: wires, timing, counts.
#include "certifix/netlist/netlist.hpp"

#include <gtest/gtest.h>

#include <map>

#include "../support/random_design.hpp"
#include "../support/small_designs.hpp"

namespace certifix::netlist {
namespace {

using num::Integer;
using test::kIdentity;
using test::kRelu;
using test::skip_design;

constexpr auto row = test::small_row;

TEST(Netlist, TimesASkipConnection) {
  const Netlist netlist = build(skip_design(), 4);
  // Cycle 0: port; 1, behind the input register: x - 16, the ReLU, h + x and the constant of y.
  EXPECT_EQ(netlist.latency, 2);
  EXPECT_TRUE(netlist.blocks[0].tight);
  EXPECT_EQ(netlist.elements[1][0].level, 4 + 1 + 1);
  EXPECT_EQ(netlist.elements[1][0].wire.born, 1);
  EXPECT_EQ(netlist.elements[1][0].wire.last, 1) << "h stands in no register";
  EXPECT_EQ(counts(netlist).ff_bits, 8 + 9 + 2);
}

TEST(Netlist, TimesASkipConnectionThroughRegisters) {
  const Netlist netlist = build(skip_design(), 3);
  // Cycle 0: port; 1: x - 16 behind the input register; 2: h + x behind that of h.
  EXPECT_EQ(netlist.latency, 3);
  EXPECT_EQ(netlist.blocks[0].start, 1);
  EXPECT_EQ(netlist.blocks[1].start, 2);
  const Wire& input = netlist.elements[0][0].wire;
  EXPECT_EQ(input.born, 0);
  EXPECT_EQ(input.last, 2) << "the input waits for h";
  const Wire& hidden = netlist.elements[1][0].wire;
  EXPECT_EQ(hidden.born, 1);
  EXPECT_EQ(hidden.last, 2);
  // 8 bits of x twice, 7 of h (0 to 84), 9 of y (-100 to 184), 3 valid bits.
  EXPECT_EQ(netlist.elements[1][0].codes, (Range{0, 84}));
  EXPECT_EQ(netlist.elements[2][0].codes, (Range{-100, 184}));
  EXPECT_EQ(counts(netlist).ff_bits, 2 * 8 + 7 + 9 + 3);
  // 7 bits of h masked, and added to x; x - 16 is carries alone. One for the handshake.
  EXPECT_EQ(counts(netlist).luts, 7 + 7 + 1);
}

TEST(Netlist, LeadingBitsThatAreTheSameHaveNoWire) {
  design::Design design = skip_design();
  design.inputs[0].code_min = 64;
  design.inputs[0].code_max = 79;  // 100 in front of four bits
  const Netlist netlist = build(design, 3);
  EXPECT_EQ(netlist.elements[0][0].offset, 64);
  EXPECT_EQ(netlist.elements[0][0].wire.width, 4);
  // h = 48 .. 63 begins at 48: four bits, and neither needs an adder.
  EXPECT_EQ(netlist.elements[1][0].offset, 48);
  EXPECT_EQ(netlist.elements[1][0].wire.width, 4);
  EXPECT_EQ(adder_bits(netlist.blocks[0], netlist.blocks[0].cuts[0]->root.node).chain, 0);
}

TEST(Netlist, AConstantIsNotComputed) {
  design::Design design = skip_design();
  design.inputs[0].code_max = 16;  // h = 0
  const Netlist netlist = build(design, 3);
  EXPECT_FALSE(netlist.elements[1][0].has_wire());
  EXPECT_FALSE(netlist.blocks[0].cuts[0].has_value());
  EXPECT_EQ(netlist.latency, 2);
  EXPECT_EQ(counts(netlist).adder_bits, 0) << "y = x";
}

TEST(Netlist, ClampingTakesACycleWhereTheFormatIsWider) {
  design::Design design = skip_design();
  const int without = build(design, 3).latency;
  design.clamp = true;
  EXPECT_EQ(build(design, 3).latency, without + 1);
  EXPECT_EQ(counts(build(design, 3)).clamp_bits, 8);
  design.inputs[0].code_min = -128;
  design.inputs[0].code_max = 127;
  design.blocks[1].rows[0].output.msb = 9;
  EXPECT_EQ(build(design, 3).latency, without) << "nothing lies outside";
}

// How many levels of adders stand between a register and each wire, ReLUs within a stage included.
class Levels {
 public:
  explicit Levels(const Netlist& netlist) : netlist_(netlist) {
    for (std::size_t b = 1; b <= netlist.blocks.size(); ++b) add_block(b);
  }
  int most() const { return most_; }

 private:
  void add_block(std::size_t b) {
    const BlockNetlist& block = netlist_.blocks[b - 1];
    std::vector<int> before(block.graph.nodes.size(), 0);
    for (std::size_t n = 0; n < block.graph.nodes.size(); ++n) {
      if (block.graph.nodes[n].kind != NodeKind::sum) continue;
      for (const Operand& operand : block.graph.nodes[n].operands)
        before[n] = std::max(before[n], 1 + at(block, operand.node, block.wires[n].born, before));
      most_ = std::max(most_, before[n]);
    }
    for (std::size_t i = 0; i < block.cuts.size(); ++i) {
      if (!block.cuts[i]) continue;
      const Wire& wire = netlist_.elements[b][i].wire;
      code_[{b, i}] =
          at(block, block.cuts[i]->root.node, wire.born, before) + (block.cuts[i]->sign ? 1 : 0);
    }
  }
  int at(const BlockNetlist& block, std::size_t n, int cycle, const std::vector<int>& before) {
    if (n >= block.sources.size())
      return block.graph.nodes[n].kind == NodeKind::sum && block.wires[n].born == cycle ? before[n]
                                                                                        : 0;
    const Source& source = block.sources[n];
    const Wire& wire = netlist_.elements[source.block][source.index].wire;
    return source.block > 0 && wire.born == cycle ? code_.at({source.block, source.index}) : 0;
  }

  const Netlist& netlist_;
  std::map<std::pair<std::size_t, std::size_t>, int> code_;
  int most_ = 0;
};

TEST(Netlist, NoPathBetweenRegistersHasMoreLevels) {
  int saved = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    const design::Design design =
        test::random_design(seed, {.uniform_blocks = seed % 2 == 0, .clamp = seed % 3 == 0});
    for (const int levels : {1, 2, 3, 5}) {
      const Netlist netlist = build(design, levels);
      EXPECT_LE(Levels(netlist).most(), levels) << design.name;
      for (const BlockNetlist& block : netlist.blocks) saved += block.tight ? 1 : 0;
    }
  }
  EXPECT_GT(saved, 50);
}

// In a chain, a block takes at most max(1, ceil(depth / levels)) cycles, and all together no fewer
// than their levels do.
TEST(Netlist, LatencyOverAChain) {
  int chains = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const design::Design design =
        test::random_design(seed, {.uniform_blocks = true, .clamp = false});
    for (const int levels : {1, 2, 3, 5}) {
      const Netlist netlist = build(design, levels);
      int most = 1;
      int all = 0;
      bool is_chain = true;
      for (const BlockNetlist& block : netlist.blocks) {
        is_chain &= !block.sources.empty();
        most += std::max(1, (block.graph.depth + levels - 1) / levels);
        all += block.graph.depth;
      }
      if (!is_chain) continue;  // some block is constant on the box
      ++chains;
      EXPECT_LE(netlist.latency, most) << design.name;
      EXPECT_GE(netlist.latency, 1 + (all + levels - 1) / levels) << design.name;
    }
  }
  EXPECT_GT(chains, 100);
}

// Nothing is read before it is there, and kept no longer than it is read.
TEST(Netlist, ReadersComeAfterWhatTheyRead) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const design::Design design = test::random_design(seed, {.clamp = seed % 2 == 0});
    const Netlist netlist = build(design, static_cast<int>(seed % 4) + 1);
    for (std::size_t b = 1; b <= netlist.blocks.size(); ++b) {
      const BlockNetlist& block = netlist.blocks[b - 1];
      for (std::size_t n = 0; n < block.graph.nodes.size(); ++n) {
        const Node& node = block.graph.nodes[n];
        if (node.kind != NodeKind::sum) continue;
        EXPECT_GE(block.wires[n].width, 1);
        for (const Operand& operand : node.operands) {
          if (block.graph.nodes[operand.node].kind == NodeKind::constant) continue;
          const bool is_source = operand.node < block.sources.size();
          const Source source = is_source ? block.sources[operand.node] : Source{};
          const Wire& wire = is_source ? netlist.elements[source.block][source.index].wire
                                       : block.wires[operand.node];
          // Inputs, and codes of blocks that are not tight, are read from registers.
          const bool within =
              is_source && source.block > 0 && netlist.blocks[source.block - 1].tight;
          EXPECT_GE(block.wires[n].born, wire.born + (is_source && !within ? 1 : 0)) << design.name;
          EXPECT_LE(block.wires[n].born, wire.last) << design.name;
        }
      }
    }
  }
}

TEST(Netlist, MoreLevelsNeverTakeMoreCycles) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const design::Design design = test::random_design(seed, {.max_weight_bits = 20});
    EXPECT_GE(build(design, 1).latency, build(design, 2).latency);
    EXPECT_GE(build(design, 2).latency, build(design, 4).latency);
  }
}

}  // namespace
}  // namespace certifix::netlist
