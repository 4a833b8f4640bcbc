// Roles, claims and the rewrite: each rule by certificates that break only it.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "certifix/certify/text.hpp"
#include "certifix/check/rewrite.hpp"
#include "certifix/check/verify.hpp"
#include "tests/support/dense.hpp"
#include "tests/support/proven.hpp"
#include "tests/support/rounded_design.hpp"

namespace certifix::check {
namespace {

using net::Activation;
using net::Block;
using net::Matrix;
using num::Interval;
using num::Rational;

constexpr Activation kIdentity = Activation::identity;
constexpr Activation kRelu = Activation::relu;

// On x in [1, 2]. Row 0 is never below 0, row 1 never above, row 2 is both, row 3 is an identity,
// rows 4 and 5 reach 0 at x = 1, from above and from below.
struct Example {
  net::Network f{"roles",
                 1,
                 {Block{"hidden",
                        {{0, test::dense(6, 1, {1, -1, 1, 2, 1, -1})}},
                        {0, 0, Rational(-3, 2), 0, -1, 1},
                        {kRelu, kRelu, kRelu, kIdentity, kRelu, kRelu},
                        {}},
                  Block{"output",
                        {{1, test::dense(2, 6, {1, 1, 1, 1, 1, 1, 1, -1, 2, -2, 3, -3})}},
                        {0, 0},
                        {kIdentity, kRelu},
                        {}}}};
  spec::Box box{Interval(1, 2)};
  Roles roles{std::vector<Role>(6, Role::keep), std::vector<Role>(2, Role::keep)};
  SplitTree claims = {Leaf{}};
  Certificate certificate;  // its design is made by verdict(), the rest is kept
  bool design_of_f = false;

  Role& hidden(std::size_t row) { return roles[0][row]; }
  Verdict verdict() const {
    // Only what check_roles accepts has a g that a design could follow.
    const bool has_g = !check_roles(f, roles) && !design_of_f;
    Certificate result = certificate;
    result.design =
        test::rounded_design(has_g ? std::get<net::Network>(rewrite(f, box, roles)) : f, box, {});
    for (design::Block& block : result.design.blocks)
      for (design::Row& row : block.rows) row.output.msb = row.accumulator_width = 40;
    result.roles = roles;
    result.claims = claims;
    return verify(certify::problem_text(test::problem_of(f, box, 10)),
                  certify::certificate_text(result));
  }
};

std::string what(const Verdict& verdict) {
  if (std::holds_alternative<Accepted>(verdict)) return "accepted";
  const auto& no = std::get<Rejected>(verdict);
  return std::string(id(no.rule)) + " at " + no.where;
}

TEST(CheckRoles, TrueRolesAreAccepted) {
  Example e;
  EXPECT_EQ(what(e.verdict()), "accepted");
  for (const Role role : {Role::bypass, Role::affine}) {
    e.roles = {{role, Role::dead, Role::keep, Role::bypass, role, Role::dead},
               {Role::keep, Role::keep}};
    const Verdict verdict = e.verdict();
    ASSERT_EQ(what(verdict), "accepted");
    const auto& accepted = std::get<Accepted>(verdict);
    EXPECT_TRUE(accepted.theorem.simplified);
    EXPECT_EQ(net::multiplication_count(accepted.subject->implemented),
              role == Role::bypass ? 4u : 11u);
    EXPECT_EQ(accepted.subject->problem.network.size(1), 6u);
    EXPECT_EQ(accepted.subject->design.blocks[1].name, "output");
  }
}

TEST(CheckRoles, R_CLAIM_rejects_a_dead_row_that_lives) {
  for (const std::size_t row : {0, 2, 4}) {
    Example e;
    e.hidden(row) = Role::dead;
    EXPECT_EQ(what(e.verdict()),
              "R-CLAIM at block 1 row " + std::to_string(row) + ", leaf 0 of the claims");
  }
}

TEST(CheckRoles, R_CLAIM_rejects_a_row_that_falls_below_0) {
  for (const Role role : {Role::bypass, Role::affine}) {
    for (const std::size_t row : {1, 2, 5}) {
      Example e;
      e.hidden(row) = role;
      EXPECT_EQ(what(e.verdict()),
                "R-CLAIM at block 1 row " + std::to_string(row) + ", leaf 0 of the claims");
    }
  }
}

TEST(CheckRoles, R_CLAIM_is_about_the_last_bit) {
  const Rational hair = num::power_of_two(-60);
  Example dead;
  dead.hidden(5) = Role::dead;
  EXPECT_EQ(what(dead.verdict()), "accepted");
  dead.box = {Interval(1 - hair, 2)};
  EXPECT_EQ(what(dead.verdict()), "R-CLAIM at block 1 row 5, leaf 0 of the claims");
  Example bypass;
  bypass.hidden(4) = Role::bypass;
  EXPECT_EQ(what(bypass.verdict()), "accepted");
  bypass.box = {Interval(1 - hair, 2)};
  EXPECT_EQ(what(bypass.verdict()), "R-CLAIM at block 1 row 4, leaf 0 of the claims");
}

TEST(CheckRoles, R_CLAIM_holds_for_outputs_too) {
  Example e;
  e.roles[1][1] = Role::affine;  // at x = 1: 1 - 2 * 2 < 0
  EXPECT_EQ(what(e.verdict()), "R-CLAIM at block 2 row 1, leaf 0 of the claims");
}

// relu(x - 3/2) is dead in one half and never below 0 in the other.
TEST(CheckRoles, R_CLAIM_must_hold_on_every_leaf) {
  Example e;
  e.claims = {Cut{0, Rational(3, 2)}, Leaf{}, Leaf{}};
  EXPECT_EQ(what(e.verdict()), "accepted");
  e.hidden(2) = Role::dead;
  EXPECT_EQ(what(e.verdict()), "R-CLAIM at block 1 row 2, leaf 1 of the claims");
  e.hidden(2) = Role::bypass;
  EXPECT_EQ(what(e.verdict()), "R-CLAIM at block 1 row 2, leaf 0 of the claims");
}

// relu(x) - x/2 = |x|/2, which only a cut at 0 shows to be never below 0.
TEST(CheckRoles, AClaimMayNeedACut) {
  Example e;
  e.f =
      net::Network("cut", 1,
                   {Block{"a", {{0, test::dense(1, 1, {1})}}, {0}, {kRelu}, {}},
                    Block{"b",
                          {{0, test::dense(1, 1, {Rational(-1, 2)})}, {1, test::dense(1, 1, {1})}},
                          {0},
                          {kRelu},
                          {}},
                    Block{"c", {{2, test::dense(1, 1, {1})}}, {0}, {kIdentity}, {}}});
  e.box = {Interval(-1, 1)};
  e.roles = {{Role::keep}, {Role::bypass}, {Role::keep}};
  EXPECT_EQ(what(e.verdict()), "R-CLAIM at block 2 row 0, leaf 0 of the claims");
  e.claims = {Cut{0, 0}, Leaf{}, Leaf{}};
  EXPECT_EQ(what(e.verdict()), "accepted");
}

TEST(CheckRoles, R_CUT_holds_for_the_claims) {
  Example e;
  e.claims = {Cut{0, 2}, Leaf{}, Leaf{}};
  EXPECT_EQ(what(e.verdict()), "R-CUT at node 0 of the claims");
  e.claims = {Cut{1, 1}, Leaf{}, Leaf{}};
  EXPECT_EQ(what(e.verdict()), "R-CUT at node 0 of the claims");
}

TEST(CheckRoles, R_ROLE_rejects_an_identity_row_that_is_dead_or_affine) {
  for (const Role role : {Role::dead, Role::affine}) {
    Example e;
    e.hidden(3) = role;
    EXPECT_EQ(what(e.verdict()), "R-ROLE at block 1 row 3");
  }
  Example output;
  output.roles[1][0] = Role::affine;
  EXPECT_EQ(what(output.verdict()), "R-ROLE at block 2 row 0");
}

TEST(CheckRoles, R_ROLE_rejects_an_output_that_goes) {
  for (const Role role : {Role::dead, Role::bypass}) {
    for (const std::size_t row : {0, 1}) {
      Example e;
      e.roles[1][row] = role;
      EXPECT_EQ(what(e.verdict()), "R-ROLE at block 2 row " + std::to_string(row));
    }
  }
}

TEST(CheckRoles, R_ROLE_rejects_roles_of_another_network) {
  Example blocks;
  blocks.roles.pop_back();
  EXPECT_EQ(what(blocks.verdict()), "R-ROLE at roles");
  blocks.roles.resize(3, {Role::keep});
  EXPECT_EQ(what(blocks.verdict()), "R-ROLE at roles");
  for (const std::size_t rows : {5, 7}) {
    Example e;
    e.roles[0].resize(rows, Role::keep);
    EXPECT_EQ(what(e.verdict()), "R-ROLE at roles of block 1");
  }
}

// One bypassed row of n inputs that n rows read: n * n coefficients from 3 n weights.
TEST(CheckRoles, R_ROLE_rejects_composed_rows_without_measure) {
  constexpr std::size_t kInputs = 1500;
  const std::vector<Rational> ones(kInputs, 1), zeros(kInputs);
  const net::Network f(
      "wide", kInputs,
      {Block{"sum", {{0, test::dense(1, kInputs, ones)}}, {0}, {kIdentity}, {}},
       Block{"copies",
             {{1, test::dense(kInputs, 1, ones)}},
             zeros,
             std::vector<Activation>(kInputs, kRelu),
             {}},
       Block{"output", {{2, test::dense(1, kInputs, ones)}}, {0}, {kIdentity}, {}}});
  const spec::Box box(kInputs, Interval(0, 1));
  Roles roles{{Role::bypass}, std::vector<Role>(kInputs, Role::keep), {Role::keep}};
  ASSERT_FALSE(check_roles(f, roles));
  const auto result = rewrite(f, box, roles);
  const auto* rejected = std::get_if<Rejected>(&result);
  ASSERT_NE(rejected, nullptr);
  EXPECT_EQ(rejected->rule, Rule::role);
  roles[0][0] = Role::keep;
  EXPECT_TRUE(std::holds_alternative<net::Network>(rewrite(f, box, roles)));
}

TEST(CheckRoles, R_SHAPE_asks_for_a_design_of_the_simplified_network) {
  Example e;
  e.hidden(1) = Role::dead;
  EXPECT_EQ(what(e.verdict()), "accepted");
  e.design_of_f = true;
  EXPECT_EQ(what(e.verdict()), "R-SHAPE at rows of block 1");
  e.hidden(1) = Role::keep;
  EXPECT_EQ(what(e.verdict()), "accepted");
  e.hidden(0) = Role::affine;  // an identity row now
  EXPECT_EQ(what(e.verdict()), "R-SHAPE at block 1 row 0");
}

// Rows, norms and their numbers are those of g: five rows are left, in one block before the
// outputs.
TEST(CheckRoles, R_SHAPE_asks_for_rows_and_norms_of_the_simplified_network) {
  Example e;
  e.hidden(1) = Role::dead;
  e.certificate.tree = {Leaf{{{1, 4}, {2, 1}}}};
  EXPECT_EQ(what(e.verdict()), "accepted");
  for (const Neuron& named : {Neuron{1, 5}, Neuron{0, 0}, Neuron{3, 0}, Neuron{2, 2}}) {
    e.certificate.tree = {Cut{0, Rational(3, 2)}, Leaf{}, Leaf{{{1, 0}, named}}};
    EXPECT_EQ(what(e.verdict()), "R-SHAPE at node 2 of the split");
  }
  e.certificate.tree = {Leaf{}};
  e.certificate.norms = {{1, 0, 100}, {2, 0, 100}, {2, 1, 100}};
  EXPECT_EQ(what(e.verdict()), "accepted");
  for (const Norm& norm : {Norm{3, 1, 100}, Norm{0, 0, 100}, Norm{1, 1, 100}, Norm{2, 2, 100}}) {
    e.certificate.norms = {norm};
    EXPECT_EQ(what(e.verdict()), "R-SHAPE at norms");
  }
}

TEST(CheckRoles, R_OPERATOR_NORM_rejects_a_norm_that_is_too_small) {
  Example e;  // the column of block 1: sqrt(1 + 1 + 1 + 4 + 1 + 1)
  e.certificate.norms = {{1, 0, Rational(3) + Rational(1, 1000)}};
  EXPECT_EQ(what(e.verdict()), "accepted");
  e.certificate.norms = {{1, 0, Rational(3) - Rational(1, 1000)}};
  EXPECT_EQ(what(e.verdict()), "R-OPERATOR-NORM at block 1 source 0");
}

// A constant input enters the biases of g, and its exact value counts.
TEST(CheckRoles, ConstantInputsAreFolded) {
  Example e;
  e.f = net::Network("constant", 2,
                     {Block{"y", {{0, test::dense(1, 2, {3, 1})}}, {1}, {kIdentity}, {}}});
  e.box = {Interval(Rational(1, 3), Rational(1, 3)), Interval(0, 1)};
  e.roles = {{Role::keep}};
  const net::Network g = std::get<net::Network>(rewrite(e.f, e.box, e.roles));
  EXPECT_EQ(g.input_count(), 2u);
  EXPECT_EQ(g.block(1).bias[0], Rational(2));
  EXPECT_EQ(net::multiplication_count(g), 1u);
  ASSERT_EQ(what(e.verdict()), "accepted");
  // The input 1/3 is no longer read, so that only the other one is rounded, and the output.
  EXPECT_EQ(std::get<Accepted>(e.verdict()).theorem.proven[0], 2 * num::power_of_two(-9));
  e.roles.clear();
  e.design_of_f = true;
  EXPECT_GT(std::get<Accepted>(e.verdict()).theorem.proven[0], 2 * num::power_of_two(-9));
}

TEST(CheckRoles, ARowThatNothingReadsIsLeftOut) {
  Example e;
  e.f =
      net::Network("chain", 1,
                   {Block{"a", {{0, test::dense(2, 1, {1, 1})}}, {0, 0}, {kRelu, kRelu}, {}},
                    Block{"b", {{1, test::dense(1, 2, {-1, 0})}}, {0}, {kRelu}, {}},
                    Block{"c", {{2, test::dense(1, 1, {1})}}, {Rational(1, 2)}, {kIdentity}, {}}});
  e.roles = {{Role::keep, Role::keep}, {Role::dead}, {Role::keep}};
  const net::Network g = std::get<net::Network>(rewrite(e.f, e.box, e.roles));
  ASSERT_EQ(g.block_count(), 2u);
  EXPECT_EQ(g.block(1).name, "c");
  EXPECT_EQ(g.block(1).bias[0], Rational(1, 2));
  EXPECT_EQ(what(e.verdict()), "accepted");
}

}  // namespace
}  // namespace certifix::check
