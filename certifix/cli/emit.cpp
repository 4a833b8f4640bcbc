// certifix emit: checks a design again and writes the folders of the targets asked for.
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "certifix/cli/checked_folder.hpp"
#include "certifix/cli/command_line.hpp"
#include "certifix/cli/commands.hpp"
#include "certifix/cli/options.hpp"
#include "certifix/cli/targets.hpp"
#include "certifix/cli/terminal.hpp"
#include "certifix/report/circuit.hpp"

namespace certifix::cli {
namespace {

struct EmitOptions {
  std::string folder;
  TargetOptions target;
  CommonOptions common;
};

ExitCode emit_folder(const EmitOptions& options) {
  const std::vector<emit::Target> targets = parse_targets(options.target);
  ProgressLine progress(options.common.quiet);
  const check::Accepted accepted =
      check_folder(options.folder, thread_count(options.common.threads), progress);
  const std::optional<cost::Circuit> circuit =
      choose_circuit(options.target, accepted.subject->design);
  // All targets first: one that refuses leaves the folder as it was.
  std::vector<std::vector<OutputFile>> files;
  for (const emit::Target target : targets)
    files.push_back(emit_target(target, options.target, circuit, accepted.subject));
  for (std::size_t t = 0; t < targets.size(); ++t) {
    replace_subfolder(options.folder, std::string(emit::name(targets[t])), files[t]);
    if (options.common.quiet) continue;
    for (const OutputFile& file : files[t])
      print((std::filesystem::path(options.folder) / file.path).string() + "\n");
  }
  if (circuit && !options.common.quiet) print(report::circuit_lines(*circuit));
  return ExitCode::proven;
}

}  // namespace

void add_emit(CommandLine& line) {
  auto options = std::make_shared<EmitOptions>();
  Command command = line.command("emit", "check a design again and write its source code",
                                 [options] { return emit_folder(*options); });
  command.argument("DIR", options->folder, "a folder that quantize has written");
  add_target_options(command, options->target);
  add_common_options(command, options->common, false);
}

}  // namespace certifix::cli
