// One certificate per way of breaking a rule, otherwise sound: it is rejected with exactly that
// rule. Each starts from the documented example, which is accepted (check_verify_test.cpp).
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "certifix/certify/text.hpp"
#include "certifix/check/read.hpp"
#include "certifix/check/verify.hpp"
#include "tests/certificates/documented_example.hpp"
#include "tests/support/dense.hpp"

namespace certifix::check {
namespace {

using num::Interval;
using num::Rational;

struct Example {
  spec::Problem problem = read_problem(test::documented_problem());
  Certificate certificate = read_certificate(test::documented_certificate());

  design::Row& hidden() { return certificate.design.blocks[0].rows[0]; }
  design::Row& output() { return certificate.design.blocks[1].rows[0]; }
  Verdict verdict() const {
    return verify(certify::problem_text(problem), certify::certificate_text(certificate));
  }
};

std::string what(const Verdict& verdict) {
  if (std::holds_alternative<Accepted>(verdict)) return "accepted";
  return std::string(id(std::get<Rejected>(verdict).rule));
}

std::string where(const Verdict& verdict) {
  return std::holds_alternative<Accepted>(verdict) ? "" : std::get<Rejected>(verdict).where;
}

TEST(CheckRules, TheUnbrokenExampleIsAccepted) {
  Example e;
  EXPECT_EQ(what(e.verdict()), "accepted");
}

TEST(CheckRules, R_SHAPE_rejects_another_number_of_inputs) {
  Example e;
  e.certificate.design.inputs.push_back(e.certificate.design.inputs[0]);
  EXPECT_EQ(what(e.verdict()), "R-SHAPE");
  EXPECT_EQ(where(e.verdict()), "inputs");
}

TEST(CheckRules, R_SHAPE_rejects_another_number_of_blocks) {
  Example e;
  e.certificate.design.blocks.push_back(e.certificate.design.blocks[1]);
  EXPECT_EQ(what(e.verdict()), "R-SHAPE");
}

TEST(CheckRules, R_SHAPE_rejects_another_number_of_rows) {
  Example e;
  e.certificate.design.blocks[0].rows.push_back(e.hidden());
  EXPECT_EQ(what(e.verdict()), "R-SHAPE");
  EXPECT_EQ(where(e.verdict()), "rows of block 1");
}

TEST(CheckRules, R_SHAPE_rejects_another_activation) {
  Example e;
  e.output().activation = net::Activation::relu;
  EXPECT_EQ(what(e.verdict()), "R-SHAPE");
  EXPECT_EQ(where(e.verdict()), "block 2 row 0");
}

TEST(CheckRules, R_WIRING_rejects_a_row_that_reads_its_own_block) {
  Example e;
  e.output().terms[1].source = 2;
  EXPECT_EQ(what(e.verdict()), "R-WIRING");
  EXPECT_EQ(where(e.verdict()), "block 2 row 0");
}

TEST(CheckRules, R_WIRING_rejects_an_element_that_does_not_exist) {
  Example e;
  e.output().terms[1].index = 1;
  EXPECT_EQ(what(e.verdict()), "R-WIRING");
}

TEST(CheckRules, R_WIRING_rejects_sources_out_of_order) {
  Example e;
  std::swap(e.output().terms[0], e.output().terms[1]);
  EXPECT_EQ(what(e.verdict()), "R-WIRING");
}

TEST(CheckRules, R_WIRING_rejects_an_element_that_is_read_twice) {
  Example e;
  e.output().terms[1].weight = 32;  // 1 = 1/2 + 1/2
  e.output().terms.push_back(e.output().terms[1]);
  EXPECT_EQ(what(e.verdict()), "R-WIRING");
}

TEST(CheckRules, R_INPUT_CONVENTION_rejects_a_box_without_grid_points) {
  Example e;
  e.problem.box[0] = Interval(Rational(1, 3), Rational(2, 5));
  e.problem.inputs[0].fraction_bits = 2;
  e.certificate.design.inputs[0].code_min = 21;
  e.certificate.design.inputs[0].code_max = 26;
  EXPECT_EQ(what(e.verdict()), "R-INPUT-CONVENTION");
  e.problem.inputs[0].fraction_bits = 3;  // 3/8
  e.certificate.design.inputs[0].code_min = 24;
  e.certificate.design.inputs[0].code_max = 24;
  EXPECT_EQ(what(e.verdict()), "accepted");
}

TEST(CheckRules, R_INPUT_CODES_rejects_a_range_of_codes_that_is_not_the_box) {
  for (const int change : {-1, 1}) {
    Example e;
    e.certificate.design.inputs[0].code_max += change;
    EXPECT_EQ(what(e.verdict()), "R-INPUT-CODES");
  }
  Example e;
  e.certificate.design.inputs[0].code_min += 1;
  EXPECT_EQ(what(e.verdict()), "R-INPUT-CODES");
}

TEST(CheckRules, R_INPUT_CODES_takes_a_half_up) {
  Example e;
  e.problem.box[0] =
      Interval(-Rational(3, 2) * num::power_of_two(-6), Rational(5, 2) * num::power_of_two(-6));
  e.certificate.design.inputs[0].code_min = -1;
  e.certificate.design.inputs[0].code_max = 3;
  EXPECT_EQ(what(e.verdict()), "accepted");
  e.certificate.design.inputs[0].code_min = -2;
  EXPECT_EQ(what(e.verdict()), "R-INPUT-CODES");
  e.certificate.design.inputs[0].code_min = -1;
  e.certificate.design.inputs[0].code_max = 2;
  EXPECT_EQ(what(e.verdict()), "R-INPUT-CODES");
}

TEST(CheckRules, R_INPUT_CODES_are_those_of_the_grid_points_in_the_box) {
  Example e;
  e.problem.box[0] = Interval(Rational(-9, 10), Rational(9, 10));
  e.problem.inputs[0].fraction_bits = 2;  // -3/4 .. 3/4
  e.certificate.design.inputs[0].code_min = -58;
  e.certificate.design.inputs[0].code_max = 58;
  EXPECT_EQ(what(e.verdict()), "R-INPUT-CODES");
  e.certificate.design.inputs[0].code_min = -48;
  e.certificate.design.inputs[0].code_max = 48;
  EXPECT_EQ(what(e.verdict()), "accepted");
}

TEST(CheckRules, R_CLAMP_rejects_a_design_without_the_clamp_that_is_asked_for) {
  Example e;
  e.certificate.design.clamp = false;
  EXPECT_EQ(what(e.verdict()), "R-CLAMP");
}

TEST(CheckRules, R_CLAMP_rejects_a_clamp_that_is_not_asked_for) {
  Example e;
  e.problem.out_of_range = spec::OutOfRange::none;
  EXPECT_EQ(what(e.verdict()), "R-CLAMP");
  e.certificate.design.clamp = false;
  EXPECT_EQ(what(e.verdict()), "accepted");
}

TEST(CheckRules, R_INPUT_FORMAT_rejects_codes_outside_the_format) {
  Example e;
  e.certificate.design.inputs[0].format.msb = 0;  // -64 .. 63
  EXPECT_EQ(what(e.verdict()), "R-INPUT-FORMAT");
  e.certificate.design.inputs[0].format = {false, 1, -6};
  EXPECT_EQ(what(e.verdict()), "R-INPUT-FORMAT");
}

TEST(CheckRules, R_PRECISION_rejects_a_weight_between_the_grid_points) {
  Example e;
  e.certificate.precision = {16, 16};
  EXPECT_EQ(what(e.verdict()), "accepted");
  // 64 * 2^-6 written as (2^12 + 1) on a finer accumulator: its last bit is worth 2^-17.
  e.output().accumulator_lsb = -23;
  e.output().accumulator_width = 30;
  e.output().terms[0].shift = 11;
  e.output().terms[1].weight = (1 << 17) + 1;
  EXPECT_EQ(what(e.verdict()), "R-PRECISION");
  e.certificate.precision = {17, 17};
  EXPECT_EQ(what(e.verdict()), "accepted");
}

TEST(CheckRules, R_PRECISION_rejects_a_bias_between_the_grid_points) {
  Example e;
  e.certificate.precision = {16, 16};
  e.output().accumulator_lsb = -17;
  e.output().accumulator_width = 30;
  e.output().terms[0].shift = 5;
  e.output().terms[1].shift = 5;
  EXPECT_EQ(what(e.verdict()), "accepted");
  e.output().bias = 1;
  EXPECT_EQ(what(e.verdict()), "R-PRECISION");
}

TEST(CheckRules, R_PRECISION_rejects_half_an_ulp_between_the_grid_points) {
  Example e;
  e.certificate.precision = {16, 16};
  e.output().output.lsb = -16;  // r < 0: the row does not round, but the rule is the same for all
  EXPECT_EQ(what(e.verdict()), "R-PRECISION");

  Example input;
  input.certificate.precision = {16, 16};
  input.certificate.design.inputs[0] = {{true, 1, -16}, -65536, 65536};
  input.hidden().accumulator_lsb = -16;
  input.hidden().bias = -32768;
  EXPECT_EQ(what(input.verdict()), "R-PRECISION");
  EXPECT_EQ(where(input.verdict()), "input 0");
}

TEST(CheckRules, R_CUT_rejects_a_cut_on_the_face) {
  for (const int at : {-1, 1, 2}) {
    Example e;
    e.certificate.tree = {Cut{0, at}, Leaf{}, Leaf{}};
    EXPECT_EQ(what(e.verdict()), "R-CUT");
    EXPECT_EQ(where(e.verdict()), "node 0 of the split");
  }
}

TEST(CheckRules, R_CUT_rejects_a_cut_outside_its_own_half) {
  Example e;
  e.certificate.tree = {Cut{0, 0}, Leaf{}, Cut{0, Rational(1, 2)}, Leaf{}, Leaf{}};
  EXPECT_EQ(what(e.verdict()), "accepted");
  e.certificate.tree = {Cut{0, 0}, Cut{0, Rational(1, 2)}, Leaf{}, Leaf{}, Leaf{}};
  EXPECT_EQ(what(e.verdict()), "R-CUT");
  EXPECT_EQ(where(e.verdict()), "node 1 of the split");
  e.certificate.tree = {Cut{0, 0}, Leaf{}, Cut{0, 0}, Leaf{}, Leaf{}};
  EXPECT_EQ(what(e.verdict()), "R-CUT");
}

TEST(CheckRules, R_CUT_rejects_an_input_that_does_not_exist) {
  Example e;
  e.certificate.tree = {Cut{1, 0}, Leaf{}, Leaf{}};
  EXPECT_EQ(what(e.verdict()), "R-CUT");
}

TEST(CheckRules, R_ACCUMULATOR_rejects_an_exact_accumulator_that_is_too_narrow) {
  Example e;
  e.output().accumulator_width = 14;  // 32 + 45 * 64 + 64 * 97 > 2^13 - 1
  EXPECT_EQ(what(e.verdict()), "R-ACCUMULATOR");
  EXPECT_EQ(where(e.verdict()), "block 2 row 0, leaf 0");
}

// By back-substitution y lies in [-0.7, 0.8], a little more with errors: acc fits 13 bits, 12 hold
// [-1/2, 1/2).
TEST(CheckRules, R_ACCUMULATOR_rejects_a_modular_accumulator_that_is_too_narrow) {
  Example e;
  e.output().accumulator_mode = design::AccumulatorMode::modular;
  e.output().accumulator_width = 13;
  EXPECT_EQ(what(e.verdict()), "accepted");
  e.output().accumulator_width = 12;
  EXPECT_EQ(what(e.verdict()), "R-ACCUMULATOR");
}

// The bias alone must fit, although every sum with a product does.
TEST(CheckRules, R_ACCUMULATOR_counts_every_subset_of_the_sum) {
  Example e;
  e.problem.box[0] = Interval(Rational(3, 4), 1);
  e.certificate.design.inputs[0].code_min = 48;
  e.problem.network = net::Network(
      "one", 1, {{"b", {{0, test::dense(1, 1, {1})}}, {-1}, {net::Activation::identity}, {}}});
  design::Row row;
  row.terms = {{0, 0, 1, 0}};
  row.bias = -64;
  row.accumulator_lsb = -6;
  row.output = {true, 0, -6};
  row.accumulator_width = 6;  // the sums are -16 .. 0, the bias is -64
  e.certificate.design.blocks = {{"", {row}}};
  EXPECT_EQ(what(e.verdict()), "R-ACCUMULATOR");
  e.certificate.design.blocks[0].rows[0].accumulator_width = 8;  // the product reaches 64
  EXPECT_EQ(what(e.verdict()), "accepted");
  e.certificate.design.blocks[0].rows[0].accumulator_width = 7;
  EXPECT_EQ(what(e.verdict()), "R-ACCUMULATOR");
  e.certificate.design.blocks[0].rows[0].accumulator_width = 6;
  e.certificate.design.blocks[0].rows[0].accumulator_mode = design::AccumulatorMode::modular;
  EXPECT_EQ(what(e.verdict()), "accepted");
}

TEST(CheckRules, R_OUTPUT_FORMAT_rejects_a_format_that_is_too_narrow) {
  Example e;
  e.hidden().output.msb = -1;  // codes 0 .. 63, needed are 0 .. 97
  EXPECT_EQ(what(e.verdict()), "R-OUTPUT-FORMAT");
  EXPECT_EQ(where(e.verdict()), "block 1 row 0, leaf 0");
}

TEST(CheckRules, R_OUTPUT_FORMAT_rejects_an_unsigned_format_for_negative_codes) {
  Example e;
  e.output().output.is_signed = false;
  EXPECT_EQ(what(e.verdict()), "R-OUTPUT-FORMAT");
}

TEST(CheckRules, R_WORD_LIMIT_holds_for_inputs_weights_and_activations) {
  Example e;
  e.problem.limits.word = 8;
  EXPECT_EQ(what(e.verdict()), "accepted");
  e.problem.limits.word = 7;  // the weight 64 needs 8 bits, as the input does
  EXPECT_EQ(what(e.verdict()), "R-WORD-LIMIT");
  EXPECT_EQ(where(e.verdict()), "input 0");

  Example weight;
  weight.problem.limits.word = 8;
  weight.output().terms[1].weight = 128;  // 9 bits as a two's complement word
  EXPECT_EQ(what(weight.verdict()), "R-WORD-LIMIT");
  EXPECT_EQ(where(weight.verdict()), "block 2 row 0");
  weight.output().terms[1].weight = -128;  // 8 bits, but wrong
  EXPECT_NE(what(weight.verdict()), "R-WORD-LIMIT");

  Example activation;
  activation.problem.limits.word = 8;
  activation.hidden().output.msb = 2;
  EXPECT_EQ(what(activation.verdict()), "R-WORD-LIMIT");
  EXPECT_EQ(where(activation.verdict()), "block 1 row 0");
}

TEST(CheckRules, R_ACCUMULATOR_LIMIT_rejects_a_wider_accumulator) {
  Example e;
  e.problem.limits.accumulator = 15;
  EXPECT_EQ(what(e.verdict()), "accepted");
  e.problem.limits.accumulator = 14;
  EXPECT_EQ(what(e.verdict()), "R-ACCUMULATOR-LIMIT");
  EXPECT_EQ(where(e.verdict()), "block 2 row 0");
}

TEST(CheckRules, R_BOUND_rejects_a_bound_below_the_proven_error) {
  Example e;
  const Rational proven = std::get<Accepted>(e.verdict()).theorem.proven[0];
  e.problem.functionals[0].bound = proven;
  EXPECT_EQ(what(e.verdict()), "accepted");
  e.problem.functionals[0].bound = proven - num::power_of_two(-200);
  EXPECT_EQ(what(e.verdict()), "R-BOUND");
  EXPECT_EQ(where(e.verdict()), "functional 0, leaf 0");
  EXPECT_EQ(std::get<Rejected>(e.verdict()).detail,
            "the proven error 0.0210694 exceeds the bound 0.0210693");
}

TEST(CheckRules, R_BOUND_rejects_the_functional_that_is_too_tight) {
  Example e;
  e.problem.functionals.push_back({{Rational(-3)}, Rational(1, 20)});
  EXPECT_EQ(where(e.verdict()), "functional 1, leaf 0");
}

// Every rule of the registry is proven in docs/soundness.md and has a test above, or in
// check_roles_test.cpp, that breaks it.
TEST(CheckRules, EveryRuleIsDocumentedAndBroken) {
  const auto contents = [](const std::string& path) {
    std::ifstream file(std::string(CERTIFIX_SOURCE_DIR) + path);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string document = contents("/docs/soundness.md");
  const std::string tests =
      contents("/tests/unit/check_rules_test.cpp") + contents("/tests/unit/check_roles_test.cpp");
  std::vector<std::string> rules;
#define CERTIFIX_RULE_ID(name, id, statement) rules.push_back(id);
  CERTIFIX_RULES(CERTIFIX_RULE_ID)
#undef CERTIFIX_RULE_ID
  for (std::string rule : rules) {
    EXPECT_NE(document.find(rule), std::string::npos) << rule;
    std::replace(rule.begin(), rule.end(), '-', '_');
    EXPECT_NE(tests.find(", " + rule + "_"), std::string::npos) << rule;
  }
}

}  // namespace
}  // namespace certifix::check
