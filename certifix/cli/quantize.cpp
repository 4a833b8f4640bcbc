// certifix quantize: the main job, from the user's files to a folder with proof and source code.
#include "certifix/optimize/quantize.hpp"

#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <memory>

#include "certifix/cli/command_line.hpp"
#include "certifix/cli/commands.hpp"
#include "certifix/cli/method_options.hpp"
#include "certifix/cli/options.hpp"
#include "certifix/cli/output_folder.hpp"
#include "certifix/cli/problem_options.hpp"
#include "certifix/cli/targets.hpp"
#include "certifix/cli/terminal.hpp"
#include "certifix/cli/time_limit.hpp"
#include "certifix/report/report.hpp"

namespace certifix::cli {
namespace {

using Seconds = std::vector<std::pair<std::string, double>>;

struct QuantizeOptions {
  ProblemOptions problem;
  std::string out;
  MethodOptions method;
  TargetOptions target;
  std::string write_lp;
  double time_limit = 0;  // seconds; 0: none
  bool gap = false;
  std::uint64_t seed = 0;
  CommonOptions common;
};

void check_options(const QuantizeOptions& options) {
  check_problem_options(options.problem);
  check_method_options(options.method);
  (void)parse_targets(options.target);
  if (!options.write_lp.empty() && !solves_programs(options.method))
    throw Error(
        ErrorCode::usage, "--write-lp: this method solves no linear program", {},
        "use --method certifix with granularity layer, neuron or weight, or --method aster");
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Nothing where the search ended before it came to a linear program.
void write_lp(const std::string& path, const std::string& lp) {
  if (path.empty() || lp.empty()) return;
  std::ofstream file(path, std::ios::binary);
  file << lp;
  file.close();
  if (!file) throw Error(ErrorCode::cannot_write, "the file cannot be written", Origin{path, ""});
}

// The report's circuit, and the sources of all targets. Throws Error (target_refused).
std::vector<OutputFile> emit_all(const QuantizeOptions& options, report::Report& report,
                                 const check::Verified<check::Subject>& subject,
                                 ProgressLine& progress) {
  report.circuit = choose_circuit(options.target, subject->design);
  std::vector<OutputFile> sources;
  for (const emit::Target target : parse_targets(options.target)) {
    progress.show("emit", emit::name(target));
    for (OutputFile& file : emit_target(target, options.target, report.circuit, subject))
      sources.push_back(std::move(file));
  }
  return sources;
}

// Emits, writes the folder, prints the summary. A target that refuses the design costs its sources,
// not the design: then the folder is written without any, and the Error (target_refused) says so.
void deliver(const QuantizeOptions& options, const optimize::Quantized& quantized,
             const cost::Model& cost, Seconds seconds, unsigned threads, ProgressLine& progress) {
  const auto start = std::chrono::steady_clock::now();
  report::Report report = report::make_report(quantized, parse_method(options.method.method), cost);
  progress.show("emit", "");
  std::vector<OutputFile> sources;
  std::optional<Error> refused;
  try {
    sources = emit_all(options, report, quantized.accepted.subject, progress);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::target_refused) throw;
    refused = error;
  }
  const std::string json = report::report_json(report);
  std::vector<OutputFile> files{
      {"problem.txt", quantized.problem_text},
      {"certificate.txt", quantized.certificate_text},
      {"design.json", report::design_json(quantized.accepted.subject->design)},
      {"report.json", json}};
  files.insert(files.end(), std::make_move_iterator(sources.begin()),
               std::make_move_iterator(sources.end()));
  seconds.insert(seconds.end(), quantized.seconds.begin(), quantized.seconds.end());
  seconds.emplace_back("emit", seconds_since(start));
  files.push_back({"timing.json", report::timing_json(seconds, threads)});
  progress.clear();
  write_folder(options.out, files);
  if (refused)
    throw Error(refused->code(),
                refused->sentence() + "; the proven design is in " + options.out +
                    ", without source code: certifix emit writes it",
                refused->origin(), refused->remedy());
  if (options.common.json) {
    print(json);
  } else if (!options.common.quiet) {
    print(report::summary(report) + "\nwritten to " + options.out + "\n");
  }
}

ExitCode unreachable(const QuantizeOptions& options, const optimize::Unreachable& no) {
  if (options.common.json) print(report::unreachable_json(no, parse_method(options.method.method)));
  throw Error(ErrorCode::not_reachable, no.reason,
              Origin{options.problem.model,
                     no.dominated_by.empty() ? "" : "dominated by the " + no.dominated_by},
              no.remedy);
}

[[noreturn]] void stopped(const QuantizeOptions& options, bool time_is_over, bool delivered) {
  throw Error(ErrorCode::limit_hit,
              (time_is_over ? "the time limit is over" : "interrupted") +
                  (delivered ? "; the best verified design so far is in " + options.out
                             : std::string("; no design was verified so far, nothing is written")),
              {}, delivered ? "" : "give it more time");
}

ExitCode quantize(const QuantizeOptions& options) {
  check_options(options);
  const cost::Model cost = read_cost(options.method.cost);
  check_destination(options.out);
  const std::vector<emit::Target> targets = parse_targets(options.target);
  const bool for_c = std::find(targets.begin(), targets.end(), emit::Target::c) != targets.end();
  InterruptFlag interrupt;
  ProgressLine progress(options.common.quiet);

  const auto start = std::chrono::steady_clock::now();
  progress.show("import", options.problem.model);
  const ReadProblem read =
      read_problem(options.problem, for_c ? std::optional<int>(64) : std::nullopt);
  progress.clear();
  warn(read.warnings);
  Seconds seconds{{"import", seconds_since(start)}};

  optimize::Options how =
      search_options(options.method, cost, read.problem.network.input_count(), interrupt.flag());
  how.gap = options.gap;
  how.threads = thread_count(options.common.threads);
  how.progress = [&](std::string_view stage, std::string_view detail) {
    progress.show(stage, detail);
  };
  const TimeLimit time_limit(options.time_limit, interrupt.flag());
  const optimize::Outcome outcome = optimize::quantize(read.problem, how);
  progress.clear();

  if (const auto* no = std::get_if<optimize::Unreachable>(&outcome)) {
    write_lp(options.write_lp, no->lp);
    return unreachable(options, *no);
  }
  if (const auto* cancelled = std::get_if<optimize::Cancelled>(&outcome)) {
    if (cancelled->best) write_lp(options.write_lp, cancelled->best->lp);
    if (cancelled->best) deliver(options, *cancelled->best, cost, seconds, how.threads, progress);
    stopped(options, time_limit.fired(), cancelled->best.has_value());
  }
  const auto& quantized = std::get<optimize::Quantized>(outcome);
  write_lp(options.write_lp, quantized.lp);
  deliver(options, quantized, cost, seconds, how.threads, progress);
  return ExitCode::proven;
}

}  // namespace

void add_quantize(CommandLine& line) {
  auto options = std::make_shared<QuantizeOptions>();
  Command command =
      line.command("quantize", "find a fixed-point program that is proven to keep the bound",
                   [options] { return quantize(*options); });
  add_problem_options(command, options->problem);
  command.text("--out", options->out, "folder to write, whole or not at all",
               {.type = "DIR", .required = true});
  add_method_options(command, options->method);
  command.flag("--gap", options->gap,
               "state how well the model is solved, and how far the design is from its optimum");
  add_target_options(command, options->target);
  command.text("--write-lp", options->write_lp, "write the last linear program to this file",
               {.type = "FILE"});
  command.positive("--time-limit", options->time_limit, "seconds; then exit 5", "none");
  command.whole("--seed", options->seed, 0, UINT64_MAX,
                "for later versions: nothing depends on it yet");
  add_common_options(command, options->common, true);
}

}  // namespace certifix::cli
