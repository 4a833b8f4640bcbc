// The checker against the analysis in doubles, on the same certificates: both follow
// docs/soundness.md, the analysis with larger slack, so the checker proves no worse bounds.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "certifix/certify/text.hpp"
#include "certifix/check/verify.hpp"
#include "certifix/error/analysis.hpp"
#include "tests/property/check_random_pair.hpp"

namespace certifix::check {
namespace {

using num::Rational;

constexpr int kPairs = 1000;

struct Compared {
  int functionals = 0;
  int worse = 0;   // the checker's bound is the larger one, by more than rounding
  int better = 0;  // the smaller one, by more than rounding
};

// The whole box as one leaf, with the rows that the analysis enumerates and the norms that it uses.
void compare(std::uint64_t seed, Compared& result) {
  test::RandomPair pair = test::random_pair(seed);
  spec::Problem simplified = pair.problem;
  simplified.network = pair.implemented;
  const range::FloatNetwork network = range::to_float(pair.implemented);
  const error::Norms norms = error::operator_norms(network);
  const error::Analysis analysis = error::analyze(
      simplified, error::to_float(simplified, network, norms, pair.certificate.design),
      range::RealNetwork(network, range::float_box(pair.problem.box)), {.patterns = 3});

  Certificate& certificate = pair.certificate;
  certificate.precision = certify::sufficient_precision(certificate.design);
  certificate.norms.clear();
  for (std::size_t b = 1; b < pair.implemented.block_count(); ++b)
    for (std::size_t k = 0; k < norms[b - 1].size(); ++k)
      certificate.norms.push_back(
          {b, pair.implemented.block(b).sources[k].block, num::exact_value(norms[b - 1][k])});
  Leaf leaf;
  for (const error::Enumerated& row : analysis.enumerated)
    leaf.enumerated.push_back({row.block, row.row});
  certificate.tree = {leaf};
  const Verdict verdict =
      verify(certify::problem_text(pair.problem), certify::certificate_text(certificate));
  const auto* no = std::get_if<Rejected>(&verdict);
  ASSERT_EQ(no, nullptr) << seed << ": " << id(no->rule) << " " << no->where << " " << no->detail;
  const std::vector<Rational>& proven = std::get<Accepted>(verdict).theorem.proven;
  const Rational tiny = num::power_of_two(-40), ratio = 1 + num::power_of_two(-30);
  for (std::size_t f = 0; f < proven.size(); ++f) {
    const Rational estimated = num::exact_value(analysis.functional[f].magnitude());
    ++result.functionals;
    if (proven[f] > estimated * ratio + tiny) ++result.worse;
    if (proven[f] * ratio + tiny < estimated) ++result.better;
  }
}

TEST(CheckAnalysis, TheCheckerProvesWhatTheAnalysisPromises) {
  Compared result;
  for (std::uint64_t seed = 1; seed <= kPairs; ++seed) compare(seed, result);
  RecordProperty("functionals", result.functionals);
  RecordProperty("worse", result.worse);
  RecordProperty("better", result.better);
  EXPECT_GT(result.functionals, kPairs);
  EXPECT_EQ(result.worse, 0);
}

}  // namespace
}  // namespace certifix::check
