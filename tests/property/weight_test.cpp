// The weight method on random problems: what it returns keeps the bound, is never dearer than what
// it started from, and does not depend on the number of threads; and what its walks ask agrees with
// what the designs are.
#include "certifix/optimize/weight.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <variant>

#include "../support/random_dag.hpp"
#include "certifix/optimize/neuron.hpp"
#include "certifix/optimize/quantize.hpp"
#include "certifix/optimize/uniform.hpp"
#include "certifix/optimize/weight_estimate.hpp"
#include "certifix/optimize/weight_moves.hpp"
#include "certifix/optimize/weight_trial.hpp"

namespace certifix::optimize {
namespace {

SearchOptions adders() {
  SearchOptions options;
  options.cost = *cost::named_model("lut");
  options.effort = 0.02;
  return options;
}

TEST(Weight, KeepsTheBoundAndIsNeverDearer) {
  int tried = 0, cheaper = 0;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const spec::Problem problem = test::RandomDag(seed).problem();
    const Subject subject(problem, problem.network, FormatScope::row, 1);
    const LeafSet leaves = whole_box(subject);
    const UniformSearch uniform = search_uniform(subject, leaves, std::nullopt, 1);
    if (!uniform.found) continue;
    ++tried;
    const SearchOptions options = adders();
    const Candidate neurons = search_neurons(subject, leaves, *uniform.found, {}, options);
    const Candidate best = search_weights(subject, leaves, neurons, {}, options);
    EXPECT_LE(best.ratio, 1) << seed;
    const double before = objective(options.cost, neurons.design);
    EXPECT_LE(objective(options.cost, best.design), before) << seed;
    if (objective(options.cost, best.design) < before) ++cheaper;
    // The ratio is that of the design itself, not of a trial.
    EXPECT_EQ(realize(subject, leaves, best.plan).ratio, best.ratio) << seed;
    EXPECT_EQ(broken_limit(best.design, problem.limits), "") << seed;

    const Subject parallel(problem, problem.network, FormatScope::row, 3);
    const Candidate again = search_weights(parallel, whole_box(parallel), neurons, {}, options);
    EXPECT_EQ(again.design, best.design) << seed;
  }
  EXPECT_GE(tried, 5);
  EXPECT_GE(cheaper * 10, tried * 7);
}

TEST(Weight, TheCheckerAcceptsIt) {
  const spec::Problem problem = test::RandomDag(3).problem();
  Options options;
  options.granularity = Granularity::weight;
  options.cost = *cost::named_model("lut");
  const Outcome outcome = quantize(problem, options);
  const auto* quantized = std::get_if<Quantized>(&outcome);
  ASSERT_NE(quantized, nullptr);
  EXPECT_TRUE(std::holds_alternative<check::Accepted>(
      check::verify(quantized->problem_text, quantized->certificate_text)));
}

TEST(Weight, WithoutAPriceForCircuitsNothingChanges) {
  const spec::Problem problem = test::RandomDag(3).problem();
  const Subject subject(problem, problem.network, FormatScope::row, 1);
  const LeafSet leaves = whole_box(subject);
  SearchOptions options;
  options.cost = *cost::named_model("paper");
  const Candidate reference = realize(subject, leaves, uniform_plan(subject, -16, -16, -16));
  EXPECT_EQ(search_weights(subject, leaves, reference, {}, options).design, reference.design);
}

TEST(Weight, PlansAndChoicesSayTheSame) {
  const spec::Problem problem = test::RandomDag(4).problem();
  const Subject subject(problem, problem.network, FormatScope::row, 1);
  const LeafSet leaves = whole_box(subject);
  const WeightPlaces places = weight_places(subject);
  const Plan nearest = uniform_plan(subject, -12, -10, -8);
  const WeightChoice choice = weight_choice(places, nearest);
  const Plan chosen = weight_plan(subject, places, choice);
  EXPECT_EQ(weight_choice(places, chosen), choice);
  EXPECT_EQ(realize(subject, leaves, chosen).design, realize(subject, leaves, nearest).design);
}

// A cost that is priced row by row is the cost of the design, and a trial's uses are its ratio, up
// to ranges and norms, which change a little with the design.
TEST(Weight, TrialsAgreeWithDesigns) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(seed);
    const spec::Problem problem = test::RandomDag(seed).problem();
    const Subject subject(problem, problem.network, FormatScope::row, 1);
    const LeafSet leaves = whole_box(subject);
    const WeightPlaces places = weight_places(subject);
    const cost::Model lut = *cost::named_model("lut");
    const Candidate start = realize(subject, leaves, uniform_plan(subject, -14, -12, -13));
    WeightTrial trial(subject, places, leaves, {0}, weight_choice(places, start.plan), start.image);
    const WeightMoves moves(subject, places, leaves.hull, false);
    for (std::size_t unit = 0; unit < moves.units(); unit += 3) {
      const std::vector<WeightChange> changes = moves.changes(unit, trial.choice());
      if (!changes.empty()) trial.apply(changes[unit % changes.size()]);
    }
    const Candidate end = realize(subject, leaves, weight_plan(subject, places, trial.choice()));
    const std::vector<double> uses = trial.uses();
    EXPECT_NEAR(*std::max_element(uses.begin(), uses.end()), end.ratio, 0.05 * end.ratio);
    EXPECT_NEAR(total_cost(places, trial.choice(), tops(places, end.design), lut),
                objective(lut, end.design), 1e-9 * objective(lut, end.design));
  }
}

TEST(Weight, AnEstimateStartsAtTheTruthAndGoesBackToIt) {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    SCOPED_TRACE(seed);
    const spec::Problem problem = test::RandomDag(seed).problem();
    const Subject subject(problem, problem.network, FormatScope::row, 1);
    const LeafSet leaves = whole_box(subject);
    const WeightPlaces places = weight_places(subject);
    const Candidate reference = realize(subject, leaves, uniform_plan(subject, -14, -12, -13));
    const WeightChoice start = weight_choice(places, reference.plan);
    WeightEstimate estimate(subject, places, leaves, {0}, {}, start, reference);
    const std::vector<double> before = estimate.uses();
    EXPECT_LE(*std::max_element(before.begin(), before.end()), reference.ratio * (1 + 1e-9));
    // A finer input uses less.
    estimate.apply({0, {}, std::pair<std::size_t, int>(0, start.lsb[0] - 3)});
    for (std::size_t r = 0; r < before.size(); ++r) EXPECT_LE(estimate.uses()[r], before[r]);
    estimate.apply({0, {}, std::pair<std::size_t, int>(0, start.lsb[0])});
    for (std::size_t r = 0; r < before.size(); ++r)
      EXPECT_NEAR(estimate.uses()[r], before[r], 1e-9 * before[r]);
  }
}

}  // namespace
}  // namespace certifix::optimize
