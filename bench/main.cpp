// certifix-bench: all methods on the networks of the founding paper. docs/benchmark.md
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <sstream>
#include <thread>

#include "bench/aster_released/control.hpp"
#include "bench/measure.hpp"
#include "bench/networks.hpp"
#include "bench/references.hpp"
#include "bench/row.hpp"
#include "bench/summary.hpp"
#include "bench/table.hpp"
#include "certifix/base/error.hpp"

namespace certifix::bench {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string data;
  std::string out = "build/bench";
  std::vector<std::string> networks;
  std::vector<std::string> errors = {"1e-3", "1e-5"};
  std::vector<std::string> methods = {"certifix", "uniform", "aster"};
  std::vector<std::string> settings = {"A", "B", "C", "D"};
  bool quick = false;
  bool resume = false;
  unsigned threads = 0;
  double time_limit = 0;
  std::uint64_t evaluations = 0;
  std::uint64_t seed = 0;
};

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

std::vector<BenchmarkNetwork> chosen_networks(const Options& options) {
  std::vector<BenchmarkNetwork> chosen;
  for (const BenchmarkNetwork& network : benchmark_networks()) {
    const bool named = std::count(options.networks.begin(), options.networks.end(), network.name);
    if (options.networks.empty() ? network.quick || !options.quick : named)
      chosen.push_back(network);
  }
  if (chosen.size() < options.networks.size())
    throw Error(ErrorCode::usage, "--networks names a network that the benchmark does not have", {},
                "the names are those of the table's first column");
  return chosen;
}

std::vector<Job> jobs_of(const BenchmarkNetwork& network, const Options& options) {
  std::vector<Job> jobs;
  for (const std::string& error : options.errors)
    for (const std::string& method : options.methods) {
      if (method != "aster") jobs.push_back({network.name, error, method, ""});
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

int run(Options options) {
  if (options.quick) options.errors = {"1e-3"};
  MeasureOptions measure_options;
  measure_options.benchmarks = options.data.empty() ? find_benchmarks() : fs::path(options.data);
  measure_options.lp_folder = fs::path(options.out) / "lp";
  measure_options.threads =
      options.threads != 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  measure_options.time_limit = options.time_limit;
  measure_options.evaluations = options.evaluations;
  measure_options.seed = options.seed;
  const References references(measure_options.benchmarks);
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
  write_file(fs::path(options.out) / "table.txt", text);
  fmt::print("{}\nwritten to {}\n", text, options.out);
  if (summary.broken || summary.failed || !caught) return static_cast<int>(ExitCode::bug);
  return 0;
}

void add_options(CLI::App& app, Options& options) {
  app.add_option("--data", options.data, "folder of the networks")
      ->default_str("$CERTIFIX_BENCHMARKS");
  app.add_option("--out", options.out, "folder of the results")->capture_default_str();
  app.add_option("--networks", options.networks, "rows of the table; default: all")->delimiter(',');
  app.add_option("--errors", options.errors, "bounds")->delimiter(',')->capture_default_str();
  app.add_option("--methods", options.methods, "methods")
      ->delimiter(',')
      ->check(CLI::IsMember({"certifix", "uniform", "aster"}))
      ->capture_default_str();
  app.add_option("--settings", options.settings, "the paper's settings, for aster")
      ->delimiter(',')
      ->check(CLI::IsMember({"A", "B", "C", "D"}))
      ->capture_default_str();
  app.add_flag("--quick", options.quick, "four small networks at 1e-3");
  app.add_flag("--resume", options.resume, "keep the rows that OUT has already");
  app.add_option("--threads", options.threads, "0: all cores")->capture_default_str();
  app.add_option("--time-limit", options.time_limit, "seconds for quantize, each row; 0: none")
      ->capture_default_str();
  app.add_option("--evaluations", options.evaluations, "of the attack; 0: by size")
      ->capture_default_str();
  app.add_option("--seed", options.seed, "of the attack")->capture_default_str();
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
    return bench::run(options);
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return static_cast<int>(exit_code(error.code()));
  } catch (const std::exception& failure) {
    fmt::print(stderr, "bug: {}\n", failure.what());
    return static_cast<int>(ExitCode::bug);
  }
}
