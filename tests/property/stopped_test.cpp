// A search that is stopped, at every step that it reports: what there is so far is delivered,
// proven; and once there is a design, there is one ever after.
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "../support/random_dag.hpp"
#include "../support/random_network.hpp"
#include "certifix/optimize/quantize.hpp"
#include "certifix/optimize/search_options.hpp"
#include "certifix/semantics/output_bounds.hpp"

namespace certifix::optimize {
namespace {

struct Stopped {
  Outcome outcome = Cancelled{};
  int steps = 0;                    // that were reported
  std::optional<double> announced;  // the last best cost that was, before the flag was set
};

Stopped stopped_at(const spec::Problem& problem, Options options, int last) {
  Stopped result;
  std::atomic<bool> cancel = false;
  options.cancel = &cancel;
  options.progress = [&](std::string_view, std::string_view detail) {
    const std::string best = "best area ";
    if (const auto at = detail.find(best); !cancel && at != std::string_view::npos)
      result.announced = std::stod(std::string(detail.substr(at + best.size())));
    if (++result.steps >= last) cancel = true;
  };
  result.outcome = quantize(problem, options);
  return result;
}

double cost_of(const Quantized& quantized, const Options& options) {
  return objective(options.cost, quantized.accepted.subject->design);
}

struct Count {
  int with = 0, without = 0;
};

void stop_everywhere(const spec::Problem& problem, const Options& options, Count& count) {
  bool before = false;  // a design was delivered when stopped earlier
  // Every early step, and ever fewer of the later ones.
  for (int last = 1;; last += 1 + last / 10) {
    SCOPED_TRACE(testing::Message() << "step " << last);
    const Stopped stopped = stopped_at(problem, options, last);
    const bool ended = stopped.steps < last;
    if (std::holds_alternative<Unreachable>(stopped.outcome)) {
      EXPECT_FALSE(before || stopped.announced);
      if (ended) return;
      continue;
    }
    const auto* whole = std::get_if<Quantized>(&stopped.outcome);
    const auto* cancelled = std::get_if<Cancelled>(&stopped.outcome);
    const Quantized* design = whole != nullptr  ? whole
                              : cancelled->best ? &*cancelled->best
                                                : nullptr;
    EXPECT_EQ(whole != nullptr, ended);
    if (design == nullptr) {
      EXPECT_FALSE(before || stopped.announced);
      ++count.without;
      continue;
    }
    ++count.with;
    before = true;
    EXPECT_TRUE(std::holds_alternative<check::Accepted>(
        check::verify(design->problem_text, design->certificate_text)));
    if (options.method == Method::certifix && stopped.announced) {
      EXPECT_LE(std::round(cost_of(*design, options)), *stopped.announced);
    }
    if (ended) return;
  }
}

TEST(Stopped, RandomProblemsByEveryMethod) {
  Count count;
  for (std::uint64_t seed = 0; seed < 2; ++seed) {
    const spec::Problem problem = test::RandomDag(seed).problem();
    for (const Method method : {Method::uniform, Method::certifix})
      for (const Granularity granularity :
           {Granularity::network, Granularity::layer, Granularity::neuron, Granularity::weight}) {
        if (method == Method::uniform && granularity != Granularity::layer) continue;
        SCOPED_TRACE(testing::Message()
                     << "seed " << seed << ", granularity " << static_cast<int>(granularity));
        Options options;
        options.method = method;
        options.granularity = granularity;
        stop_everywhere(problem, options, count);
      }
  }
  EXPECT_GT(count.without, 5);
  EXPECT_GT(count.with, 5);
}

// With a box that needs splitting.
TEST(Stopped, OnATreeOfLeaves) {
  const spec::Problem problem{test::random_network(7, {3, 8, 8, 1}),
                              spec::Box(3, num::Interval(-1, 1)),
                              std::vector<spec::InputConvention>(3),
                              spec::OutOfRange::clamp,
                              semantics::output_bounds(1, {num::Rational(1, 100)}),
                              spec::Limits{64, 64}};
  Count count;
  for (const Granularity granularity : {Granularity::layer, Granularity::neuron}) {
    Options options;
    options.granularity = granularity;
    options.leaves = 20;
    stop_everywhere(problem, options, count);
  }
  EXPECT_GT(count.without, 2);
  EXPECT_GT(count.with, 5);
}

}  // namespace
}  // namespace certifix::optimize
