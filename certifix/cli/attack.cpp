// certifix attack: searches the box for the largest error and compares it with the proven one.
#include "certifix/attack/attack.hpp"

#include <fmt/format.h>

#include <memory>

#include "certifix/cli/checked_folder.hpp"
#include "certifix/cli/command_line.hpp"
#include "certifix/cli/commands.hpp"
#include "certifix/cli/csv.hpp"
#include "certifix/cli/found_error.hpp"
#include "certifix/cli/json.hpp"
#include "certifix/cli/options.hpp"
#include "certifix/cli/terminal.hpp"
#include "certifix/import/file.hpp"

namespace certifix::cli {
namespace {

using num::Rational;

struct AttackOptions {
  std::string folder;
  std::string inputs;  // a CSV file to replay; empty: search
  std::uint64_t evaluations = 0;
  std::uint64_t seed = 0;
  CommonOptions common;
};

std::string percent(const Rational& part, const Rational& whole) {
  return num::decimal_down(Rational(100) * part / whole, 3);
}

std::string summary(const attack::Result& result, const check::Accepted& accepted) {
  std::string text =
      fmt::format("{}: {} inputs tried, the worst {} evaluated exactly\n",
                  accepted.subject->problem.network.name(), result.evaluations, result.confirmed);
  for (const attack::Finding& finding : result.per_functional) {
    const Rational& proven = accepted.theorem.proven[finding.functional];
    const Rational error = num::abs(finding.error);
    text += fmt::format("  output {}: largest error found {}, {} % of the proven {}\n    at {}\n",
                        finding.functional, num::decimal_down(error), percent(error, proven),
                        num::decimal_up(proven), point_text(finding.input));
  }
  return text;
}

attack::Result search(const AttackOptions& options, const check::Accepted& accepted,
                      unsigned threads) {
  return attack::attack(
      accepted.subject->problem, accepted.subject->design,
      {.evaluations = options.evaluations, .seed = options.seed, .threads = threads});
}

// The rows of the file, evaluated exactly.
attack::Result replay(const AttackOptions& options, const check::Accepted& accepted,
                      unsigned threads) {
  const std::string text = import::read_file(options.inputs, ErrorCode::malformed_inputs);
  const spec::Problem& problem = accepted.subject->problem;
  std::vector<std::vector<Rational>> points;
  for (CsvRow& row : parse_csv(text, problem.box.size(), options.inputs))
    points.push_back(std::move(row.values));
  if (points.empty())
    throw Error(ErrorCode::malformed_inputs, "the file holds no input", Origin{options.inputs, ""},
                "one row an input, one number for each of its elements");
  try {
    return attack::replay(problem, accepted.subject->design, points, threads);
  } catch (const Error& error) {
    // The attack knows no files: add the place.
    throw Error(error.code(), error.sentence(), Origin{options.inputs, error.origin().place},
                error.remedy());
  }
}

ExitCode attack(const AttackOptions& options) {
  const unsigned threads = thread_count(options.common.threads);
  ProgressLine progress(options.common.quiet);
  const check::Accepted accepted = check_folder(options.folder, threads, progress);
  progress.show("attack");
  const attack::Result result = options.inputs.empty() ? search(options, accepted, threads)
                                                       : replay(options, accepted, threads);
  progress.clear();
  const std::optional<Error> broken =
      broken_bound(result, accepted.theorem, options.folder, "the folder");
  if (options.common.json) {
    print(attack_json(result, accepted, broken.has_value()));
  } else if (!options.common.quiet) {
    print(summary(result, accepted));
  }
  if (broken) throw *broken;
  return ExitCode::proven;
}

}  // namespace

void add_attack(CommandLine& line) {
  auto options = std::make_shared<AttackOptions>();
  Command command = line.command("attack", "search the box for the largest error of a design",
                                 [options] { return attack(*options); });
  command.argument("DIR", options->folder, "a folder that quantize has written");
  command.text("--inputs", options->inputs,
               "CSV: evaluate these inputs exactly, instead of a search", {.type = "FILE"});
  command.whole("--evaluations", options->evaluations, 1, 1'000'000'000'000, "inputs to try",
                "by size");
  command.whole("--seed", options->seed, 0, UINT64_MAX, "seed of the search");
  add_common_options(command, options->common, true);
}

}  // namespace certifix::cli
