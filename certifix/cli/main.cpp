// certifix: the command line. Everything thrown becomes a message and an exit code here, and
// nowhere else.
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <new>

#include "certifix/base/error.hpp"
#include "certifix/cli/command_line.hpp"
#include "certifix/cli/commands.hpp"
#include "certifix/cli/terminal.hpp"

namespace certifix::cli {
namespace {

ExitCode parse_and_run(int argc, char** argv) {
  CommandLine line(
      "certifix",
      "Turns a trained ReLU network, a box of inputs and an error bound into a fixed-point "
      "program\n"
      "that is proven to stay within the bound, for every input of the box, without overflow.",
      "certifix " CERTIFIX_VERSION);
  add_quantize(line);
  add_verify(line);
  add_emit(line);
  add_run(line);
  add_attack(line);
  add_info(line);
  add_analyze(line);
  add_sweep(line);
  const ExitCode code = line.run(argc, argv);
  flush_output();
  return code;
}

ExitCode guarded(int argc, char** argv) {
  try {
    return parse_and_run(argc, argv);
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return exit_code(error.code());
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "error: not enough memory\n");
    return ExitCode::limit;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return ExitCode::bug;
  }
}

}  // namespace
}  // namespace certifix::cli

int main(int argc, char** argv) {
  // A file larger than the user's limit is a failed write with a message, not a kill.
  std::signal(SIGXFSZ, SIG_IGN);
  return static_cast<int>(certifix::cli::guarded(argc, argv));
}
