// verify() on examples small enough to be followed by hand.
#include <gtest/gtest.h>

#include "certifix/certify/text.hpp"
#include "certifix/check/read.hpp"
#include "certifix/check/verify.hpp"
#include "tests/certificates/documented_example.hpp"

namespace certifix::check {
namespace {

using num::Integer;
using num::Rational;

// docs/certificate-format.md, by hand. v = 2^-48. The input is off by at most 2^-7, and no rounding
// but that of the output follows (2^-7). The weight -7/10 becomes w~ = -197032483697459 v, so
// dW = -45/64 - w~ = -879609302221 v, and theta adds at most tau = v/2, for |x| <= 1. The
// input reaches the output by -45/64 and through the relu by 2 lambda with lambda in [0, 1], so by
// at most 2 - 45/64 = 83/64.
TEST(CheckVerify, TheDocumentedExampleIsProvenWithTheBoundFoundByHand) {
  const Verdict verdict = verify(test::documented_problem(), test::documented_certificate());
  ASSERT_TRUE(std::holds_alternative<Accepted>(verdict)) << std::get<Rejected>(verdict).detail;
  const Accepted& accepted = std::get<Accepted>(verdict);
  const Rational weight_error = num::scaled(Rational(Integer("1759218604443")), -49);
  const Rational expected =
      weight_error + num::power_of_two(-7) + Rational(83, 64) * num::power_of_two(-7);
  EXPECT_EQ(accepted.theorem.proven, std::vector<Rational>{expected});
  EXPECT_EQ(accepted.theorem.leaves, 1u);
  EXPECT_EQ(accepted.theorem.max_word, 8);
  EXPECT_EQ(accepted.theorem.max_accumulator, 15);
  EXPECT_EQ(accepted.subject->design.blocks[1].name, "output");
  EXPECT_EQ(accepted.subject->problem.network.name(), "example");
}

TEST(CheckVerify, ABoundOfWhatIsProvenIsAcceptedAndAHairLessIsNot) {
  spec::Problem problem = read_problem(test::documented_problem());
  const auto verdict = [&] {
    return verify(certify::problem_text(problem), test::documented_certificate());
  };
  const Rational proven = std::get<Accepted>(verdict()).theorem.proven[0];
  problem.functionals[0].bound = proven;
  EXPECT_TRUE(std::holds_alternative<Accepted>(verdict()));
  problem.functionals[0].bound = proven - num::power_of_two(-200);
  const Verdict answer = verdict();
  const Rejected& no = std::get<Rejected>(answer);
  EXPECT_EQ(no.rule, Rule::bound);
  EXPECT_EQ(no.where, "functional 0, leaf 0");
  EXPECT_EQ(no.detail, "the proven error 0.0210694 exceeds the bound 0.0210693");
}

}  // namespace
}  // namespace certifix::check
