// The neuron method on random problems: what it returns keeps the bound, is never dearer than what
// it started from, and does not depend on the number of threads.
#include "certifix/optimize/neuron.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <string_view>
#include <variant>

#include "../support/random_dag.hpp"
#include "certifix/optimize/choice_bound.hpp"
#include "certifix/optimize/quantize.hpp"
#include "certifix/optimize/uniform.hpp"

namespace certifix::optimize {
namespace {

constexpr std::uint64_t kProblems = 30;

bool same_grids(const Plan& x, const Plan& y) {
  if (x.input_lsb != y.input_lsb || x.blocks.size() != y.blocks.size()) return false;
  for (std::size_t b = 0; b < x.blocks.size(); ++b)
    if (x.blocks[b].output_lsb != y.blocks[b].output_lsb ||
        x.blocks[b].weight_lsb != y.blocks[b].weight_lsb)
      return false;
  return true;
}

TEST(Neuron, KeepsTheBoundAndIsNeverDearer) {
  int tried = 0, cheaper = 0;
  for (std::uint64_t seed = 0; seed < kProblems; ++seed) {
    const spec::Problem problem = test::RandomDag(seed).problem();
    const Subject subject(problem, problem.network, FormatScope::row, 1);
    const LeafSet leaves = whole_box(subject);
    const UniformSearch uniform = search_uniform(subject, leaves, std::nullopt, 1);
    if (!uniform.found) continue;
    ++tried;
    const Candidate best = search_neurons(subject, leaves, *uniform.found, {}, {});
    EXPECT_LE(best.ratio, 1) << seed;
    const double cost = objective(SearchOptions{}.cost, best.design);
    const double before = objective(SearchOptions{}.cost, uniform.found->design);
    EXPECT_LE(cost, before) << seed;
    if (cost < before) ++cheaper;
    // The ratio is that of the design itself, not of a model.
    EXPECT_EQ(realize(subject, leaves, best.plan).ratio, best.ratio) << seed;
    EXPECT_EQ(broken_limit(best.design, problem.limits), "") << seed;

    const Subject parallel(problem, problem.network, FormatScope::row, 3);
    const Candidate again = search_neurons(parallel, whole_box(parallel), *uniform.found, {}, {});
    EXPECT_TRUE(same_grids(again.plan, best.plan)) << seed;
  }
  EXPECT_GE(tried, 15);
  EXPECT_GE(cheaper * 10, tried * 9);
}

TEST(Neuron, GridsAndPlansSayTheSame) {
  const spec::Problem problem = test::RandomDag(3).problem();
  const Subject subject(problem, problem.network, FormatScope::row, 1);
  const Plan plan = uniform_plan(subject, -11, -9, -7);
  const NeuronGrids grids = neuron_grids(plan);
  EXPECT_EQ(grids.weight[0][0], 9);
  EXPECT_EQ(grids.output[1][0], 7);
  EXPECT_TRUE(same_grids(neuron_plan(subject, grids, roundings(plan)), plan));
}

TEST(Neuron, MovesSaveAndCostAndComeBestFirst) {
  const spec::Problem problem = test::RandomDag(5).problem();
  const Subject subject(problem, problem.network, FormatScope::row, 1);
  const LeafSet leaves = whole_box(subject);
  const Candidate reference = realize(subject, leaves, uniform_plan(subject, -16, -16, -16));
  const NeuronModel model(subject, leaves, reference, roundings(reference.plan), {}, {});
  const std::vector<NeuronMove> moves = model.moves(neuron_grids(reference.plan));
  ASSERT_FALSE(moves.empty());
  for (std::size_t k = 0; k < moves.size(); ++k) {
    EXPECT_GT(moves[k].saving, 0);
    EXPECT_GT(moves[k].error, 0);
    if (k > 0) {
      EXPECT_GE(moves[k - 1].worth(), moves[k].worth());
    }
  }
}

// No choice that keeps the share is cheaper than the lower bound, and the best one known is near
// it.
TEST(Neuron, TheLowerBoundHoldsForEveryChoice) {
  double gaps = 0;
  int tried = 0;
  for (std::uint64_t seed = 0; seed < 8; ++seed)
    for (const char* name : {"area", "memory", "lut"}) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << ", " << name);
      const spec::Problem problem = test::RandomDag(seed).problem();
      const Subject subject(problem, problem.network, FormatScope::row, 1);
      const LeafSet leaves = whole_box(subject);
      const Candidate reference = realize(subject, leaves, uniform_plan(subject, -14, -14, -14));
      SearchOptions options;
      options.cost = *cost::named_model(name);
      NeuronModel model(subject, leaves, reference, roundings(reference.plan), {}, options);
      const NeuronGrids start = neuron_grids(reference.plan);
      const double share = model.estimate(start).use;
      const ChoiceModel choices = model.choices(share);
      const double lower =
          bound_choices(choices, model.selection(model.solve(share)), 1e6, 1e-3).lower;
      EXPECT_GE(model.estimate(start).cost, lower);
      const NeuronModel::Estimate best = model.estimate(model.solve(share));
      ASSERT_LE(best.use, share * (1 + 1e-9));
      EXPECT_GE(best.cost, lower);
      gaps += 1 - lower / best.cost;
      ++tried;
      // Descents from finer grids in random order, as far as the share allows.
      std::mt19937_64 random(seed);
      for (int walk = 0; walk < 20; ++walk) {
        NeuronGrids grids = start;
        for (std::vector<std::vector<int>>* all : {&grids.weight, &grids.output})
          for (std::vector<int>& block : *all)
            for (int& bits : block) bits += 2;
        for (int step = 0; step < 200; ++step) {
          std::vector<std::vector<int>>& all = random() % 2 ? grids.weight : grids.output;
          std::vector<int>& block = all[random() % all.size()];
          int& bits = block[random() % block.size()];
          --bits;
          if (bits < 8 || model.estimate(grids).use > share) ++bits;
        }
        const NeuronModel::Estimate estimate = model.estimate(grids);
        if (estimate.use <= share) {
          EXPECT_GE(estimate.cost, lower);
        }
      }
    }
  EXPECT_EQ(tried, 24);
  EXPECT_LE(gaps / tried, 0.15);
}

// Cancelled at any step, early or late: nothing, or a design that the checker has accepted.
TEST(Neuron, ACancelledSearchKeepsWhatIsProven) {
  int without = 0, with = 0;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const spec::Problem problem = test::RandomDag(seed).problem();
    for (int last = 1;; last += 1 + last / 6) {
      std::atomic<bool> cancel = false;
      int steps = 0;
      Options options;
      options.granularity = Granularity::neuron;
      options.cancel = &cancel;
      options.progress = [&](std::string_view, std::string_view) { cancel = ++steps >= last; };
      const Outcome outcome = quantize(problem, options);
      const auto* cancelled = std::get_if<Cancelled>(&outcome);
      if (cancelled == nullptr && steps < last) break;
      if (cancelled == nullptr) continue;  // a "no" comes whatever the flag says
      if (!cancelled->best) {
        ++without;
      } else {
        ++with;
        EXPECT_TRUE(std::holds_alternative<check::Accepted>(
            check::verify(cancelled->best->problem_text, cancelled->best->certificate_text)));
      }
    }
  }
  EXPECT_GT(without, 8);
  EXPECT_GT(with, 8);
}

}  // namespace
}  // namespace certifix::optimize
