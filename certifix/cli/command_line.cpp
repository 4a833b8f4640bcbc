#include "certifix/cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <utility>

namespace certifix::cli {
namespace {

// In --help, "[what]" beside the option.
void show_default(CLI::Option& option, const std::string& otherwise) {
  if (otherwise.empty()) {
    option.capture_default_str();
  } else {
    option.default_str(otherwise);
  }
}

}  // namespace

void Command::argument(const std::string& name, std::string& value, const std::string& help) {
  app_.add_option(name, value, help)->required()->type_name("");
}

void Command::text(const std::string& name, std::string& value, const std::string& help,
                   const TextOption& how) {
  CLI::Option& option = *app_.add_option(name, value, help);
  if (!how.type.empty()) option.type_name(how.type);
  if (!how.choices.empty()) option.check(CLI::IsMember(how.choices));
  if (how.required) option.required();
  if (!value.empty() || !how.otherwise.empty()) show_default(option, how.otherwise);
}

void Command::whole(const std::string& name, std::uint64_t& value, std::uint64_t low,
                    std::uint64_t high, const std::string& help, const std::string& otherwise) {
  CLI::Option& option = *app_.add_option(name, value, help);
  option.check(CLI::Range(low, high).description(""))->type_name("N");
  show_default(option, otherwise);
}

void Command::positive(const std::string& name, double& value, const std::string& help,
                       const std::string& otherwise) {
  CLI::Option& option = *app_.add_option(name, value, help);
  option.check(CLI::Validator(CLI::PositiveNumber).description(""))->type_name("S");
  show_default(option, otherwise);
}

void Command::flag(const std::string& name, bool& value, const std::string& help) {
  app_.add_flag(name, value, help);
}

CommandLine::CommandLine(const std::string& name, const std::string& description,
                         const std::string& version)
    : app_(std::make_unique<CLI::App>(description, name)) {
  app_->set_version_flag("--version", version);
  app_->require_subcommand(1);
}

CommandLine::~CommandLine() = default;

Command CommandLine::command(const std::string& name, const std::string& help,
                             std::function<ExitCode()> work) {
  CLI::App& command = *app_->add_subcommand(name, help);
  command.callback([this, work = std::move(work)] { chosen_ = work; });
  return Command(command);
}

ExitCode CommandLine::run(int argc, char** argv) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    app_->exit(success);
    return ExitCode::proven;
  } catch (const CLI::ParseError& error) {
    const auto used = app_->get_subcommands();
    const bool unknown = used.empty() && argc > 1 && argv[1][0] != '-';
    throw Error(ErrorCode::usage,
                unknown ? "there is no command '" + std::string(argv[1]) + "'" : error.what(), {},
                app_->get_name() + (used.empty() ? "" : " " + used[0]->get_name()) + " --help");
  }
  return chosen_();
}

void refuse_later(const std::string& what) {
  throw Error(ErrorCode::not_in_this_version, what + " is not in this version", {},
              "docs/command-line.md says what is");
}

}  // namespace certifix::cli
