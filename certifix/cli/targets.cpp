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
  command.text("--architecture", options.architecture, "of the Verilog: parallel",
               {.choices = {"parallel", "folded", "auto"}});
  command.whole("--levels", options.levels, 1, 64,
                "adders in a row between two registers of the Verilog, at most");
  command.later({"--lanes", "--cycles", "--clock-ns"});
}

std::vector<emit::Target> parse_targets(const TargetOptions& options) {
  if (options.architecture != "parallel") refuse_later("--architecture " + options.architecture);
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

std::vector<OutputFile> emit_target(emit::Target target, const TargetOptions& options,
                                    const check::Verified<check::Subject>& subject) {
  emit::EmitOptions how;
  how.verilog_levels = static_cast<int>(options.levels);
  std::vector<OutputFile> files;
  for (emit::File& file : emit::emit(subject, target, how))
    files.push_back({std::move(file.path), std::move(file.content)});
  return files;
}

}  // namespace certifix::cli
