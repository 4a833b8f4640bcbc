// The checker is asked again on finer grids.
#include "certifix/optimize/prove.hpp"

#include <gtest/gtest.h>

#include "certifix/check/read.hpp"
#include "tests/certificates/documented_example.hpp"

namespace certifix::optimize {
namespace {

TEST(Prove, GridsThatAreTooCoarseAreRefined) {
  const spec::Problem problem = check::read_problem(test::documented_problem());
  check::Certificate certificate = check::read_certificate(test::documented_certificate());
  certificate.precision = {16, 16};
  // A weight of 2^-23, between the points of 2^-16.
  design::Row& output = certificate.design.blocks.at(1).rows.at(0);
  output.accumulator_lsb = -29;
  output.accumulator_width = 40;
  output.terms.at(0).shift = 17;
  output.terms.at(1).weight = (1 << 23) + 1;
  const auto result = prove(problem, certificate, 1);
  ASSERT_TRUE(std::holds_alternative<Proof>(result)) << std::get<check::Rejected>(result).detail;
  const auto written = check::read_certificate(std::get<Proof>(result).certificate_text);
  EXPECT_EQ(written.precision, (check::Precision{32, 32}));
}

TEST(Prove, WhatNoGridHelpsIsRejected) {
  spec::Problem problem = check::read_problem(test::documented_problem());
  problem.functionals.at(0).bound = num::power_of_two(-20);
  const auto result = prove(problem, check::read_certificate(test::documented_certificate()), 1);
  ASSERT_TRUE(std::holds_alternative<check::Rejected>(result));
  EXPECT_EQ(std::get<check::Rejected>(result).rule, check::Rule::bound);
}

}  // namespace
}  // namespace certifix::optimize
