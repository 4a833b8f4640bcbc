// The weight method on random problems: what it returns keeps the bound, is never dearer than what
// it started from, and does not depend on the number of threads; and what its walks ask agrees with
// what the designs are.
#include "certifix/optimize/weight.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>
#include <variant>

#include "../support/random_dag.hpp"
#include "certifix/optimize/neuron.hpp"
#include "certifix/optimize/quantize.hpp"
#include "certifix/optimize/uniform.hpp"
#include "certifix/optimize/weight_estimate.hpp"
#include "certifix/optimize/weight_goals.hpp"
#include "certifix/optimize/weight_moves.hpp"
#include "certifix/optimize/weight_starts.hpp"
#include "certifix/optimize/weight_trial.hpp"
#include "certifix/optimize/weight_walk.hpp"

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
  EXPECT_GE(cheaper * 10, tried * 6);
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
    const WeightMoves moves(subject, places, leaves.hull, false, true);
    for (std::size_t unit = 0; unit < moves.units(); unit += 3) {
      const std::vector<WeightChange> changes = moves.changes(unit, trial.choice());
      if (!changes.empty()) trial.apply(changes[unit % changes.size()]);
    }
    const Candidate end = realize(subject, leaves, weight_plan(subject, places, trial.choice()));
    const std::vector<double> uses = trial.uses({});
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
    const std::vector<double> before = estimate.uses({});
    EXPECT_LE(*std::max_element(before.begin(), before.end()), reference.ratio * (1 + 1e-9));
    // A finer input uses less.
    estimate.apply({.rows = {}, .grid = std::pair<std::size_t, int>(0, start.lsb[0] - 3)});
    for (std::size_t r = 0; r < before.size(); ++r) EXPECT_LE(estimate.uses({})[r], before[r]);
    estimate.apply({.rows = {}, .grid = std::pair<std::size_t, int>(0, start.lsb[0])});
    for (std::size_t r = 0; r < before.size(); ++r)
      EXPECT_NEAR(estimate.uses({})[r], before[r], 1e-9 * before[r]);
  }
}

// Reading goals instead of weights is the same once each replaced neuron puts out slope times what
// it reads.
TEST(Weight, GoalsAreTheWeightsWithoutTheReplacedNeurons) {
  int neurons = 0;
  for (std::uint64_t seed = 0; seed < 160; ++seed) {
    SCOPED_TRACE(seed);
    const spec::Problem problem = test::RandomDag(seed).problem();
    const Subject subject(problem, problem.network, FormatScope::row, 1);
    const WeightPlaces places = weight_places(subject);
    std::mt19937 random(static_cast<std::uint32_t>(seed));
    const auto number = [&] { return static_cast<double>(random() % 4096) / 4096; };
    std::vector<double> slope(places.rows.size(), kKept);
    std::vector<double> value;
    for (std::size_t i = 0; i < places.inputs(); ++i) value.push_back(number());
    for (std::size_t r = 0; r < places.rows.size(); ++r) {
      value.push_back(number());
      if (random() % 4 == 0 || !replaceable(subject, places, r)) continue;
      ++neurons;
      slope[r] = number();
      value.back() = 0;
      for (const WeightPlaces::Term& term : places.rows[r].terms)
        value.back() += slope[r] * term.weight * value[term.element];
    }
    for (std::size_t r = 0; r < places.rows.size(); ++r) {
      const std::vector<WeightPlaces::Term>& terms = places.rows[r].terms;
      const std::vector<double> goal = goals(places, slope, r);
      double with = 0, without = 0, reach = 1;
      for (std::size_t t = 0; t < terms.size(); ++t) {
        const std::size_t e = terms[t].element;
        with += terms[t].weight * value[e];
        without += goal[t] * value[e];
        reach += std::fabs(terms[t].weight * value[e]) + std::fabs(goal[t] * value[e]);
        const bool own = slope[r] != kKept;
        const bool read = e >= places.inputs() && slope[e - places.inputs()] != kKept;
        EXPECT_TRUE(goal[t] == 0 || !(own || read));
      }
      EXPECT_NEAR(slope[r] == kKept ? with : 0, without, 1e-12 * reach);
    }
  }
  EXPECT_GE(neurons, 10);
}

TEST(Weight, ReplacementsAreTakenBack) {
  int neurons = 0;
  for (std::uint64_t seed = 0; seed < 160; ++seed) {
    SCOPED_TRACE(seed);
    const spec::Problem problem = test::RandomDag(seed).problem();
    const Subject subject(problem, problem.network, FormatScope::row, 1);
    const WeightPlaces places = weight_places(subject);
    const WeightChoice start = weight_choice(places, uniform_plan(subject, -12, -10, -8));
    for (std::size_t r = 0; r < places.rows.size(); ++r) {
      if (!replaceable(subject, places, r)) continue;
      ++neurons;
      const std::vector<double> reach(places.rows[r].terms.size(), 1);
      WeightChoice choice = start;
      const WeightChange change = replacement(places, choice, r, 0.5, reach);
      const WeightChange back = inverse(change, choice);
      apply(change, choice);
      for (const double value : choice.value[r]) EXPECT_EQ(value, 0);
      for (const WeightPlaces::Reader& reader : places.readers[places.output_of(r)])
        EXPECT_EQ(choice.value[reader.row][reader.term], 0);
      // Kept again, all of it is near to the network.
      WeightChoice kept = choice;
      apply(replacement(places, kept, r, kKept, reach), kept);
      EXPECT_EQ(kept.slope, start.slope);
      for (const WeightPlaces::Reader& reader : places.readers[places.output_of(r)])
        EXPECT_NEAR(kept.value[reader.row][reader.term],
                    places.rows[reader.row].terms[reader.term].weight,
                    std::ldexp(1, row_lsb(choice.value[reader.row])));
      apply(back, choice);
      EXPECT_EQ(choice, start);
    }
  }
  EXPECT_GE(neurons, 10);
}

// What starts walks that have replaced something is within the limit, and the design says so too.
TEST(Weight, StartsAreWithinTheLimit) {
  std::size_t found = 0;
  const cost::Model lut = *cost::named_model("lut");
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    SCOPED_TRACE(seed);
    spec::Problem problem = test::RandomDag(seed).problem();
    const Subject subject(problem, problem.network, FormatScope::row, 1);
    const LeafSet leaves = whole_box(subject);
    const WeightPlaces places = weight_places(subject);
    const Candidate from = realize(subject, leaves, uniform_plan(subject, -20, -20, -20));
    const WeightTrial trial(subject, places, leaves, {0}, weight_choice(places, from.plan),
                            from.image);
    const double limit = 1000 * from.ratio;  // room for replacements
    for (const auto& start : replaced_starts(subject, places, leaves.hull, false, trial,
                                             tops(places, from.design), lut, limit)) {
      ++found;
      const std::vector<double> uses = start->uses({});
      const double use = *std::max_element(uses.begin(), uses.end());
      EXPECT_LT(use, limit);
      EXPECT_NE(start->choice().slope, trial.choice().slope);
      const Candidate to = realize(subject, leaves, weight_plan(subject, places, start->choice()));
      EXPECT_NEAR(use, to.ratio, 0.05 * to.ratio);
    }
  }
  EXPECT_GE(found, 3u);
}

// A walk adds up changes of the cost: what it says of the end is what the end costs.
TEST(Weight, WalksKnowTheCostOfWhatTheyFind) {
  int cheaper = 0;
  const cost::Model lut = *cost::named_model("lut");
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    SCOPED_TRACE(seed);
    const spec::Problem problem = test::RandomDag(seed).problem();
    const Subject subject(problem, problem.network, FormatScope::row, 1);
    const LeafSet leaves = whole_box(subject);
    const WeightPlaces places = weight_places(subject);
    const Candidate start = realize(subject, leaves, uniform_plan(subject, -16, -14, -15));
    const Tops top = tops(places, start.design);
    const WeightTrial trial(subject, places, leaves, {0}, weight_choice(places, start.plan),
                            start.image);
    WeightWalk how;
    how.steps = 2000;
    how.first_heat = 20;
    how.last_heat = 0.1;
    how.price = 1;
    how.limit = 3 * start.ratio;
    const WeightMoves moves(subject, places, leaves.hull, false, true);
    const Walked end = walk(trial.copy(), places, moves, top, lut, how);
    EXPECT_NEAR(end.cost, total_cost(places, end.best, top, lut), 1e-9 * end.cost);
    EXPECT_LT(end.use, how.limit);
    if (end.cost < total_cost(places, trial.choice(), top, lut)) ++cheaper;
  }
  EXPECT_GE(cheaper, 5);
}

// A trial that stops at a few leaves is right about the others.
TEST(Weight, TrialsStopOnlyWhereTheAnswerIsCertain) {
  int stopped = 0;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(seed);
    const spec::Problem problem = test::RandomDag(seed).problem();
    const Subject subject(problem, problem.network, FormatScope::row, 1);
    range::FloatBox left = subject.box(), right = subject.box();
    left[0].upper = right[0].lower = subject.box()[0].midpoint();
    const LeafSet leaves = leaf_set(subject, {left, right}, whole_box(subject).hull);
    const WeightPlaces places = weight_places(subject);
    const Candidate start = realize(subject, leaves, uniform_plan(subject, -14, -12, -13));
    const WeightTrial trial(subject, places, leaves, {0, 1}, weight_choice(places, start.plan),
                            start.image);
    const std::vector<double> all = trial.uses({});
    const double limit = 1.5 * *std::max_element(all.begin(), all.end());
    const double sum = Barrier{limit}.of(all);
    EXPECT_EQ(trial.uses({limit, sum * (1 + 1e-9)}), all);
    for (const double part : {0.9, 0.5, 0.1}) {
      const std::vector<double> some = trial.uses({limit, part * sum});
      if (some.empty()) ++stopped;
      EXPECT_TRUE(some.empty() || some == all);
    }
  }
  EXPECT_GE(stopped, 3);
}

}  // namespace
}  // namespace certifix::optimize
