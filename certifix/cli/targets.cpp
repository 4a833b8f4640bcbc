#include "certifix/cli/targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "certifix/base/error.hpp"
#include "certifix/cli/command_line.hpp"
#include "certifix/cli/options.hpp"

namespace certifix::cli {

void add_target_options(Command& command, TargetOptions& options) {
  command.text("--target", options.targets, "c, hls, verilog, gappa; separated by commas");
  command.text("--architecture", options.architecture,
               "of the Verilog: parallel, folded, or auto: parallel where it fits",
               {.choices = {"parallel", "folded", "auto"}});
  command.whole("--lanes", options.lanes, 1, 65536, "folded: multipliers that work side by side",
                "by the limits");
  command.whole("--cycles", options.cycles, 2, 1000000000,
                "folded, auto: latency of the Verilog, at most", "none");
  command.whole("--max-luts", options.max_luts, 1, 1000000000,
                "auto: LUTs of the Verilog, at most");
  command.whole("--max-dsps", options.max_dsps, 0, 1000000000,
                "auto: DSPs of the Verilog, at most");
  command.whole("--levels", options.levels, 1, 64,
                "adders in a row between two registers of the Verilog, at most");
  command.later({"--clock-ns"});
}

namespace {

void check_architecture(const TargetOptions& options) {
  const bool given = options.lanes != 0 || options.cycles != 0;
  if (options.architecture == "parallel" && given)
    throw Error(ErrorCode::usage, "--lanes and --cycles are not for --architecture parallel", {},
                "use --architecture folded or auto");
  if (options.architecture == "auto" && options.lanes != 0)
    throw Error(ErrorCode::usage, "--lanes decides what --architecture auto would choose", {},
                "use --architecture folded, or --cycles");
  if (options.lanes != 0 && options.cycles != 0)
    throw Error(ErrorCode::usage, "--lanes and --cycles decide the same", {}, "use one of them");
}

}  // namespace

std::vector<emit::Target> parse_targets(const TargetOptions& options) {
  check_architecture(options);
  std::vector<emit::Target> targets;
  for (const std::string& word : split(options.targets, ',')) {
    const std::optional<emit::Target> target = emit::target_named(word);
    if (!target)
      throw Error(ErrorCode::usage, fmt::format("--target: '{}' is not a target", word), {},
                  "targets are c, hls, verilog and gappa, separated by commas");
    if (std::find(targets.begin(), targets.end(), *target) != targets.end())
      throw Error(ErrorCode::usage, fmt::format("--target: '{}' is named twice", word));
    targets.push_back(*target);
  }
  return targets;
}

std::optional<cost::Circuit> choose_circuit(const TargetOptions& options,
                                            const design::Design& design) {
  const std::vector<emit::Target> targets = parse_targets(options);
  if (std::find(targets.begin(), targets.end(), emit::Target::verilog) == targets.end())
    return std::nullopt;
  cost::Request request;
  if (options.architecture == "parallel") request.architecture = cost::Architecture::parallel;
  if (options.architecture == "folded") request.architecture = cost::Architecture::folded;
  if (options.lanes != 0) request.lanes = static_cast<int>(options.lanes);
  if (options.cycles != 0) request.cycles = static_cast<int>(options.cycles);
  request.max_luts = static_cast<std::int64_t>(options.max_luts);
  request.max_dsps = static_cast<std::int64_t>(options.max_dsps);
  request.levels = static_cast<int>(options.levels);
  return cost::choose_circuit(design, request);
}

std::vector<OutputFile> emit_target(emit::Target target, const TargetOptions& options,
                                    const std::optional<cost::Circuit>& circuit,
                                    const check::Verified<check::Subject>& subject) {
  emit::EmitOptions how;
  how.verilog_levels = static_cast<int>(options.levels);
  if (circuit) {
    how.architecture = circuit->architecture;
    how.verilog_lanes = circuit->lanes;
  }
  std::vector<OutputFile> files;
  for (emit::File& file : emit::emit(subject, target, how))
    files.push_back({std::move(file.path), std::move(file.content)});
  return files;
}

}  // namespace certifix::cli
