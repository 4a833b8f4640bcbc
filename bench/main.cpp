// certifix-bench: all methods on the networks of the founding paper. docs/benchmark.md
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "bench/aster_released/control.hpp"
#include "bench/float_source.hpp"
#include "bench/measure.hpp"
#include "bench/measure_exhaustive.hpp"
#include "bench/measure_scaling.hpp"
#include "bench/networks.hpp"
#include "bench/options.hpp"
#include "bench/references.hpp"
#include "bench/row.hpp"
#include "bench/summary.hpp"
#include "bench/table.hpp"
#include "bench/uniform_table.hpp"
#include "certifix/base/error.hpp"

namespace certifix::bench {
namespace {

namespace fs = std::filesystem;

void write_file(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw Error(ErrorCode::cannot_write, "cannot write", Origin{path.string(), ""});
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string setting(const std::string& simplify) {
  if (simplify == "none") return kNoSimplify;
  return simplify == "dead" ? kDeadOnly : "";
}

std::vector<Job> jobs_of(const BenchmarkNetwork& network, const Options& options) {
  std::vector<Job> jobs;
  for (const std::string& error : options.errors)
    for (const std::string& method : options.methods) {
      if (method != "aster")
        jobs.push_back({network.name, error, method, setting(options.simplify)});
      for (const std::string& setting : options.settings)
        if (method == "aster") jobs.push_back({network.name, error, method, setting});
    }
  return jobs;
}

std::string progress_line(const Row& row) {
  const std::string outcome = row.verified() ? fmt::format("area {}, proven {}, found {}",
                                                           row.cost.area, row.proven, row.found)
                                             : row.reason;
  return fmt::format("{}: {}, {} ({:.1f} s, check {:.1f} s, attack {:.1f} s)\n", row.job.key(),
                     name(row.status), outcome, row.quantize_seconds, row.check_seconds,
                     row.attack_seconds);
}

// A row takes at most seconds to minutes, so each is written as it is ready.
Row measured(const Job& job, const BenchmarkNetwork& network, const Options& options,
             const MeasureOptions& measure_options) {
  const fs::path file = fs::path(options.out) / "rows" / (job.key() + ".json");
  if (options.resume && fs::exists(file)) {
    Row row = from_json_text(read_file(file), file.string());
    if (row.job == job && row.status != Status::failed) return row;
  }
  Row row = measure(job, network, measure_options);
  write_file(file, to_json_text(row));
  fmt::print(stderr, "{}", progress_line(row));
  return row;
}

// The formats of the founding tool as released are not sound: an attack and a checker that let
// them pass would be worth nothing.
bool add_positive_control(const MeasureOptions& measure_options, const fs::path& out,
                          std::string& text) {
  aster_released::ControlOptions options;
  options.benchmarks = measure_options.benchmarks;
  options.threads = measure_options.threads;
  const auto rows = aster_released::positive_control(options);
  write_file(out / "positive_control.csv", aster_released::control_csv(rows));
  text += "\npositive control: the paper's formats as released, in multiples of the bound\n" +
          aster_released::control_table(rows) + aster_released::control_summary(rows);
  return aster_released::control_caught(rows);
}

// The rows of the chosen networks.
std::vector<Row> measured_rows(const Options& options, const MeasureOptions& measure_options) {
  fs::create_directories(fs::path(options.out) / "rows");
  std::vector<Row> rows;
  for (const BenchmarkNetwork& network : chosen_networks(options))
    for (const Job& job : jobs_of(network, options))
      rows.push_back(measured(job, network, options, measure_options));
  // By bound, then by network, as people compare.
  std::stable_sort(rows.begin(), rows.end(), [&options](const Row& a, const Row& b) {
    const auto rank = [&options](const Row& row) {
      return std::find(options.errors.begin(), options.errors.end(), row.job.error);
    };
    return rank(a) < rank(b);
  });
  return rows;
}

// The end of every mode: the text to OUT and to stdout, and the exit code.
int finished(const fs::path& out, const char* file, const std::string& text, bool sound) {
  write_file(out / file, text);
  fmt::print("{}\nwritten to {}\n", text, out.string());
  return sound ? 0 : static_cast<int>(ExitCode::bug);
}

int run_methods(const Options& options, const MeasureOptions& measure_options) {
  const References references(measure_options.benchmarks);
  const std::vector<Row> rows = measured_rows(options, measure_options);
  write_file(fs::path(options.out) / "results.json", json(rows));
  write_file(fs::path(options.out) / "results.csv", csv(rows, references));
  const Summary summary = summarize(rows);
  std::string text = table(rows, references);
  if (const std::string settings = settings_table(rows, references); !settings.empty())
    text += "\naster, paper cost here / as the paper prints it, by setting\n" + settings;
  const bool caught =
      !options.networks.empty() || add_positive_control(measure_options, options.out, text);
  text += "\n" + summary.text;
  if (!caught) text += "the positive control was NOT caught\n";
  return finished(options.out, "table.txt", text, !summary.broken && !summary.failed && caught);
}

int run_uniform_table(Options options, const MeasureOptions& measure_options) {
  options.methods = {"uniform"};
  std::vector<Row> rows;
  for (const char* simplify : {"none", "full"}) {
    options.simplify = simplify;
    for (Row& row : measured_rows(options, measure_options)) rows.push_back(std::move(row));
  }
  const Summary summary = summarize(rows);
  return finished(options.out, "uniform_table.txt",
                  uniform_table(rows, References(measure_options.benchmarks)) + summary.failures,
                  !summary.broken && !summary.failed);
}

int run_exhaustive(const Options& options, const MeasureOptions& measure_options) {
  std::vector<ExhaustiveRow> rows;
  std::string text;
  bool sound = true;
  for (const BenchmarkNetwork& network : chosen_networks(options))
    for (const std::string& error : options.errors) {
      rows.push_back(
          measure_exhaustive(measure_options.benchmarks, network, error, measure_options.threads));
      sound = sound && !broken(rows.back());
      text += (text.empty() ? "" : "\n") + exhaustive_text(rows.back());
    }
  write_file(fs::path(options.out) / "exhaustive.csv", exhaustive_csv(rows));
  return finished(options.out, "exhaustive.txt", text, sound);
}

int run_scaling(const Options& options, const MeasureOptions& measure_options) {
  constexpr std::size_t kLeaves = 512;
  std::vector<ScalingRow> rows;
  for (const BenchmarkNetwork& network : chosen_networks(options))
    rows.push_back(measure_scaling(measure_options.benchmarks, network, options.errors[0],
                                   options.leaves != 0 ? options.leaves : kLeaves));
  return finished(options.out, "scaling.txt", scaling_table(rows), true);
}

// One folder a network: float.c, and in subject.json the files that it was read from and the
// paper's table; prints the names.
int run_float_c(const Options& options, const fs::path& benchmarks) {
  const fs::path paper = fs::absolute(benchmarks / "aster" / "aster_paper_results.csv");
  for (const BenchmarkNetwork& network : chosen_networks(options)) {
    const fs::path folder = fs::path(options.out) / network.name;
    const fs::path data = fs::absolute(benchmarks / "aster" / network.folder);
    fs::create_directories(folder);
    write_file(folder / "float.c",
               float_source(read_problem(benchmarks, network, options.errors[0]).network));
    write_file(folder / "subject.json", nlohmann::json({{"network", network.name},
                                                        {"model", (data / "model.onnx").string()},
                                                        {"box", (data / network.box).string()},
                                                        {"paper", paper.string()}})
                                                .dump(1) +
                                            "\n");
    fmt::print("{}\n", network.name);
  }
  return 0;
}

int run(const Options& options) {
  MeasureOptions measure_options;
  measure_options.benchmarks = options.data.empty() ? find_benchmarks() : fs::path(options.data);
  measure_options.lp_folder = fs::path(options.out) / "lp";
  measure_options.cost = options.cost;
  measure_options.threads = options.threads;
  measure_options.leaves = options.leaves;
  measure_options.time_limit = options.time_limit;
  measure_options.evaluations = options.evaluations;
  measure_options.seed = options.seed;
  fs::create_directories(options.out);
  if (options.exhaustive) return run_exhaustive(options, measure_options);
  if (options.uniform_table) return run_uniform_table(options, measure_options);
  if (options.scaling) return run_scaling(options, measure_options);
  if (options.float_c) return run_float_c(options, measure_options.benchmarks);
  return run_methods(options, measure_options);
}

}  // namespace
}  // namespace certifix::bench

int main(int argc, char** argv) {
  using namespace certifix;
  bench::Options options;
  CLI::App app("The benchmark: cost, bounds and times of all methods");
  bench::add_options(app, options);
  CLI11_PARSE(app, argc, argv);
  try {
    return bench::run(bench::completed(std::move(options)));
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return static_cast<int>(exit_code(error.code()));
  } catch (const std::exception& failure) {
    fmt::print(stderr, "bug: {}\n", failure.what());
    return static_cast<int>(ExitCode::bug);
  }
}
