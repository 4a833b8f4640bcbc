// certifix: the command line. Everything thrown becomes a message and an exit code here, and
// nowhere else.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>

#include "certifix/base/error.hpp"
#include "certifix/cli/commands.hpp"
#include "certifix/cli/terminal.hpp"

namespace certifix::cli {
namespace {

int exit_status(ExitCode code) { return static_cast<int>(code); }

int parse_and_run(int argc, char** argv) {
  CLI::App app{
      "Turns a trained ReLU network, a box of inputs and an error bound into a fixed-point "
      "program\n"
      "that is proven to stay within the bound, for every input of the box, without overflow.",
      "certifix"};
  app.set_version_flag("--version", "certifix " CERTIFIX_VERSION);
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::simple);
  Work chosen;
  add_quantize(app, chosen);
  add_verify(app, chosen);
  add_emit(app, chosen);
  add_run(app, chosen);
  add_attack(app, chosen);
  add_info(app, chosen);
  add_later_commands(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    const auto used = app.get_subcommands();
    const std::string command = used.empty() ? "" : " " + used[0]->get_name();
    throw Error(ErrorCode::usage, error.what(), {}, "certifix" + command + " --help");
  }
  const ExitCode code = chosen();
  flush_output();
  return exit_status(code);
}

int guarded(int argc, char** argv) {
  try {
    return parse_and_run(argc, argv);
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return exit_status(exit_code(error.code()));
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "error: not enough memory\n");
    return exit_status(ExitCode::limit);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return exit_status(ExitCode::bug);
  }
}

}  // namespace
}  // namespace certifix::cli

int main(int argc, char** argv) {
  // A file larger than the user's limit is a failed write with a message, not a kill.
  std::signal(SIGXFSZ, SIG_IGN);
  return certifix::cli::guarded(argc, argv);
}
