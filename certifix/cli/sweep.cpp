// certifix sweep: cost against bound, one analysis reused for all bounds.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>

#include "certifix/cli/command_line.hpp"
#include "certifix/cli/commands.hpp"
#include "certifix/cli/method_options.hpp"
#include "certifix/cli/options.hpp"
#include "certifix/cli/output_folder.hpp"
#include "certifix/cli/problem_options.hpp"
#include "certifix/cli/terminal.hpp"
#include "certifix/cli/time_limit.hpp"
#include "certifix/optimize/pareto.hpp"
#include "certifix/report/report.hpp"
#include "certifix/report/sweep.hpp"
#include "certifix/statement/statement.hpp"

namespace certifix::cli {
namespace {

using num::Rational;

constexpr std::uint64_t kMostBounds = 1000;
constexpr int kDigits = 3;  // of the bounds of a range

struct SweepOptions {
  ProblemOptions problem;
  MethodOptions method;
  std::string errors;
  std::string from, to;
  std::uint64_t steps = 0;
  std::string out;
  bool designs = false;
  double time_limit = 0;  // seconds; 0: none
  CommonOptions common;
};

Rational one_bound(const std::string& text, const std::string& option) {
  const std::vector<Rational> bounds = statement::parse_bounds(text);
  if (bounds.size() == 1) return bounds[0];
  throw Error(ErrorCode::usage, fmt::format("{}: '{}' is not one bound", option, text));
}

// From one bound to another in equal ratios; those between the ends have three digits.
std::vector<Rational> range(const SweepOptions& options) {
  if (options.from.empty() || options.to.empty() || options.steps < 2)
    throw Error(ErrorCode::usage, "the bounds are missing", {},
                "give --errors E1,E2,..., or --from E --to E --steps N with at least 2 steps");
  std::vector<Rational> bounds{one_bound(options.from, "--from")};
  const Rational last = one_bound(options.to, "--to");
  const auto logarithm = [](const Rational& x) {
    const long shift = num::bit_length(x.numerator()) - num::bit_length(x.denominator());
    const Rational near = num::scaled(x, -shift);
    return static_cast<double>(shift) +
           std::log2(static_cast<double>(num::floor_to(near, -50).get_d()) * 0x1p-50);
  };
  const double start = logarithm(bounds[0]), end = logarithm(last);
  for (std::uint64_t k = 1; k + 1 < options.steps; ++k) {
    const double at =
        start + (end - start) * static_cast<double>(k) / static_cast<double>(options.steps - 1);
    const double whole = std::floor(at);
    const num::Integer mantissa(std::exp2(at - whole) * 0x1p40);
    const Rational exact = num::scaled(Rational(mantissa), static_cast<long>(whole) - 40);
    bounds.push_back(*num::parse_decimal(num::decimal_up(exact, kDigits)));
  }
  bounds.push_back(last);
  return bounds;
}

std::vector<Rational> parse_errors(const SweepOptions& options) {
  const bool ranged = !options.from.empty() || !options.to.empty() || options.steps > 0;
  if (!options.errors.empty() && ranged)
    throw Error(ErrorCode::usage, "--errors and a range of bounds are both given", {},
                "give one of the two");
  std::vector<Rational> bounds =
      options.errors.empty() ? range(options) : statement::parse_bounds(options.errors);
  std::sort(bounds.begin(), bounds.end(), std::greater<>());
  if (std::adjacent_find(bounds.begin(), bounds.end()) != bounds.end())
    throw Error(ErrorCode::usage, "the same bound is given twice");
  if (bounds.size() > kMostBounds)
    throw Error(ErrorCode::usage, fmt::format("{} bounds; at most {}", bounds.size(), kMostBounds));
  return bounds;
}

// "designs/0.001": what quantize would write, without source code.
std::vector<OutputFile> design_files(const optimize::ParetoRow& row, optimize::Method method,
                                     const cost::Model& cost) {
  const std::string folder = "designs/" + num::decimal_up(row.bound, 17) + "/";
  const optimize::Quantized& design = *row.design;
  return {{folder + "problem.txt", design.problem_text},
          {folder + "certificate.txt", design.certificate_text},
          {folder + "design.json", report::design_json(design.accepted.subject->design)},
          {folder + "report.json", report::report_json(report::make_report(design, method, cost))}};
}

// What is still to be said when a table is written.
ExitCode verdict(const SweepOptions& options, const report::Sweep& sweep, bool stopped,
                 bool time_is_over) {
  if (stopped)
    throw Error(ErrorCode::limit_hit,
                fmt::format("{}; {} of {} bounds are in {}",
                            time_is_over ? "the time limit is over" : "interrupted",
                            sweep.rows.size(), sweep.asked, options.out));
  const auto reached = [](const optimize::ParetoRow& row) { return row.design.has_value(); };
  if (std::any_of(sweep.rows.begin(), sweep.rows.end(), reached)) return ExitCode::proven;
  const optimize::Unreachable& no = *sweep.rows.front().no;
  throw Error(ErrorCode::not_reachable, "none of the bounds is reached: " + no.reason,
              Origin{options.problem.model,
                     no.dominated_by.empty() ? "" : "dominated by the " + no.dominated_by},
              no.remedy);
}

ExitCode sweep(SweepOptions options) {
  const std::vector<Rational> bounds = parse_errors(options);
  options.problem.error = "1";  // each bound in its turn takes this one's place
  check_problem_options(options.problem);
  check_method_options(options.method);
  const cost::Model cost = read_cost(options.method.cost);
  check_destination(options.out);
  InterruptFlag interrupt;
  ProgressLine progress(options.common.quiet);
  progress.show("import", options.problem.model);
  const ReadProblem read = read_problem(options.problem, 64);
  progress.clear();
  warn(read.warnings);

  optimize::Options how =
      search_options(options.method, cost, read.problem.network.input_count(), interrupt.flag());
  how.threads = thread_count(options.common.threads);
  std::string current;
  std::vector<std::pair<std::string, double>> seconds;  // by bound
  auto start = std::chrono::steady_clock::now();
  const auto finish = [&] {
    const auto now = std::chrono::steady_clock::now();
    if (!current.empty())
      seconds.emplace_back(current, std::chrono::duration<double>(now - start).count());
    start = now;
  };
  how.progress = [&](std::string_view stage, std::string_view detail) {
    progress.show(
        fmt::format("bound {} ({} of {}), {}", current, seconds.size() + 1, bounds.size(), stage),
        detail);
  };
  const TimeLimit time_limit(options.time_limit, interrupt.flag());
  report::Sweep table{read.problem.network.name(), options.method.method, cost, bounds.size(), {}};
  table.rows = optimize::pareto(read.problem, how, bounds, [&](const Rational& bound) {
    finish();
    current = num::decimal_up(bound, 17);
  });
  finish();
  progress.clear();

  const bool stopped =
      interrupt.flag() && (table.rows.size() < bounds.size() || table.rows.back().stopped);
  if (table.rows.empty())
    throw Error(ErrorCode::limit_hit,
                std::string(time_limit.fired() ? "the time limit is over" : "interrupted") +
                    "; no design was verified so far, nothing is written",
                {}, "give it more time");
  std::vector<OutputFile> files{{"sweep.csv", report::sweep_csv(table)},
                                {"sweep.json", report::sweep_json(table)},
                                {"timing.json", report::timing_json(seconds, how.threads)}};
  for (const optimize::ParetoRow& row : table.rows) {
    if (!options.designs || !row.design) continue;
    for (OutputFile& file : design_files(row, how.method, cost)) files.push_back(std::move(file));
  }
  write_folder(options.out, files);
  if (options.common.json) {
    print(report::sweep_json(table));
  } else if (!options.common.quiet) {
    print(report::sweep_table(table) + "\nwritten to " + options.out + "\n");
  }
  return verdict(options, table, stopped, time_limit.fired());
}

}  // namespace

void add_sweep(CommandLine& line) {
  auto options = std::make_shared<SweepOptions>();
  Command command = line.command("sweep", "cost against bound, one analysis for all bounds",
                                 [options] { return sweep(*options); });
  add_network_options(command, options->problem);
  command.text("--errors", options->errors, "bounds, each for all outputs", {.type = "E1,E2,..."});
  command.text("--from", options->from, "instead: the first bound of a range", {.type = "E"});
  command.text("--to", options->to, "its last bound", {.type = "E"});
  command.whole("--steps", options->steps, 2, kMostBounds, "its bounds, in equal ratios", "none");
  command.text("--out", options->out, "folder to write, whole or not at all",
               {.type = "DIR", .required = true});
  command.flag("--designs", options->designs, "also write each design, to DIR/designs");
  add_limit_options(command, options->problem);
  add_method_options(command, options->method);
  command.positive("--time-limit", options->time_limit, "seconds; then exit 5", "none");
  add_common_options(command, options->common, true);
}

}  // namespace certifix::cli
