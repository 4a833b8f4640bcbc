// The two texts: what is written is read back, byte for byte.
#include <gtest/gtest.h>

#include "certifix/certify/text.hpp"
#include "certifix/check/read.hpp"
#include "certifix/semantics/evaluate.hpp"
#include "tests/certificates/documented_example.hpp"

namespace certifix::check {
namespace {

using num::Rational;

TEST(CheckText, TheDocumentedProblemIsReadAndWrittenBack) {
  const std::string text = test::documented_problem();
  const spec::Problem problem = read_problem(text);
  EXPECT_EQ(certify::problem_text(problem), text);
  EXPECT_EQ(problem.network.name(), "example");
  EXPECT_EQ(semantics::evaluate(problem.network, {Rational(1)}),
            std::vector<Rational>{Rational(4, 5)});
  EXPECT_EQ(problem.functionals.front().bound, Rational(1, 20));
}

TEST(CheckText, TheDocumentedCertificateIsReadAndWrittenBack) {
  const std::string text = test::documented_certificate();
  const Certificate certificate = read_certificate(text);
  EXPECT_EQ(certify::certificate_text(certificate), text);
  EXPECT_EQ(certificate.precision, (Precision{64, 48}));
  EXPECT_EQ(certificate.design.blocks.at(1).rows.at(0).terms.at(0).weight, -45);
  EXPECT_EQ(certify::sufficient_precision(certificate.design), (Precision{64, 48}));
}

}  // namespace
}  // namespace certifix::check
