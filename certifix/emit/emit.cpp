#include "certifix/emit/emit.hpp"

#include <algorithm>
#include <string>

#include "certifix/base/error.hpp"
#include "certifix/emit/c/c_source.hpp"
#include "certifix/emit/gappa/gappa_source.hpp"
#include "certifix/emit/hls/hls_source.hpp"
#include "certifix/emit/text.hpp"
#include "certifix/emit/verilog/verilog_source.hpp"
#include "certifix/statement/statement.hpp"

namespace certifix::emit {
namespace {

constexpr std::size_t kCommentWidth = 92;

}  // namespace

std::string_view name(Target target) {
  switch (target) {
    case Target::c:
      return "c";
    case Target::hls:
      return "hls";
    case Target::verilog:
      return "verilog";
    case Target::gappa:
      return "gappa";
  }
  throw Bug(__FILE__, __LINE__, "unknown target");
}

std::optional<Target> target_named(std::string_view text) {
  for (const Target target : {Target::c, Target::hls, Target::verilog, Target::gappa})
    if (name(target) == text) return target;
  return std::nullopt;
}

// The part's name goes into a Tcl script: nothing there may have a meaning to Tcl.
void check_options(const EmitOptions& options) {
  const auto is_plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.';
  };
  if (options.hls_part.empty() ||
      !std::all_of(options.hls_part.begin(), options.hls_part.end(), is_plain))
    throw Error(ErrorCode::usage, "--hls-part is not the name of a device",
                Origin{"", options.hls_part}, "use letters, digits, '-', '_' and '.'");
  if (!(options.hls_clock_ns > 0 && options.hls_clock_ns <= 1e6))
    throw Error(ErrorCode::usage, "--clock-ns must lie in (0, 1e6]");
  if (options.verilog_levels < 1)
    throw Error(ErrorCode::usage, "a pipeline stage has at least one level of adders");
  if (options.verilog_lanes < 1) throw Error(ErrorCode::usage, "there is at least one lane");
}

std::vector<File> emit(const check::Verified<check::Subject>& subject, Target target,
                       const EmitOptions& options) {
  check_options(options);
  const std::vector<std::string> statement =
      wrapped(statement::promise(subject->problem), kCommentWidth);
  switch (target) {
    case Target::c:
      return c_files(subject->design, statement, options);
    case Target::hls:
      return hls_files(subject->design, statement, options);
    case Target::verilog:
      return verilog_files(subject->design, statement, options);
    case Target::gappa:
      return gappa_files(*subject, statement);
  }
  throw Bug(__FILE__, __LINE__, "unknown target");
}

}  // namespace certifix::emit
