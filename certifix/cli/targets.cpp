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
  command.positive("--clock-ns", options.clock_ns, "clock period of the hardware, ns", "10");
  command.whole("--levels", options.levels, 1, 64,
                "adders in a row between two registers of the Verilog, at most", "by the clock");
  command.text("--hls-part", options.hls_part, "device in the script for Vitis HLS",
               {.type = "PART"});
  command.flag("--no-hls-pragmas", options.no_hls_pragmas,
               "HLS: without pipelining and partitioning");
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

bool names_verilog(const std::vector<emit::Target>& targets) {
  return std::find(targets.begin(), targets.end(), emit::Target::verilog) != targets.end();
}

// --levels, or what suits --clock-ns.
int levels_of(const TargetOptions& options) {
  if (options.levels != 0) return static_cast<int>(options.levels);
  const int levels = cost::levels_within(options.clock_ns);
  if (levels == 0)
    throw Error(ErrorCode::usage,
                fmt::format("--clock-ns {}: a register, an adder and a ReLU take about {} ns",
                            options.clock_ns, cost::kStageNs + cost::kLevelNs),
                {}, "use a longer period, or --levels 1 for the shortest paths there are");
  return levels;
}

// All but what depends on the circuit.
emit::EmitOptions emit_options(const TargetOptions& options) {
  emit::EmitOptions how;
  how.hls_clock_ns = options.clock_ns;
  how.hls_part = options.hls_part;
  how.hls_pragmas = !options.no_hls_pragmas;
  return how;
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
  emit::check_options(emit_options(options));
  if (names_verilog(targets)) (void)levels_of(options);
  return targets;
}

std::optional<cost::Circuit> choose_circuit(const TargetOptions& options,
                                            const design::Design& design) {
  if (!names_verilog(parse_targets(options))) return std::nullopt;
  cost::Request request;
  if (options.architecture == "parallel") request.architecture = cost::Architecture::parallel;
  if (options.architecture == "folded") request.architecture = cost::Architecture::folded;
  if (options.lanes != 0) request.lanes = static_cast<int>(options.lanes);
  if (options.cycles != 0) request.cycles = static_cast<int>(options.cycles);
  request.max_luts = static_cast<std::int64_t>(options.max_luts);
  request.max_dsps = static_cast<std::int64_t>(options.max_dsps);
  request.levels = levels_of(options);
  return cost::choose_circuit(design, request);
}

std::vector<OutputFile> emit_target(emit::Target target, const TargetOptions& options,
                                    const std::optional<cost::Circuit>& circuit,
                                    const check::Verified<check::Subject>& subject) {
  emit::EmitOptions how = emit_options(options);
  if (circuit) {
    how.verilog_levels = levels_of(options);
    how.architecture = circuit->architecture;
    how.verilog_lanes = circuit->lanes;
  }
  std::vector<OutputFile> files;
  for (emit::File& file : emit::emit(subject, target, how))
    files.push_back({std::move(file.path), std::move(file.content)});
  return files;
}

}  // namespace certifix::cli
