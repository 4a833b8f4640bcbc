// Every cost model at every granularity, on random problems: what is delivered is proven, and never
// dearer than what the search started from; and the searches' prices are those of the designs.
#include <gtest/gtest.h>

#include "../support/random_dag.hpp"
#include "../support/random_network.hpp"
#include "certifix/check/verify.hpp"
#include "certifix/optimize/layer_model.hpp"
#include "certifix/optimize/quantize.hpp"
#include "certifix/semantics/output_bounds.hpp"

namespace certifix::optimize {
namespace {

std::vector<cost::Model> models() {
  std::vector<cost::Model> result;
  for (const std::string& name : cost::model_names()) result.push_back(*cost::named_model(name));
  cost::Model own{"own", {}, cost::Table{{{1, 1, 1, 4}, {1, 2, 2, 4}, {1, 2, 3, 4}, {6, 6, 6, 9}}}};
  own[cost::Figure::csd_digits] = 2;
  own[cost::Figure::bias_bits] = 1;
  result.push_back(std::move(own));
  return result;
}

std::optional<design::Design> designed(const spec::Problem& problem, const Options& options) {
  const Outcome outcome = quantize(problem, options);
  const auto* quantized = std::get_if<Quantized>(&outcome);
  if (quantized == nullptr) return std::nullopt;
  EXPECT_TRUE(std::holds_alternative<check::Accepted>(
      check::verify(quantized->problem_text, quantized->certificate_text)));
  return quantized->accepted.subject->design;
}

TEST(CostModels, NoGranularityIsDearerThanACoarserOne) {
  int tried = 0, cheaper = 0;
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const spec::Problem problem = test::RandomDag(seed).problem();
    for (const cost::Model& model : models()) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << ", " << model.name);
      Options options;
      options.cost = model;
      options.method = Method::uniform;
      const std::optional<design::Design> uniform = designed(problem, options);
      if (!uniform) continue;
      ++tried;
      options.method = Method::certifix;
      double before = objective(model, *uniform);
      const double first = before;
      options.granularity = Granularity::network;
      EXPECT_TRUE(designed(problem, options));
      for (const Granularity granularity : {Granularity::layer, Granularity::neuron}) {
        options.granularity = granularity;
        const std::optional<design::Design> design = designed(problem, options);
        ASSERT_TRUE(design);
        EXPECT_LE(objective(model, *design), before);
        before = objective(model, *design);
      }
      if (before < first) ++cheaper;
    }
  }
  EXPECT_GE(tried, 20);
  EXPECT_GE(cheaper * 2, tried);
}

spec::Problem generic_problem(std::uint64_t seed) {
  net::Network network = test::random_network(seed, {8, 12, 9, 2});
  const spec::Box box(8, num::Interval(-1, 1));
  return {std::move(network),
          box,
          std::vector<spec::InputConvention>(8),
          spec::OutOfRange::clamp,
          semantics::output_bounds(2, {num::Rational(1, 100)}),
          spec::Limits{}};
}

// What a design of layers saves where some grids have a bit or two less, or as many as make another
// class of words. Weights are generic, so that rows have few factors of two in common, which the
// prices do not know of.
TEST(CostModels, TheLayerModelPricesDesigns) {
  for (const cost::Model& model : models()) {
    double priced = 0, real = 0;
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      const spec::Problem problem = generic_problem(seed);
      const Subject subject(problem, problem.network, FormatScope::block, 1);
      const LeafSet leaves = whole_box(subject);
      SearchOptions options;
      options.cost = model;
      const LayerGrids fine = uniform_grids(subject, 13);
      LayerGrids coarse = fine;
      const auto at = [&](const LayerGrids& grids) {
        return realize(subject, leaves, layer_plan(subject, grids, std::nullopt));
      };
      const Candidate reference = at(fine);
      WeightTables weights(subject, leaves);
      const LayerModel prices(subject, leaves, reference, fine, options, weights);
      for (int* bits : {&coarse.input, &coarse.weight[0], &coarse.weight[2], &coarse.output[0],
                        &coarse.output[1]}) {
        *bits -= cost::counts_program(model) ? 8 : 2;
        priced += prices.estimate(fine)->cost - prices.estimate(coarse)->cost;
        real += objective(model, reference.design) - objective(model, at(coarse).design);
      }
    }
    EXPECT_GT(real, 0) << model.name;
    // Weights that vanish stay in dense tables of a program.
    EXPECT_NEAR(priced, real, (cost::counts_program(model) ? 0.15 : 0.05) * real) << model.name;
  }
}

}  // namespace
}  // namespace certifix::optimize
