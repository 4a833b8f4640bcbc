// Optima of choice models, between a choice and a proven lower bound.
#include "certifix/optimize/choice_bound.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>

#include "certifix/base/error.hpp"
#include "certifix/num/outward/enclosure.hpp"
#include "certifix/optimize/choice_descent.hpp"
#include "certifix/optimize/choice_dual.hpp"

namespace certifix::optimize {
namespace {

using num::Rational;

// Grids of rows and of values, as in the neuron model: candidates get finer and dearer, costs are
// products of widths.
ChoiceModel random_model(std::mt19937_64& engine, std::size_t rows, std::size_t values,
                         std::size_t candidates, std::size_t bounds, double cost_factor) {
  std::uniform_real_distribution<double> uniform(0.05, 1);
  ChoiceModel model;
  model.bounds = bounds;
  for (std::size_t i = 0; i < rows + values; ++i) {
    ChoiceModel::Variable variable;
    std::vector<double> coarsest;
    for (std::size_t r = 0; r < bounds; ++r) coarsest.push_back(uniform(engine));
    for (std::size_t c = 0; c < candidates; ++c) {
      variable.cost.push_back(cost_factor * static_cast<double>(c));
      variable.use.push_back(coarsest);
      for (double& use : variable.use.back()) use = std::ldexp(use, -static_cast<int>(c));
    }
    model.variables.push_back(std::move(variable));
  }
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < values; ++j) {
      if (uniform(engine) < 0.3) continue;
      ChoiceModel::Pair pair{i, rows + j, {}};
      const double scale = std::floor(uniform(engine) * 5) * cost_factor;
      for (std::size_t p = 0; p < candidates; ++p)
        for (std::size_t q = 0; q < candidates; ++q)
          pair.cost.push_back(scale * static_cast<double>((p + 2) * (q + 3)));
      model.pairs.push_back(std::move(pair));
    }
  return model;
}

template <class Visit>
void for_each_selection(const ChoiceModel& model, const Visit& visit) {
  Selection selection(model.variables.size());
  while (true) {
    visit(selection);
    std::size_t i = 0;
    while (i < selection.size() && ++selection[i] == model.variables[i].size()) selection[i++] = 0;
    if (i == selection.size()) return;
  }
}

std::optional<double> cheapest(const ChoiceModel& model) {
  std::optional<double> best;
  for_each_selection(model, [&](const Selection& selection) {
    if (!selection_fits(model, selection)) return;
    const double cost = selection_cost(model, selection);
    if (!best || cost < *best) best = cost;
  });
  return best;
}

Selection finest(const ChoiceModel& model) {
  Selection result;
  for (const ChoiceModel::Variable& variable : model.variables)
    result.push_back(variable.size() - 1);
  return result;
}

TEST(ChoiceBound, TheOptimumOfSmallModelsIsFoundAndProven) {
  std::mt19937_64 engine(3);
  for (int trial = 0; trial < 60; ++trial) {
    const ChoiceModel model = random_model(engine, 2 + trial % 2, 3, 6, 1 + trial % 4, 1);
    if (!selection_fits(model, finest(model))) continue;
    const std::optional<double> best = cheapest(model);
    const ChoiceBound bound = bound_choices(model, finest(model), 1e9);
    EXPECT_EQ(bound.cost, *best);
    EXPECT_LE(bound.lower, *best);
    EXPECT_GE(bound.lower, *best * (1 - 1e-6));
  }
}

TEST(ChoiceBound, WithLittleWorkTheBoundIsWeakerButTrue) {
  std::mt19937_64 engine(4);
  for (int trial = 0; trial < 30; ++trial) {
    const ChoiceModel model = random_model(engine, 3, 3, 5, 2, 0.63);
    if (!selection_fits(model, finest(model))) continue;
    const double best = *cheapest(model);
    for (const double work : {0.0, 1e4, 1e5, 1e6}) {
      const ChoiceBound bound = bound_choices(model, finest(model), work, 0.05);
      EXPECT_LE(bound.lower, best);
      EXPECT_GE(bound.cost, best);
      EXPECT_TRUE(selection_fits(model, bound.best));
      EXPECT_EQ(bound.cost, selection_cost(model, bound.best));
    }
  }
}

TEST(ChoiceBound, WhereNothingPullsTheCoarsestIsTheOptimum) {
  std::mt19937_64 engine(5);
  ChoiceModel model = random_model(engine, 2, 2, 4, 1, 1);
  for (ChoiceModel::Variable& variable : model.variables)
    for (std::vector<double>& use : variable.use) use[0] /= 100;
  const ChoiceBound bound = bound_choices(model, finest(model), 1e8);
  EXPECT_EQ(bound.best, Selection(4, 0));
  EXPECT_EQ(bound.lower, bound.cost);
}

TEST(ChoiceBound, AStartThatDoesNotFitIsABug) {
  std::mt19937_64 engine(6);
  ChoiceModel model = random_model(engine, 1, 1, 2, 1, 1);
  model.variables[0].use = {{2}, {2}};
  EXPECT_THROW(bound_choices(model, finest(model), 1e6), Bug);
}

// (2) of choice_dual.hpp in rationals, nothing rounded.
Rational dual_in_rationals(const ChoiceModel& model, const Dual& dual) {
  Rational sum = 0;
  std::vector<std::vector<Rational>> part;
  for (const ChoiceModel::Variable& variable : model.variables) {
    part.emplace_back();
    for (std::size_t c = 0; c < variable.size(); ++c) {
      Rational value = num::exact_value(variable.cost[c]);
      for (std::size_t r = 0; r < model.bounds; ++r)
        value += num::exact_value(dual.price[r]) * num::exact_value(variable.use[c][r]);
      part.back().push_back(value);
    }
  }
  for (std::size_t k = 0; k < model.pairs.size(); ++k) {
    const ChoiceModel::Pair& pair = model.pairs[k];
    const std::size_t size = model.variables[pair.second].size();
    for (std::size_t q = 0; q < size; ++q)
      part[pair.second][q] += num::exact_value(dual.message[k][q]);
    for (std::size_t p = 0; p < model.variables[pair.first].size(); ++p) {
      std::optional<Rational> least;
      for (std::size_t q = 0; q < size; ++q) {
        const Rational value =
            num::exact_value(pair.cost[p * size + q]) - num::exact_value(dual.message[k][q]);
        if (!least || value < *least) least = value;
      }
      part[pair.first][p] += *least;
    }
  }
  for (const std::vector<Rational>& values : part)
    sum += *std::min_element(values.begin(), values.end());
  for (const double price : dual.price) sum -= num::exact_value(price);
  return sum;
}

TEST(ChoiceProof, IntegersAreAHairBelowRationalsAndNoChoiceIsBelowThem) {
  std::mt19937_64 engine(7);
  for (int trial = 0; trial < 20; ++trial) {
    const ChoiceModel model = random_model(engine, 3, 3, 4, 2, 0.63);
    if (!selection_fits(model, finest(model))) continue;
    const double cost = selection_cost(model, finest(model));
    const ScaledModel scaled(model, cost);
    Domain domain(model.variables.size(), {0, 1, 2, 3});
    const Dual start = first_dual(model, finest(model));
    const Ascent ascent = ascend(model, scaled, domain, start, cost, 20);
    for (const Dual& dual : {start, ascent.dual}) {
      const Proven proven = prove_bound(model, scaled, domain, dual);
      const Rational bound = num::exact_value(static_cast<double>(proven.bound) * scaled.unit);
      // Pairs without room are left out of the proof: it may be the better for that, not worse.
      EXPECT_GE(bound, dual_in_rationals(model, dual) - num::exact_value(1e-6 * cost));
      for_each_selection(model, [&](const Selection& selection) {
        if (!selection_fits(model, selection)) return;
        const double units = selection_cost(model, selection) / scaled.unit;
        EXPECT_LE(static_cast<double>(proven.bound), units);
        for (std::size_t i = 0; i < selection.size(); ++i)
          EXPECT_LE(static_cast<double>(proven.with[i][selection[i]]), units);
      });
    }
  }
}

TEST(ChoiceProof, NeverAboveRationalsWherePairsHaveRoom) {
  std::mt19937_64 engine(8);
  ChoiceModel model = random_model(engine, 3, 3, 4, 2, 0.63);
  for (ChoiceModel::Variable& variable : model.variables)
    for (std::vector<double>& use : variable.use)
      for (double& u : use) u /= 100;
  const double cost = selection_cost(model, finest(model));
  const ScaledModel scaled(model, cost);
  const Domain domain(model.variables.size(), {0, 1, 2, 3});
  // Powers of two as prices and integers as messages are the same numbers in units.
  Dual dual = first_dual(model, finest(model));
  for (double& price : dual.price) price = 0.5;
  for (std::vector<double>& messages : dual.message)
    for (double& message : messages) message = std::floor(message);
  const Proven proven = prove_bound(model, scaled, domain, dual);
  EXPECT_LE(num::exact_value(static_cast<double>(proven.bound) * scaled.unit),
            dual_in_rationals(model, dual));
}

TEST(ChoiceDescent, RepairsAndImproves) {
  std::mt19937_64 engine(9);
  for (int trial = 0; trial < 30; ++trial) {
    const ChoiceModel model = random_model(engine, 3, 3, 6, 2, 1);
    if (!selection_fits(model, finest(model))) continue;
    ChoiceDescent descent(model);
    const Selection repaired = descent.repair(Selection(6, 0));
    ASSERT_TRUE(selection_fits(model, repaired));
    const Selection improved = descent.improve(repaired, 1e7);
    EXPECT_TRUE(selection_fits(model, improved));
    EXPECT_LE(selection_cost(model, improved), selection_cost(model, repaired));
    EXPECT_LE(selection_cost(model, improved), 1.1 * *cheapest(model));
  }
}

}  // namespace
}  // namespace certifix::optimize
