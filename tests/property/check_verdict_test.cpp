// What verify() accepts is true at exact points of the box: the proven error of every functional,
// the formats of all codes, the accumulators in the sense of their mode. Widths are narrowed until
// verify() accepts no less, so that a rule that is one bit too generous shows.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <string>

#include "certifix/certify/text.hpp"
#include "certifix/check/verify.hpp"
#include "tests/property/check_random_pair.hpp"

namespace certifix::check {
namespace {

using num::Integer;
using num::Rational;
using test::RandomPair;

void require(bool condition, const std::string& what, std::uint64_t seed) {
  if (!condition) RC_FAIL(what + ", seed " + std::to_string(seed));
}

Verdict verdict(const RandomPair& pair, unsigned threads = 1) {
  return verify(certify::problem_text(pair.problem), certify::certificate_text(pair.certificate),
                threads);
}

bool accepted(const RandomPair& pair) { return std::holds_alternative<Accepted>(verdict(pair)); }

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

// The least width in 1 .. kWide that is accepted, all else unchanged; `set` installs a width.
template <class Set>
void narrow(const RandomPair& pair, Set set) {
  int low = 1, high = test::kWide;
  while (low < high) {
    const int middle = (low + high) / 2;
    set(middle);
    if (accepted(pair))
      high = middle;
    else
      low = middle + 1;
  }
  set(high);
}

void narrow_all(RandomPair& pair, test::Random& random) {
  for (design::Input& input : pair.certificate.design.inputs)
    input.format = num::FixedFormat::smallest(input.code_min, input.code_max, input.format.lsb);
  for (design::Block& block : pair.certificate.design.blocks) {
    for (design::Row& row : block.rows) {
      row.output.is_signed = row.activation == net::Activation::identity || random.chance(30);
      narrow(pair, [&](int width) { row.output.msb = row.output.lsb + width - 1; });
      narrow(pair, [&](int width) { row.accumulator_width = width; });
    }
  }
}

void judge_errors(std::uint64_t seed, const RandomPair& pair, const Theorem& theorem,
                  const std::vector<Rational>& x) {
  const auto real = test::run_network(pair.problem.network, x).value.back();
  const auto implemented = test::run_design(pair.certificate.design, x).value.back();
  for (std::size_t k = 0; k < theorem.proven.size(); ++k) {
    Rational error = 0;
    for (std::size_t o = 0; o < real.size(); ++o)
      error += pair.problem.functionals[k].coefficients[o] * (implemented[o] - real[o]);
    require(num::abs(error) <= theorem.proven[k], "a proven error is exceeded", seed);
  }
}

void judge_widths(std::uint64_t seed, const design::Design& design,
                  const std::vector<Rational>& x) {
  const test::ImplementedRun run = test::run_design(design, x);
  for (std::size_t i = 0; i < design.inputs.size(); ++i)
    require(design.inputs[i].format.contains(run.codes[0][i], run.codes[0][i]),
            "an input leaves its format", seed);
  for (std::size_t b = 1; b < design.block_count(); ++b) {
    for (std::size_t i = 0; i < design.size(b); ++i) {
      const design::Row& row = design.blocks[b - 1].rows[i];
      require(row.output.contains(run.codes[b][i], run.codes[b][i]), "a code leaves its format",
              seed);
      const test::RowSums& sums = run.sums[b - 1][i];
      const bool exact = row.accumulator_mode == design::AccumulatorMode::exact;
      const Integer end = Integer(1) << static_cast<unsigned long>(row.accumulator_width - 1);
      require((exact ? sums.least_subset : sums.final_sum) >= -end &&
                  (exact ? sums.most_subset : sums.final_sum) < end,
              "an accumulator overflows", seed);
    }
  }
}

// The nearest point of the box, on the input's grid where it has one.
std::vector<Rational> clamped(const RandomPair& pair, std::vector<Rational> x) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    Rational first = pair.problem.box[i].lower(), last = pair.problem.box[i].upper();
    if (const auto bits = pair.problem.inputs[i].fraction_bits) {
      first = num::scaled(num::ceil_to(first, -*bits), -*bits);
      last = num::scaled(num::floor_to(last, -*bits), -*bits);
    }
    x[i] = std::clamp(x[i], first, last);
  }
  return x;
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
  for (const auto& x : inside) judge_errors(seed, pair, theorem, x);
  narrow_all(pair, random);
  RC_ASSERT(accepted(pair));
  for (const auto& x : inside) judge_widths(seed, pair.certificate.design, x);
  if (pair.certificate.design.clamp) {
    const auto x = anywhere(pair, random);
    RC_ASSERT(test::run_design(pair.certificate.design, x).codes ==
              test::run_design(pair.certificate.design, clamped(pair, x)).codes);
    judge_errors(seed, pair, theorem, clamped(pair, x));
  }
}

// A bound that some leaves do not keep: the answer is the same whatever the number of threads.
void judge_threads(std::uint64_t seed) {
  RandomPair pair = test::random_pair(seed);
  const std::vector<Rational> proven = std::get<Accepted>(verdict(pair)).theorem.proven;
  for (std::size_t k = 0; k < proven.size(); ++k)
    if (proven[k].sign() > 0) pair.problem.functionals[k].bound = proven[k];
  RC_ASSERT(accepted(pair));
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
