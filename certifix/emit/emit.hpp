// The door of the emitters: a proven design in, source files out.
//
// emit() takes nothing but a check::Verified subject, which check::verify alone can make, so no
// code leaves the tool for a design that was not proven in this process. The writers behind it (c/,
// hls/, verilog/) take plain designs, gappa/ the problem too; they are private to this folder and
// its tests, and nothing else may call them.
//
// Example:
//   const check::Verdict verdict = check::verify(problem_text, certificate_text);
//   if (const auto* accepted = std::get_if<check::Accepted>(&verdict))
//     for (const File& file : emit(accepted->subject, Target::c, {})) write(file.path,
//     file.content);
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "certifix/check/verify.hpp"
#include "certifix/emit/options.hpp"

namespace certifix::emit {

// Closed: an emitter each, and the folder of the same name that its files are in.
enum class Target { c, hls, verilog, gappa };

std::string_view name(Target target);  // "c", "hls", "verilog", "gappa"
std::optional<Target> target_named(std::string_view text);

// Throws Error (usage) for an option that is not a plain name or number. emit() looks by itself.
void check_options(const EmitOptions& options);

// The files of one target, with paths "<target>/...": sources, and a self-checking test bench whose
// expected codes come from the executor; for gappa the theorem as a script. The same subject and
// options give the same bytes. Throws Error: target_refused for a design that the target cannot
// hold (c: accumulators above 64 bits; gappa: too many cases), usage for an option that is not a
// plain name or number.
std::vector<File> emit(const check::Verified<check::Subject>& subject, Target target,
                       const EmitOptions& options = {});

}  // namespace certifix::emit
