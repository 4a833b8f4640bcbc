// Commands that no version has yet. They take any arguments, and say so.
#include "certifix/cli/command_line.hpp"
#include "certifix/cli/commands.hpp"

namespace certifix::cli {

void add_later_commands(CommandLine& line) { line.later_command("sweep"); }

}  // namespace certifix::cli
