// The targets of --target, and the options that they have.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "certifix/check/verify.hpp"
#include "certifix/cli/output_folder.hpp"
#include "certifix/cost/architecture.hpp"
#include "certifix/emit/emit.hpp"

namespace certifix::cli {

class Command;

// --target, and the options of single targets.
struct TargetOptions {
  std::string targets = "c";
  std::string architecture = "auto";
  std::uint64_t lanes = 0;   // 0: not given
  std::uint64_t cycles = 0;  // likewise
  std::uint64_t max_luts = 53200;
  std::uint64_t max_dsps = 220;
  std::uint64_t levels = 0;  // 0: by the clock
  double clock_ns = 10;
  std::string hls_part = emit::EmitOptions().hls_part;
  bool no_hls_pragmas = false;
};
void add_target_options(Command& command, TargetOptions& options);

// The targets named, after a look at all other options, so that none is refused after a search.
// Throws Error: usage, not_in_this_version.
std::vector<emit::Target> parse_targets(const TargetOptions& options);

// The circuit that the Verilog of a design becomes; none if Verilog is no target. Throws Error
// (target_refused) if the limits leave none.
std::optional<cost::Circuit> choose_circuit(const TargetOptions& options,
                                            const design::Design& design);

// The files of one target, with its folder: "c/net.h". Throws Error (target_refused).
std::vector<OutputFile> emit_target(emit::Target target, const TargetOptions& options,
                                    const std::optional<cost::Circuit>& circuit,
                                    const check::Verified<check::Subject>& subject);

}  // namespace certifix::cli
