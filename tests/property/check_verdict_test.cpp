// What verify() accepts is true at exact points of the box: the proven error of every functional,
// the formats of all codes, the accumulators in the sense of their mode. Widths are narrowed until
// verify() accepts no less, so that a rule that is one bit too generous shows.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>

#include "certifix/check/verify.hpp"
#include "tests/property/check_judge.hpp"

namespace certifix::check {
namespace {

using num::Rational;
using test::RandomPair;
using test::verdict;

void require(bool condition, const std::string& what, std::uint64_t seed) {
  if (!condition) RC_FAIL(what + ", seed " + std::to_string(seed));
}
void require_nothing(const std::string& wrong, std::uint64_t seed) {
  require(wrong.empty(), wrong, seed);
}

// All that a verdict says.
std::string said(const Verdict& verdict) {
  if (const auto* no = std::get_if<Rejected>(&verdict))
    return std::string(id(no->rule)) + " " + no->where + ": " + no->detail;
  const Theorem& theorem = std::get<Accepted>(verdict).theorem;
  std::string text = std::to_string(theorem.leaves) + " leaves, " +
                     std::to_string(theorem.max_word) + " and " +
                     std::to_string(theorem.max_accumulator) + " bits";
  for (const Rational& proven : theorem.proven) text += ", " + num::text(proven);
  return text;
}

// An x anywhere, on the grids where there are any.
std::vector<Rational> anywhere(const RandomPair& pair, test::Random& random) {
  std::vector<Rational> x;
  for (const spec::InputConvention& convention : pair.problem.inputs)
    x.push_back(num::scaled(random.between(-200, 200),
                            convention.fraction_bits ? -*convention.fraction_bits : -5));
  return x;
}

void judge(std::uint64_t seed) {
  RandomPair pair = test::random_pair(seed);
  test::Random random(~seed);
  const Verdict verdict_on_wide = verdict(pair);
  require(std::holds_alternative<Accepted>(verdict_on_wide), said(verdict_on_wide), seed);
  const Theorem theorem = std::get<Accepted>(verdict_on_wide).theorem;
  RC_ASSERT(theorem.leaves == (pair.certificate.tree.size() + 1) / 2);

  const auto inside = test::points(pair, pair.problem.box, random, 150);
  RC_ASSERT(!inside.empty());
  for (const auto& x : inside) require_nothing(test::error_at(pair, theorem.proven, x), seed);
  test::narrow_widths(pair, random);
  RC_ASSERT(test::is_accepted(pair));
  for (const auto& x : inside) require_nothing(test::overflow_at(pair.certificate.design, x), seed);
  if (pair.certificate.design.clamp) {
    const auto x = anywhere(pair, random);
    RC_ASSERT(test::run_design(pair.certificate.design, x).codes ==
              test::run_design(pair.certificate.design, test::clamped(pair.problem, x)).codes);
    require_nothing(test::error_at(pair, theorem.proven, test::clamped(pair.problem, x)), seed);
  }
}

// A bound that some leaves do not keep: the answer is the same whatever the number of threads.
void judge_threads(std::uint64_t seed) {
  RandomPair pair = test::random_pair(seed);
  const std::vector<Rational> proven = std::get<Accepted>(verdict(pair)).theorem.proven;
  for (std::size_t k = 0; k < proven.size(); ++k)
    if (proven[k].sign() > 0) pair.problem.functionals[k].bound = proven[k];
  RC_ASSERT(test::is_accepted(pair));
  test::Random random(~seed);
  for (std::size_t k = 0; k < proven.size(); ++k)
    if (proven[k].sign() > 0)
      pair.problem.functionals[k].bound = proven[k] * Rational(random.between(1, 9), 10);
  const std::string one = said(verdict(pair, 1));
  for (const unsigned threads : {2u, 5u}) require(said(verdict(pair, threads)) == one, one, seed);
}

std::uint64_t any_seed() { return *rc::gen::noShrink(rc::gen::arbitrary<std::uint64_t>()); }

TEST(CheckVerdict, WhatIsAcceptedIsTrue) {
  EXPECT_TRUE(rc::check("what is accepted is true", [] {
    for (int k = 0; k < 3; ++k) judge(any_seed());
  }));
}

TEST(CheckVerdict, DoesNotDependOnTheNumberOfThreads) {
  EXPECT_TRUE(rc::check("the verdict does not depend on the number of threads",
                        [] { judge_threads(any_seed()); }));
}

}  // namespace
}  // namespace certifix::check
