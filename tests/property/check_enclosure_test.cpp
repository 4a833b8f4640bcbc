// On random leaves, everything that the checker holds to be true of the network, of the design and
// of the two together is true at exact points: ranges, rounding of weights, sources of error,
// slopes, errors, norms, codes, and the bound of every functional. What must hold for every
// admissible choice of slopes (docs/soundness.md, section 5) is also tried with random ones.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>

#include "certifix/check/leaf.hpp"
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

// All at one point.
class Judge {
 public:
  Judge(std::uint64_t seed, const GridPair& pair, const LeafState& state, const RealRun& real,
        const ImplementedRun& code, const std::vector<Integer>& proven)
      : seed_(seed), pair_(pair), state_(state), real_(real), code_(code), proven_(proven) {}

  void everything() {
    for (std::size_t b = 0; b < pair_.real.blocks(); ++b) {
      for (std::size_t i = 0; i < real_.value[b].size(); ++i) element(b, i);
      norm(b, errors_);
    }
    functionals(errors_);
  }

  // The sources of error as they are at this point, other slopes.
  void random_slopes(test::Random& random) {
    std::vector<Rational> errors(errors_.begin(),
                                 errors_.begin() + static_cast<long>(pair_.real.inputs()));
    for (std::size_t b = 1; b < pair_.real.blocks(); ++b) {
      for (std::size_t e = pair_.real.starts[b]; e < pair_.real.starts[b + 1]; ++e) {
        Rational delta = sources_[e - pair_.real.inputs()];
        for (const Edge& edge : pair_.row(e).implemented)
          delta += num::scaled(edge.weight, -pair_.precision.weights) * errors[edge.element];
        require(holds(state_[e].delta, delta, pair_.precision.values), "delta by other slopes", e);
        errors.push_back(slope(state_[e].slope, random) * delta);
        require(holds(state_[e].error, errors[e], pair_.precision.values), "error by other slopes",
                e);
      }
      norm(b, errors);
    }
    functionals(errors);
  }

 private:
  static Rational slope(Slope set, test::Random& random) {
    switch (set) {
      case Slope::zero:
        return 0;
      case Slope::one:
        return 1;
      case Slope::unstable:
        return Rational(random.chance(50) ? 4 * random.between(0, 1) : random.between(0, 4), 4);
    }
    throw Bug(__FILE__, __LINE__, "unknown slope");
  }

  void element(std::size_t b, std::size_t i) {
    const std::size_t e = pair_.real.starts[b] + i;
    const Element& known = state_[e];
    const Rational error = code_.value[b][i] - real_.value[b][i];
    require(holds(known.value, real_.value[b][i], pair_.precision.values), "value", e);
    require(holds(known.error, error, pair_.precision.values), "error", e);
    require(known.codes.lower <= code_.codes[b][i] && code_.codes[b][i] <= known.codes.upper,
            "codes", e);
    if (b > 0) row(e, real_.before[b][i], code_.before[b][i], error, known);
    values_.push_back(real_.value[b][i]);
    errors_.push_back(error);
  }

  void row(std::size_t e, const Rational& z, const Rational& implemented_z, const Rational& error,
           const Element& known) {
    require(holds(known.before, z, pair_.precision.values), "before", e);
    const RealRow& real = pair_.real.row(e);
    Rational theta = z - num::scaled(real.bias, -pair_.precision.values);
    for (const Edge& edge : real.weights)
      theta -= num::scaled(edge.weight, -pair_.precision.weights) * values_[edge.element];
    require(holds({-known.tau, known.tau}, theta, pair_.precision.values), "tau", e);
    const Rational delta = implemented_z - z;
    require(holds(known.delta, delta, pair_.precision.values), "delta", e);
    Rational source = delta;
    for (const Edge& edge : pair_.row(e).implemented)
      source -= num::scaled(edge.weight, -pair_.precision.weights) * errors_[edge.element];
    require(holds(known.source, source, pair_.precision.values), "source", e);
    sources_.push_back(source);
    if (known.slope == Slope::one) require(error == delta, "slope one", e);
    if (known.slope == Slope::zero) require(error.sign() == 0, "slope zero", e);
  }

  void norm(std::size_t b, const std::vector<Rational>& errors) const {
    Rational squares = 0;
    for (std::size_t e = pair_.real.starts[b]; e < pair_.real.starts[b + 1]; ++e)
      squares += errors[e] * errors[e];
    const Rational bound = num::scaled(state_.error_norm[b], -pair_.precision.values);
    require(squares <= bound * bound, "norm", b);
  }

  void functionals(const std::vector<Rational>& errors) const {
    for (std::size_t k = 0; k < proven_.size(); ++k) {
      const auto& c = pair_.problem.functionals[k].coefficients;
      Rational sum = 0;
      for (std::size_t o = 0; o < c.size(); ++o) sum += c[o] * errors[errors.size() - c.size() + o];
      require(num::abs(sum) <=
                  num::scaled(proven_[k], -1L * pair_.precision.values - pair_.precision.weights),
              "functional", k);
    }
  }

  void require(bool condition, const std::string& what, std::size_t number) const {
    if (!condition)
      RC_FAIL(what + " " + std::to_string(number) + " is wrong for seed " + std::to_string(seed_));
  }

  std::uint64_t seed_;
  const GridPair& pair_;
  const LeafState& state_;
  const RealRun& real_;
  const ImplementedRun& code_;
  const std::vector<Integer>& proven_;
  std::vector<Rational> values_, errors_;  // of the elements so far
  std::vector<Rational> sources_;          // S of the rows so far
};

int leaves = 0, leaves_in_words = 0;

// Words and Integers find the same.
void same_state(const LeafState& a, const LeafState& b) {
  const auto same = [](const Range& x, const Range& y) {
    return x.lower == y.lower && x.upper == y.upper;
  };
  for (std::size_t e = 0; e < a.element.size(); ++e)
    RC_ASSERT(same(a[e].before, b[e].before) && same(a[e].delta, b[e].delta) &&
              same(a[e].error, b[e].error) && same(a[e].codes, b[e].codes));
}

void judge_leaves(std::uint64_t seed) {
  const test::RandomPair random_pair = test::random_pair(seed);
  const check::Certificate& certificate = random_pair.certificate;
  const GridPair pair(random_pair.problem,
                      GridNetwork(random_pair.implemented, certificate.precision),
                      certificate.design, certificate.norms);
  test::Random random(~seed);
  LeafWalk walk(certificate.tree, random_pair.problem.box);
  while (const auto job = walk.next()) {
    // Of this leaf alone: where an input has no grid point, there is nothing to find, and nothing
    // of the last leaf must be left.
    LeafProof<Integer> proof(pair);
    LeafProof<Word> in_words(pair);
    const auto result = proof.prove(*job);
    RC_ASSERT(std::holds_alternative<std::vector<Integer>>(result));
    ++leaves;
    if (const auto same = in_words.prove_if_possible(*job)) {
      ++leaves_in_words;
      RC_ASSERT(std::get<std::vector<Integer>>(*same) == std::get<std::vector<Integer>>(result));
      same_state(proof.state(), in_words.state());
    }
    for (const auto& x : test::points(random_pair, job->box, random, 60)) {
      const RealRun real = test::run_network(random_pair.implemented, x);
      RC_ASSERT(real.value.back() ==
                test::run_network(random_pair.problem.network, x).value.back());
      const ImplementedRun code = test::run_design(certificate.design, x);
      Judge judge(seed, pair, proof.state(), real, code, std::get<std::vector<Integer>>(result));
      judge.everything();
      for (int k = 0; k < 3; ++k) judge.random_slopes(random);
    }
  }
  RC_ASSERT(!walk.stopped_at());
}

TEST(CheckEnclosure, EverythingThatIsHeldOnALeafIsTrue) {
  EXPECT_TRUE(rc::check("everything that is held on a leaf is true", [] {
    for (int k = 0; k < 10; ++k)
      judge_leaves(*rc::gen::noShrink(rc::gen::arbitrary<std::uint64_t>()));
  }));
  EXPECT_GT(leaves_in_words, leaves / 4);  // both ways were tried
  EXPECT_GT(leaves, leaves_in_words);
}

}  // namespace
}  // namespace certifix::check
