// The registry of the checker's rules: one identifier each, used in docs/soundness.md, in the code
// that applies it, in a rejection and in the name of the test that breaks it.
#pragma once

#include <string_view>

namespace certifix::check {

// name in code, printed id, statement in one line.
#define CERTIFIX_RULES(X)                                                                          \
  X(role, "R-ROLE", "each row of the network has a role that its activation and place allow")      \
  X(claim, "R-CLAIM", "a dead relu is never above 0, a bypassed or affine one never below")        \
  X(shape, "R-SHAPE", "the design has the blocks, rows and activations of the simplified network") \
  X(wiring, "R-WIRING", "a term reads an element of an earlier block; terms strictly increase")    \
  X(input_convention, "R-INPUT-CONVENTION", "the declared grid has a point in the box")            \
  X(input_codes, "R-INPUT-CODES", "the declared codes are those of the box, rounded half up")      \
  X(clamp, "R-CLAMP", "the design clamps its inputs exactly when the problem says so")             \
  X(input_format, "R-INPUT-FORMAT", "the input codes fit the input format")                        \
  X(precision, "R-PRECISION", "the working grid holds the design's weights, biases and half ulps") \
  X(operator_norm, "R-OPERATOR-NORM", "the claimed operator norms are proven")                     \
  X(cut, "R-CUT", "a cut lies strictly inside its box")                                            \
  X(accumulator, "R-ACCUMULATOR", "the accumulator holds what its mode promises")                  \
  X(output_format, "R-OUTPUT-FORMAT", "every implemented value fits its row's output format")      \
  X(word_limit, "R-WORD-LIMIT", "no weight, activation or input is wider than the word limit")     \
  X(accumulator_limit, "R-ACCUMULATOR-LIMIT", "no accumulator is wider than its limit")            \
  X(bound, "R-BOUND", "the proven error of every functional is at most its bound")

enum class Rule {
#define CERTIFIX_RULE_NAME(name, id, statement) name,
  CERTIFIX_RULES(CERTIFIX_RULE_NAME)
#undef CERTIFIX_RULE_NAME
};

constexpr std::string_view id(Rule rule) {
  switch (rule) {
#define CERTIFIX_RULE_ID(name, id, statement) \
  case Rule::name:                            \
    return id;
    CERTIFIX_RULES(CERTIFIX_RULE_ID)
#undef CERTIFIX_RULE_ID
  }
  return "R-UNKNOWN";
}

// What the rule demands, in one line.
constexpr std::string_view sentence(Rule rule) {
  switch (rule) {
#define CERTIFIX_RULE_SENTENCE(name, id, statement) \
  case Rule::name:                                  \
    return statement;
    CERTIFIX_RULES(CERTIFIX_RULE_SENTENCE)
#undef CERTIFIX_RULE_SENTENCE
  }
  return "";
}

}  // namespace certifix::check
