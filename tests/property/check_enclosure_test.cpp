// On random leaves, everything that the checker holds to be true of the network, of the design and
// of the two together is true at exact points: ranges, rounding of weights, sources of error,
// slopes, errors, codes, and the bound of every functional.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>

#include "certifix/check/leaf.hpp"
#include "certifix/check/leaves.hpp"
#include "tests/property/check_random_pair.hpp"

namespace certifix::check {
namespace {

using test::ImplementedRun;
using test::RealRun;

// x lies in the range, whose ends count units of 2^-precision.
bool holds(const Range& range, const Rational& x, int precision) {
  const Rational units = num::scaled(x, precision);
  return Rational(range.lower) <= units && units <= Rational(range.upper);
}

class Judge {
 public:
  Judge(std::uint64_t seed, const GridPair& pair) : seed_(seed), pair_(pair) {}

  void element(std::size_t b, std::size_t i, const RealRun& real, const ImplementedRun& code,
               const LeafState& state) {
    const std::size_t e = pair_.starts[b] + i;
    const Element& known = state[e];
    require(holds(known.value, real.value[b][i], pair_.precision), "value", e);
    require(holds(known.error, error(b, i, real, code), pair_.precision), "error", e);
    require(known.codes.lower <= code.codes[b][i] && code.codes[b][i] <= known.codes.upper, "codes",
            e);
    if (b > 0) row(e, real.before[b][i], code.before[b][i], error(b, i, real, code), known);
    values_.push_back(real.value[b][i]);
    errors_.push_back(error(b, i, real, code));
  }

  void functionals(const std::vector<Integer>& proven) {
    for (std::size_t k = 0; k < proven.size(); ++k) {
      const auto& c = pair_.problem.functionals[k].coefficients;
      Rational sum = 0;
      for (std::size_t o = 0; o < c.size(); ++o)
        sum += c[o] * errors_[errors_.size() - c.size() + o];
      require(num::abs(sum) <= num::scaled(proven[k], -2L * pair_.precision), "functional", k);
    }
  }

 private:
  static Rational error(std::size_t b, std::size_t i, const RealRun& real,
                        const ImplementedRun& code) {
    return code.value[b][i] - real.value[b][i];
  }

  void row(std::size_t e, const Rational& z, const Rational& implemented_z, const Rational& error,
           const Element& known) {
    const PairRow& row = pair_.row(e);
    require(holds(known.before, z, pair_.precision), "before", e);
    Rational theta = z - num::scaled(row.bias, -pair_.precision);
    for (const Edge& edge : row.weights)
      theta -= num::scaled(edge.weight, -pair_.precision) * values_[edge.element];
    require(holds({-known.tau, known.tau}, theta, pair_.precision), "tau", e);
    const Rational delta = implemented_z - z;
    Rational source = delta;
    for (const Edge& edge : row.implemented)
      source -= num::scaled(edge.weight, -pair_.precision) * errors_[edge.element];
    require(holds(known.source, source, pair_.precision), "source", e);
    if (known.slope == Slope::one) require(error == delta, "slope one", e);
    if (known.slope == Slope::zero) require(error.sign() == 0, "slope zero", e);
  }

  void require(bool condition, const std::string& what, std::size_t number) const {
    if (!condition)
      RC_FAIL(what + " " + std::to_string(number) + " is wrong for seed " + std::to_string(seed_));
  }

  std::uint64_t seed_;
  const GridPair& pair_;
  std::vector<Rational> values_, errors_;  // of the elements so far
};

void judge_leaves(std::uint64_t seed) {
  const test::RandomPair random_pair = test::random_pair(seed);
  const GridPair pair(random_pair.problem, random_pair.certificate.design,
                      random_pair.certificate.precision);
  test::Random random(~seed);
  LeafProof proof(pair);
  LeafWalk walk(random_pair.certificate.tree, random_pair.problem.box);
  while (const auto job = walk.next()) {
    const auto result = proof.prove(job->box);
    RC_ASSERT(std::holds_alternative<std::vector<Integer>>(result));
    for (const auto& x : test::points(random_pair, job->box, random, 60)) {
      const RealRun real = test::run_network(random_pair.problem.network, x);
      const ImplementedRun code = test::run_design(random_pair.certificate.design, x);
      Judge judge(seed, pair);
      for (std::size_t b = 0; b < pair.blocks(); ++b)
        for (std::size_t i = 0; i < real.value[b].size(); ++i)
          judge.element(b, i, real, code, proof.state());
      judge.functionals(std::get<std::vector<Integer>>(result));
    }
  }
  RC_ASSERT(!walk.stopped_at());
}

TEST(CheckEnclosure, EverythingThatIsHeldOnALeafIsTrue) {
  EXPECT_TRUE(rc::check("everything that is held on a leaf is true", [] {
    for (int k = 0; k < 10; ++k)
      judge_leaves(*rc::gen::noShrink(rc::gen::arbitrary<std::uint64_t>()));
  }));
}

}  // namespace
}  // namespace certifix::check
