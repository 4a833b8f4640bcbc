// The commands of the program, one file each. Each adds its subcommand with its options to the
// parser; when the user chose it, parsing leaves its work in `chosen`, and main runs that.
#pragma once

#include <functional>

#include "certifix/base/error.hpp"

namespace CLI {
class App;
}

namespace certifix::cli {

using Work = std::function<ExitCode()>;

void add_quantize(CLI::App& app, Work& chosen);
void add_verify(CLI::App& app, Work& chosen);
void add_emit(CLI::App& app, Work& chosen);
void add_run(CLI::App& app, Work& chosen);
void add_attack(CLI::App& app, Work& chosen);
void add_info(CLI::App& app, Work& chosen);
// The commands of the design that no version has yet: they exist, and say so.
void add_later_commands(CLI::App& app, Work& chosen);

}  // namespace certifix::cli
