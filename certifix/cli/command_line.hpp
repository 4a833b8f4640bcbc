// Commands and their options, declared. The only user of the option parser's library is
// command_line.cpp, which keeps its templates out of every other file.
//
// Example:
//   CommandLine line("certifix", "what it does", "certifix 0.1.0");
//   auto model = std::make_shared<std::string>();
//   Command info = line.command("info", "what a model file holds",
//                               [model] { return show(*model); });
//   info.argument("MODEL", *model, "the network");
//   const ExitCode code = line.run(argc, argv);
//
// Variables must live as long as the command line: capture their owner in the work.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "certifix/base/error.hpp"

namespace CLI {
class App;
}

namespace certifix::cli {

// How an option with a text value is shown and restricted.
struct TextOption {
  std::string type = {};       // in --help: "DIR"; empty: TEXT
  std::string otherwise = {};  // in --help: what holds without the option; empty: its value
  std::vector<std::string> choices = {};  // the only values; empty: any
  bool required = false;
};

class Command {
 public:
  explicit Command(CLI::App& app) : app_(app) {}

  // A required argument by position.
  void argument(const std::string& name, std::string& value, const std::string& help);
  void text(const std::string& name, std::string& value, const std::string& help,
            const TextOption& how = {});
  void whole(const std::string& name, std::uint64_t& value, std::uint64_t low, std::uint64_t high,
             const std::string& help, const std::string& otherwise = "");
  // Greater than 0.
  void positive(const std::string& name, double& value, const std::string& help,
                const std::string& otherwise);
  void flag(const std::string& name, bool& value, const std::string& help);

 private:
  CLI::App& app_;
};

class CommandLine {
 public:
  CommandLine(const std::string& name, const std::string& description, const std::string& version);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  Command command(const std::string& name, const std::string& help, std::function<ExitCode()> work);

  // Parses, then runs the work of the command chosen. --help and --version print, and are proven
  // (0). Throws Error (usage, not_in_this_version), and what the work throws.
  ExitCode run(int argc, char** argv);

 private:
  std::unique_ptr<CLI::App> app_;
  std::function<ExitCode()> chosen_;
};

// Throws Error (not_in_this_version): "--granularity neuron with --method aster is not in this
// version".
[[noreturn]] void refuse_later(const std::string& what);

}  // namespace certifix::cli
