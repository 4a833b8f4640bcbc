// verify() on examples small enough to be followed by hand.
#include <gtest/gtest.h>

#include "certifix/check/verify.hpp"
#include "tests/certificates/documented_example.hpp"

namespace certifix::check {
namespace {

using num::Integer;
using num::Rational;

// docs/certificate-format.md, by hand. u = 2^-64. The input is off by at most 2^-7, and no rounding
// but that of the output follows (2^-7). The weight -7/10 becomes w~ = -12912720851596686131 u, so
// dW = -45/64 - w~ = -57646075230342349 u, and theta adds at most tau = 1 u, for |x| <= 1. The
// input reaches the output by -45/64 and through the relu by 2 lambda with lambda in [0, 1], so by
// at most 2 - 45/64 = 83/64.
TEST(CheckVerify, TheDocumentedExampleIsProvenWithTheBoundFoundByHand) {
  const Verdict verdict = verify(test::documented_problem(), test::documented_certificate());
  ASSERT_TRUE(std::holds_alternative<Accepted>(verdict)) << std::get<Rejected>(verdict).detail;
  const Accepted& accepted = std::get<Accepted>(verdict);
  const Rational weight_error = num::scaled(Rational(Integer("57646075230342350")), -64);
  const Rational expected =
      weight_error + num::power_of_two(-7) + Rational(83, 64) * num::power_of_two(-7);
  EXPECT_EQ(accepted.theorem.proven, std::vector<Rational>{expected});
  EXPECT_EQ(accepted.theorem.leaves, 1u);
  EXPECT_EQ(accepted.theorem.max_word, 8);
  EXPECT_EQ(accepted.theorem.max_accumulator, 15);
  EXPECT_EQ(accepted.subject->design.blocks[1].name, "output");
  EXPECT_EQ(accepted.subject->problem.network.name(), "example");
}

}  // namespace
}  // namespace certifix::check
