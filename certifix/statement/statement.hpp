// What a verdict says, in words: the theorem of an accepted certificate, or why it was refused.
//
// Example:
//   const check::Verdict verdict = check::verify(files.problem, files.certificate);
//   if (auto* accepted = std::get_if<check::Accepted>(&verdict)) print(theorem(*accepted));
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certifix/base/error.hpp"
#include "certifix/check/verify.hpp"
#include "certifix/num/exact/rational.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::statement {

// What a proven design of the problem promises, as one sentence: network, box, input convention,
// bounds, clamp. True of a check::Verified design only.
std::string promise(const spec::Problem& problem);

// The promise, an empty line, and the theorem's figures, one a line; ends with a newline. Bounds
// that are printed rounded are rounded up.
std::string theorem(const check::Accepted& accepted);

// The rejection as an error value, with the rule, the place and by how much.
Error rejection(const check::Rejected& rejected, const std::string& folder);

// An error value if some output has no bound in the problem, or only one larger than asked for.
// `asked` holds one bound for all outputs or one for each; throws Error (usage) for another number.
std::optional<Error> weaker_than(const spec::Problem& problem,
                                 const std::vector<num::Rational>& asked,
                                 const std::string& folder);

// The bounds of an --error option: decimal literals above 0, separated by commas. Throws Error
// (usage).
std::vector<num::Rational> parse_bounds(std::string_view text);

// A decimal when it is exact and short, the canonical exact text otherwise: "0.001", "7/30".
std::string readable(const num::Rational& x);

}  // namespace certifix::statement
