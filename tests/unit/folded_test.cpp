// Folded circuits: numbers in their words, steps in their cycles, and the choice between circuits.
#include "certifix/netlist/folded.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "../support/random_design.hpp"
#include "../support/small_designs.hpp"
#include "certifix/base/error.hpp"
#include "certifix/cost/architecture.hpp"
#include "certifix/executor/executor.hpp"

namespace certifix::netlist {
namespace {

using num::Integer;
using test::kIdentity;
using test::kRelu;
using test::skip_design;

constexpr auto row = test::small_row;

// `inputs` inputs into `hidden` rows into one output, all weights 3.
design::Design dense_design(std::size_t inputs, std::size_t hidden) {
  design::Design design;
  design.name = "dense";
  design.inputs.assign(inputs, {{true, 7, 0}, -100, 100});
  design.blocks = {{"hidden", {}}, {"output", {row({}, 1, kIdentity, {true, 30, 0})}}};
  for (std::size_t i = 0; i < hidden; ++i) {
    design.blocks[0].rows.push_back(row({}, static_cast<int>(i), kRelu, {false, 20, 0}));
    for (std::size_t k = 0; k < inputs; ++k) design.blocks[0].rows[i].terms.push_back({0, k, 3, 0});
    design.blocks[1].rows[0].terms.push_back({1, i, 3, 0});
  }
  return design;
}

TEST(Folded, AlignedSumsGiveTheCodesOfTheExecutor) {
  int with_masks = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const design::Design design = test::random_design(seed);
    const Alignment alignment = align(design);
    const executor::Executor executor(design);
    for (const std::vector<Integer>& codes : test::random_codes(design, seed, 40)) {
      const auto blocks = executor.run_blocks(codes);
      const auto word = [&](std::size_t b, std::size_t i) {
        return shifted_left(blocks[b][i], alignment.elements[b][i].up);
      };
      for (std::size_t b = 1; b < design.block_count(); ++b) {
        const AlignedBlock& block = alignment.blocks[b - 1];
        for (std::size_t k = 0; k < block.live.size(); ++k) {
          const std::size_t i = block.live[k];
          Integer sum = block.rows[k].start;
          for (const AlignedTerm& term : block.rows[k].terms)
            sum += term.weight * word(term.source, term.index);
          ASSERT_TRUE(block.rows[k].sum.contains(sum)) << design.name;
          ASSERT_LE(num::signed_width(sum, sum), alignment.sum_width) << design.name;
          const int up = alignment.elements[b][i].up;
          with_masks += up > 0 ? 1 : 0;
          Integer code = num::floor_shift(sum, static_cast<unsigned long>(block.cut + up));
          if (block.rows[k].clears_negative && sum < 0) code = 0;
          ASSERT_EQ(code, blocks[b][i]) << design.name << ", block " << b << ", row " << i;
          if (b + 1 == design.block_count()) continue;
          const Integer stored = word(b, i);
          ASSERT_LE(num::signed_width(stored, stored), alignment.operand_width) << design.name;
        }
      }
    }
  }
  EXPECT_GT(with_masks, 0) << "some rows of a block had different formats";
}

TEST(Folded, StepsReadWhatIsWrittenAndNoTwoWritesMeet) {
  int trees = 0;
  for (std::uint64_t seed = 100; seed < 160; ++seed)
    for (const int lanes : {1, 2, 3, 5}) {
      const design::Design design = test::random_design(seed);
      const Folded folded = fold(design, lanes, 2);
      const Schedule& plan = folded.schedule;
      std::vector<std::vector<int>> ready;  // the first cycle in which an element can be read
      std::set<int> writes;
      std::set<int> reads;
      for (const auto& places : plan.places) ready.emplace_back(places.size(), 1 << 30);
      for (std::size_t i = 0; i < plan.places[0].size(); ++i)
        if (plan.places[0][i].word >= 0) ready[0][i] = 2 + plan.places[0][i].word;
      for (int word = 0; word < plan.input_words; ++word) writes.insert(1 + word);
      int last_write = 1;
      for (const Pass& pass : plan.passes) {
        trees += pass.tree ? 1 : 0;
        std::map<std::pair<int, int>, int> read_at;  // word and lane
        for (const Step& step : pass.steps) {
          EXPECT_TRUE(reads.insert(step.cycle).second) << "one step a cycle";
          for (int lane = 0; lane < plan.lanes; ++lane)
            if (pass.tree || lane == step.lane) read_at[{step.word, lane}] = step.cycle;
        }
        for (std::size_t lane = 0; lane < pass.row_count; ++lane)
          for (const AlignedTerm& term : folded.row(pass, lane).terms) {
            const Place& place = plan.places[term.source][term.index];
            ASSERT_TRUE(read_at.contains({place.word, place.lane})) << design.name;
            EXPECT_GE(read_at.at({place.word, place.lane}), ready[term.source][term.index]);
          }
        const int write = pass.steps.back().cycle + kLag + (pass.tree ? plan.tree_stages : 0);
        EXPECT_TRUE(writes.insert(write).second) << "one write a cycle";
        last_write = std::max(last_write, write);
        for (std::size_t lane = 0; lane < pass.row_count; ++lane)
          ready[pass.block][folded.row_number(pass, lane)] = write + 1;
      }
      EXPECT_EQ(plan.latency, last_write + 1) << design.name;
      EXPECT_EQ(weight_words(folded).size(), static_cast<std::size_t>(plan.step_count()));
    }
  EXPECT_GT(trees, 0);
}

TEST(Folded, TimesASkipConnection) {
  // x can be read in cycle 2, h is written at the end of 6, y at the end of 11.
  const Folded folded = fold(skip_design(), 4, 3);
  EXPECT_EQ(folded.schedule.lanes, 1) << "no block has two rows";
  EXPECT_EQ(folded.schedule.latency, 12);
  EXPECT_EQ(folded.schedule.step_count(), 3);
}

TEST(Folded, ReadsANarrowLayerThroughATree) {
  // Eight lanes: 3 steps for the hidden rows, written at the end of 2 + 2 + 4 = 8; one step for the
  // output in 9, one register in its tree.
  const Folded wide = fold(dense_design(3, 8), 8, 3);
  EXPECT_TRUE(wide.schedule.has_tree);
  EXPECT_EQ(wide.schedule.latency, 9 + kLag + 1 + 1);
  // With one addition between registers the tree has three.
  EXPECT_EQ(fold(dense_design(3, 8), 8, 1).schedule.latency, 9 + kLag + 3 + 1);
  // Two lanes: four passes of three steps, then eight codes one by one: a tree would spare four
  // cycles, and take one.
  const Folded narrow = fold(dense_design(3, 8), 2, 3);
  EXPECT_FALSE(narrow.schedule.has_tree);
  EXPECT_EQ(narrow.schedule.step_count(), 12 + 8);
}

TEST(Folded, CountsDsps) {
  EXPECT_EQ(dsp_count(18, 25), 1);
  EXPECT_EQ(dsp_count(19, 19), 2);
  EXPECT_EQ(dsp_count(26, 18), 2);
  EXPECT_EQ(dsp_count(35, 35), 4);
  EXPECT_EQ(dsp_count(4, 4), 0);
  const FoldedCounts small = counts(fold(dense_design(3, 8), 8, 3));
  EXPECT_EQ(small.rom_bits, 8 * 4 * 3) << "8 lanes, 4 steps, weights of 3 bits";
  EXPECT_EQ(small.dsps, 8);
}

TEST(Folded, ColumnsOfTablesThatDifferTakeLuts) {
  design::Design design = dense_design(3, 8);
  const FoldedCounts same = counts(fold(design, 8, 3));
  design.blocks[0].rows[2].terms[1].weight = 1;  // 011 becomes 001, in one line of one lane
  const FoldedCounts one = counts(fold(design, 8, 3));
  EXPECT_EQ(one.luts, same.luts + 1);
  EXPECT_EQ(one.ff_bits, same.ff_bits + 1);
  design.blocks[0].rows[3].terms[1].weight = 1;  // the same column in another lane
  EXPECT_EQ(counts(fold(design, 8, 3)), one);
  design.blocks[0].rows[3].terms[2].weight = 1;
  EXPECT_EQ(counts(fold(design, 8, 3)).luts, one.luts + 1);
}

TEST(Circuits, ParallelWhereItFits) {
  const design::Design design = dense_design(3, 8);
  cost::Request request;
  const cost::Circuit fits = cost::choose_circuit(design, request);
  EXPECT_EQ(fits.architecture, cost::Architecture::parallel) << fits.reason;
  request.max_luts = fits.parallel.luts - 1;
  const cost::Circuit folded = cost::choose_circuit(design, request);
  EXPECT_EQ(folded.architecture, cost::Architecture::folded) << folded.reason;
  EXPECT_LE(folded.folded.luts, request.max_luts);
  EXPECT_NE(folded.reason.find("parallel takes"), std::string::npos) << folded.reason;
}

TEST(Circuits, CyclesDecideAboutLanes) {
  const design::Design design = dense_design(3, 8);
  cost::Request request;
  request.architecture = cost::Architecture::folded;
  for (const int cycles : {60, 30, 16}) {
    request.cycles = cycles;
    const cost::Circuit circuit = cost::choose_circuit(design, request);
    EXPECT_LE(circuit.folded.latency, cycles);
    EXPECT_GT(fold(design, std::max(1, circuit.lanes - 1), 3).schedule.latency,
              circuit.lanes > 1 ? cycles : 0)
        << circuit.reason;
  }
  request.cycles = 5;
  EXPECT_THROW(cost::choose_circuit(design, request), Error);
}

TEST(Circuits, DspsAreABudget) {
  const design::Design design = dense_design(3, 8);
  cost::Request request;
  request.max_luts = 1;
  EXPECT_THROW(cost::choose_circuit(design, request), Error);
  request.architecture = cost::Architecture::folded;
  request.max_luts = 53200;
  request.max_dsps = 3;
  EXPECT_LE(cost::choose_circuit(design, request).folded.dsps, 3);
}

}  // namespace
}  // namespace certifix::netlist
