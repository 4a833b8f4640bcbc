// The targets of --target.
#pragma once

#include <string>
#include <vector>

#include "certifix/check/verify.hpp"
#include "certifix/cli/output_folder.hpp"
#include "certifix/emit/emit.hpp"

namespace certifix::cli {

// "c,hls". Throws Error: usage, not_in_this_version (verilog).
std::vector<emit::Target> parse_targets(const std::string& text);

// The files of one target, with its folder: "c/net.h". Throws Error (target_refused).
std::vector<OutputFile> emit_target(emit::Target target,
                                    const check::Verified<check::Subject>& subject);

}  // namespace certifix::cli
