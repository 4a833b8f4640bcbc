#include "certifix/cli/found_error.hpp"

#include <fmt/format.h>

#include "certifix/statement/statement.hpp"

namespace certifix::cli {
namespace {

// In words; empty when the proof holds.
std::string broken(const attack::Result& result, const check::Theorem& theorem) {
  if (result.overflow) return "a value overflows: " + result.overflow->what;
  for (const attack::Finding& finding : result.per_functional)
    if (num::abs(finding.error) > theorem.proven[finding.functional])
      return fmt::format("the error of output {} is above the proven one", finding.functional);
  return "";
}

}  // namespace

std::string point_text(const std::vector<num::Rational>& point) {
  std::string text;
  for (const num::Rational& x : point) text += (text.empty() ? "" : ", ") + statement::readable(x);
  return "(" + text + ")";
}

std::optional<Error> broken_bound(const attack::Result& result, const check::Theorem& theorem,
                                  const std::string& place, const std::string& evidence) {
  const std::string wrong = broken(result, theorem);
  if (wrong.empty()) return std::nullopt;
  return Error(ErrorCode::bound_broken, wrong,
               Origin{place, "input " + point_text(result.overflow ? result.overflow->input
                                                                   : result.worst().input)},
               "this is a bug in certifix: please report it with " + evidence);
}

}  // namespace certifix::cli
