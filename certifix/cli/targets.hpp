// The targets of --target, and the options that they have.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "certifix/check/verify.hpp"
#include "certifix/cli/output_folder.hpp"
#include "certifix/emit/emit.hpp"

namespace certifix::cli {

class Command;

// --target, and the options of single targets.
struct TargetOptions {
  std::string targets = "c";
  std::string architecture = "parallel";
  std::uint64_t levels = 3;
};
void add_target_options(Command& command, TargetOptions& options);

// The targets named, after a look at the other options. Throws Error: usage, not_in_this_version.
std::vector<emit::Target> parse_targets(const TargetOptions& options);

// The files of one target, with its folder: "c/net.h". Throws Error (target_refused).
std::vector<OutputFile> emit_target(emit::Target target, const TargetOptions& options,
                                    const check::Verified<check::Subject>& subject);

}  // namespace certifix::cli
