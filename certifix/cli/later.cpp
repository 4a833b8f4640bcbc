// Commands that no version has yet. They take any arguments, and say so.
#include <CLI/CLI.hpp>

#include "certifix/cli/commands.hpp"
#include "certifix/cli/options.hpp"

namespace certifix::cli {

void add_later_commands(CLI::App& app, Work& chosen) {
  for (const char* name : {"analyze", "sweep"}) {
    CLI::App& command = *app.add_subcommand(name, "not in this version");
    command.allow_extras();
    command.callback([name, &chosen] {
      chosen = [name]() -> ExitCode { refuse_later("the command " + std::string(name)); };
    });
  }
}

}  // namespace certifix::cli
