// certifix quantize: the main job, from the user's files to a folder with proof and source code.
#include "certifix/optimize/quantize.hpp"

#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <fstream>
#include <memory>
#include <mutex>
#include <thread>

#include "certifix/cli/command_line.hpp"
#include "certifix/cli/commands.hpp"
#include "certifix/cli/options.hpp"
#include "certifix/cli/output_folder.hpp"
#include "certifix/cli/problem_options.hpp"
#include "certifix/cli/targets.hpp"
#include "certifix/cli/terminal.hpp"
#include "certifix/import/import.hpp"
#include "certifix/report/report.hpp"

namespace certifix::cli {
namespace {

using optimize::Method;
using Seconds = std::vector<std::pair<std::string, double>>;

struct QuantizeOptions {
  ProblemOptions problem;
  std::string out;
  std::string method = "certifix";
  std::string granularity;
  std::string cost = "area";
  TargetOptions target;
  std::string input_bits;
  std::string write_lp;
  double time_limit = 0;  // seconds; 0: none
  bool gap = false;
  bool no_simplify = false;
  std::uint64_t leaves = 0;  // 0: by the network's size
  std::uint64_t aster_input_fraction = 20;
  std::string aster_fraction = "5:32";
  std::uint64_t seed = 0;
  CommonOptions common;
};

Method parse_method(const std::string& text) {
  if (text == "aster") return Method::aster;
  return text == "uniform" ? Method::uniform : Method::certifix;
}

// Methods other than certifix decide by themselves what shares a format.
optimize::Granularity parse_granularity(const std::string& text, Method method) {
  using optimize::Granularity;
  if (method == Method::certifix) {
    if (text.empty() || text == "neuron") return Granularity::neuron;
    if (text == "layer") return Granularity::layer;
    if (text == "weight") return Granularity::weight;
    if (text == "network") return Granularity::network;
  } else if (text.empty() || text == (method == Method::uniform ? "network" : "layer")) {
    return Granularity::layer;
  }
  refuse_later(fmt::format("--granularity {} with --method {}", text, report::name(method)));
}

// A model by its name, or of the user's own from a file.
cost::Model read_cost(const std::string& text) {
  if (std::optional<cost::Model> model = cost::named_model(text)) return std::move(*model);
  if (text.ends_with(".json")) return import::read_cost_model(text);
  std::string names;
  for (const std::string& name : cost::model_names()) names += name + ", ";
  throw Error(ErrorCode::usage, fmt::format("--cost: there is no cost model '{}'", text), {},
              "give one of " + names + "or a file that ends in .json (docs/cost-models.md)");
}

optimize::AsterOptions parse_aster(const QuantizeOptions& options) {
  const std::vector<std::string> range = split(options.aster_fraction, ':');
  if (range.size() != 2)
    throw Error(ErrorCode::usage,
                fmt::format("--aster-fraction: '{}' is not LO:HI", options.aster_fraction));
  optimize::AsterOptions aster;
  aster.input_fraction = static_cast<int>(options.aster_input_fraction);
  aster.fraction_low = parse_whole(range[0], 0, 200, "--aster-fraction");
  aster.fraction_high = parse_whole(range[1], aster.fraction_low, 200, "--aster-fraction");
  return aster;
}

void check_options(const QuantizeOptions& options) {
  check_problem_options(options.problem);
  (void)parse_granularity(options.granularity, parse_method(options.method));
  (void)parse_targets(options.target);
  (void)parse_aster(options);
}

// Sets a flag after some seconds, unless it ends first.
class TimeLimit {
 public:
  TimeLimit(double seconds, std::atomic<bool>& flag) {
    if (seconds <= 0) return;
    thread_ = std::thread([this, seconds, &flag] {
      std::unique_lock lock(mutex_);
      if (!ended_.wait_for(lock, std::chrono::duration<double>(seconds), [this] { return end_; }))
        flag = true;
    });
  }
  ~TimeLimit() {
    {
      const std::lock_guard lock(mutex_);
      end_ = true;
    }
    ended_.notify_all();
    if (thread_.joinable()) thread_.join();
  }
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  bool end_ = false;
  std::thread thread_;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void write_lp(const std::string& path, const std::string& lp) {
  if (path.empty()) return;
  if (lp.empty())
    throw Error(ErrorCode::usage, "--write-lp: the method has not solved a linear program", {},
                "use --method certifix with --granularity layer or neuron, or --method aster");
  std::ofstream file(path, std::ios::binary);
  file << lp;
  file.close();
  if (!file) throw Error(ErrorCode::cannot_write, "the file cannot be written", Origin{path, ""});
}

// Emits, writes the folder, prints the summary.
void deliver(const QuantizeOptions& options, const optimize::Quantized& quantized,
             const cost::Model& cost, Seconds seconds, unsigned threads, ProgressLine& progress) {
  const auto start = std::chrono::steady_clock::now();
  const report::Report report = report::make_report(quantized, parse_method(options.method), cost);
  const std::string json = report::report_json(report);
  std::vector<OutputFile> files{
      {"problem.txt", quantized.problem_text},
      {"certificate.txt", quantized.certificate_text},
      {"design.json", report::design_json(quantized.accepted.subject->design)},
      {"report.json", json}};
  for (const emit::Target target : parse_targets(options.target)) {
    progress.show("emit", emit::name(target));
    for (OutputFile& file : emit_target(target, options.target, quantized.accepted.subject))
      files.push_back(std::move(file));
  }
  seconds.insert(seconds.end(), quantized.seconds.begin(), quantized.seconds.end());
  seconds.emplace_back("emit", seconds_since(start));
  files.push_back({"timing.json", report::timing_json(seconds, threads)});
  progress.clear();
  write_folder(options.out, files);
  if (options.common.json) {
    print(json);
  } else if (!options.common.quiet) {
    print(report::summary(report) + "\nwritten to " + options.out + "\n");
  }
}

ExitCode unreachable(const QuantizeOptions& options, const optimize::Unreachable& no) {
  if (options.common.json) print(report::unreachable_json(no, parse_method(options.method)));
  throw Error(ErrorCode::not_reachable, no.reason,
              Origin{options.problem.model,
                     no.dominated_by.empty() ? "" : "dominated by the " + no.dominated_by},
              no.remedy);
}

[[noreturn]] void stopped(const QuantizeOptions& options, bool delivered) {
  const std::string cause =
      options.time_limit > 0 ? "interrupted, or the time limit is over" : "interrupted";
  throw Error(
      ErrorCode::limit_hit,
      cause + (delivered ? "; the best verified design so far is in " + options.out
                         : std::string("; no design was verified so far, nothing is written")),
      {}, delivered ? "" : "give it more time");
}

ExitCode quantize(const QuantizeOptions& options) {
  check_options(options);
  const cost::Model cost = read_cost(options.cost);
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

  optimize::Options how;
  how.method = parse_method(options.method);
  how.granularity = parse_granularity(options.granularity, how.method);
  how.aster = parse_aster(options);
  how.cost = cost;
  if (!options.input_bits.empty())
    how.input_bits = parse_per_input(options.input_bits, read.problem.network.input_count(), -1000,
                                     1000, "--input-bits");
  how.gap = options.gap;
  how.simplify = !options.no_simplify;
  if (options.leaves > 0) how.leaves = options.leaves;
  how.threads = thread_count(options.common.threads);
  how.progress = [&](std::string_view stage, std::string_view detail) {
    progress.show(stage, detail);
  };
  how.cancel = &interrupt.flag();
  const TimeLimit time_limit(options.time_limit, interrupt.flag());
  const optimize::Outcome outcome = optimize::quantize(read.problem, how);
  progress.clear();

  if (const auto* no = std::get_if<optimize::Unreachable>(&outcome)) {
    write_lp(options.write_lp, no->lp);
    return unreachable(options, *no);
  }
  if (const auto* cancelled = std::get_if<optimize::Cancelled>(&outcome)) {
    if (cancelled->best) deliver(options, *cancelled->best, cost, seconds, how.threads, progress);
    stopped(options, cancelled->best.has_value());
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
  command.text("--method", options->method, "certifix, aster (the paper's, repaired), uniform",
               {.choices = {"certifix", "aster", "uniform"}});
  command.text("--granularity", options->granularity, "what may have a format of its own",
               {.otherwise = "by method", .choices = {"network", "layer", "neuron", "weight"}});
  command.text("--cost", options->cost,
               "what to minimise: area, memory, lut, mcu, paper, or a .json file");
  command.flag("--gap", options->gap, "state how far the design may be from the model's optimum");
  add_target_options(command, options->target);
  command.text("--input-bits", options->input_bits,
               "fractional bits of the inputs, one or one for each; may be negative",
               {.type = "F[,F...]", .otherwise = "chosen"});
  command.text("--write-lp", options->write_lp, "write the last linear program to this file",
               {.type = "FILE"});
  command.positive("--time-limit", options->time_limit, "seconds; then exit 5", "none");
  command.whole("--aster-input-fraction", options->aster_input_fraction, 0, 200,
                "fractional bits of the inputs with --method aster");
  command.text("--aster-fraction", options->aster_fraction,
               "range of the fractional bits with --method aster", {.type = "LO:HI"});
  command.whole("--seed", options->seed, 0, UINT64_MAX,
                "for later versions: nothing depends on it yet");
  add_common_options(command, options->common, true);
  command.flag("--no-simplify", options->no_simplify, "keep the network's own structure");
  command.whole("--leaves", options->leaves, 0, 1000000,
                "leaves that the box may be split into, at most; 0: by the network's size");
  command.later({"--solver-command"});
}

}  // namespace certifix::cli
