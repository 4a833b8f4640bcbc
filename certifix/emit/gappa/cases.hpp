// The case analysis of a design against its network: which signs are possible, and the parts of the
// script that follow from them.
#pragma once

#include <string>
#include <vector>

#include "certifix/check/verify.hpp"
#include "certifix/num/exact/rational.hpp"

namespace certifix::emit {

// One case, a script of its own.
struct GappaCase {
  std::vector<std::string> definitions;  // "z_1_0 = ..."
  std::vector<std::string> given;        // "x0 in [-1, 1]", and signs: "z_1_0 >= 0"
  std::vector<std::string> signs;        // that follow
  std::vector<std::string> errors;       // of each functional
  std::vector<std::string> hints;        // "z_2_0 -> ..."
};

struct GappaCases {
  std::vector<GappaCase> cases;
  std::vector<num::Rational> reach;  // of each functional: |error| by interval arithmetic
};

inline constexpr std::size_t kMaxGappaRows = 100;

// Throws Error (target_refused) for more than `limit` cases, or kMaxGappaRows rows.
GappaCases gappa_cases(const check::Subject& subject, std::size_t limit);

}  // namespace certifix::emit
