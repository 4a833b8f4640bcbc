// Properties of the points that the attack tries, and of what it finds.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "certifix/attack/attack.hpp"
#include "certifix/attack/climb.hpp"
#include "certifix/attack/exploration.hpp"
#include "certifix/attack/search_space.hpp"
#include "certifix/executor/executor.hpp"
#include "certifix/semantics/evaluate.hpp"
#include "certifix/semantics/output_bounds.hpp"
#include "tests/support/random_network.hpp"
#include "tests/support/rounded_design.hpp"

namespace certifix::attack {
namespace {

using num::Interval;
using num::Rational;

// An interval with decimal ends, which may be a point.
Interval random_interval() {
  const Rational low(*rc::gen::inRange(-3000, 3000), *rc::gen::element(1, 7, 10, 64, 1000));
  const Rational width(*rc::gen::inRange(0, 5000), *rc::gen::element(3, 10, 128, 1000));
  return {low, low + width};
}

spec::InputConvention random_convention(const Interval& interval) {
  if (*rc::gen::inRange(0, 3) != 0) return {};
  const int bits = *rc::gen::inRange(-3, 90);
  if (num::ceil_to(interval.lower(), -bits) > num::floor_to(interval.upper(), -bits)) return {};
  return {bits};
}

RC_GTEST_PROP(Axis, PositionsArePointsOfTheBoxWithTheCodeOfTheirCell, ()) {
  const Interval interval = random_interval();
  const spec::InputConvention convention = random_convention(interval);
  const int lsb = -*rc::gen::inRange(-4, 40);
  const Axis axis(interval, convention, lsb);
  const auto check = [&](Position p) {
    RC_ASSERT(axis.min() <= p && p <= axis.max());
    const Rational x = axis.exact(p);
    RC_ASSERT(interval.contains(x));
    if (convention.fraction_bits) RC_ASSERT(num::scaled(x, *convention.fraction_bits).is_integer());
    RC_ASSERT(num::round_half_up(x, lsb) == axis.code(p));
    const std::int64_t cell = axis.cell(p);
    RC_ASSERT(axis.first_cell() <= cell && cell <= axis.last_cell());
    RC_ASSERT(axis.low_edge(cell) <= p && p <= axis.high_edge(cell));
  };
  check(axis.min());
  check(axis.max());
  if (!convention.fraction_bits) {
    RC_ASSERT(axis.exact(axis.min()) == interval.lower());
    RC_ASSERT(axis.exact(axis.max()) == interval.upper());
  }
  for (int n = 0; n < 5; ++n) {
    check(*rc::gen::inRange(axis.min(), axis.max() + 1));
    const std::int64_t cell = *rc::gen::inRange(axis.first_cell(), axis.last_cell() + 1);
    const Position low = axis.low_edge(cell);
    const Position high = axis.high_edge(cell);
    check(low);
    check(high);
    RC_ASSERT(axis.cell(low) == cell && axis.cell(high) == cell);
    if (cell > axis.first_cell()) {
      RC_ASSERT(axis.high_edge(cell - 1) == low - 1);
      RC_ASSERT(axis.exact(low - 1) < axis.exact(low));
      // The low edge of a cell of any real is the tie itself.
      if (!convention.fraction_bits)
        RC_ASSERT(axis.exact(low) == num::scaled(Rational(num::Integer(2 * cell - 1)), lsb - 1));
    }
  }
}

struct Case {
  spec::Problem problem;
  design::Design design;
};

Case random_case(const std::vector<std::size_t>& layers, int bits, std::optional<int> grid) {
  net::Network network = test::random_network(*rc::gen::arbitrary<std::uint64_t>(), layers);
  spec::Box box;
  for (std::size_t i = 0; i < layers[0]; ++i) {
    const Rational low(*rc::gen::inRange(-20, 10), 10);
    box.push_back({low, low + Rational(*rc::gen::inRange(10, 30), 10)});
  }
  design::Design design = test::rounded_design(
      network, box, {.input = bits, .weight = bits + 2, .activation = bits + 1});
  std::vector<spec::Functional> functionals =
      semantics::output_bounds(network.output_count(), {Rational(1, 8)});
  return {{std::move(network),
           std::move(box),
           std::vector<spec::InputConvention>(layers[0], {grid}),
           spec::OutOfRange::clamp,
           std::move(functionals),
           {}},
          std::move(design)};
}

RC_GTEST_PROP(Attack, EveryPointTriedIsOneThatTheTheoremSpeaksOf, ()) {
  const std::optional<int> grid = *rc::gen::element(std::optional<int>{}, std::optional<int>{6});
  const Case c = random_case({3, 4, 2}, 5, grid);
  const SearchSpace space(c.problem, c.design);
  const executor::Executor executor(c.design);
  const Objective objective(c.problem, space, executor);
  const std::uint64_t seed = *rc::gen::arbitrary<std::uint64_t>();
  const Exploration exploration(space, 600, seed);
  std::uint64_t count = 0;
  for (std::uint64_t index = 0; index < exploration.chunk_count(); ++index) {
    const std::vector<Position> points = exploration.chunk(index);
    for (std::size_t n = 0; n < points.size(); n += 3, ++count)
      RC_ASSERT(in_domain(c.problem, space.exact(std::span(points).subspan(n, 3))));
  }
  RC_ASSERT(count == exploration.point_count());
  RC_ASSERT(count >= 600);
  std::vector<WorstPoints> worst(2, WorstPoints(1000));
  const std::vector<Position> first = exploration.chunk(0);
  climb(objective, space, 1, Candidate{0, Point(first.begin(), first.begin() + 3)}, 20,
        RandomStream(seed, 2, 0), worst);
  RC_ASSERT(!worst[1].sorted().empty());
  for (const Candidate& candidate : worst[1].sorted())
    RC_ASSERT(in_domain(c.problem, space.exact(candidate.point)));
}

RC_GTEST_PROP(Attack, FindsTheWorstOfAFiniteDomainThatItCanCover, ()) {
  // 2 inputs on the grid 2^-4: up to 49 x 49 points.
  const Case c = random_case({2, 5, 4, 1}, 4, 4);
  const executor::Executor executor(c.design);
  const auto ends = [&](std::size_t i) {
    return std::pair(num::ceil_to(c.problem.box[i].lower(), -4),
                     num::floor_to(c.problem.box[i].upper(), -4));
  };
  Rational truth;
  std::uint64_t domain = 0;
  for (num::Integer a = ends(0).first; a <= ends(0).second; ++a)
    for (num::Integer b = ends(1).first; b <= ends(1).second; ++b, ++domain) {
      const std::vector<Rational> x = {num::scaled(Rational(a), -4), num::scaled(Rational(b), -4)};
      const std::vector<num::Integer> codes = executor.run(executor.quantize(x));
      truth = std::max(truth, num::abs(executor.output_value(codes[0], 0) -
                                       semantics::evaluate(c.problem.network, x)[0]));
    }
  const Result result =
      attack(c.problem, c.design, {.evaluations = 2 * domain, .seed = 1, .confirmed = 10});
  RC_ASSERT(num::abs(result.worst().error) == truth);
}

}  // namespace
}  // namespace certifix::attack
