#include "bench/options.hpp"

#include <algorithm>
#include <thread>

#include "certifix/base/error.hpp"
#include "certifix/cost/model.hpp"

namespace certifix::bench {

void add_options(CLI::App& app, Options& options) {
  app.add_option("--data", options.data, "folder of the networks")
      ->default_str("$CERTIFIX_BENCHMARKS");
  app.add_option("--out", options.out, "folder of the results")->capture_default_str();
  app.add_option("--networks", options.networks, "rows of the table")
      ->delimiter(',')
      ->default_str("by mode");
  app.add_option("--errors", options.errors, "bounds")->delimiter(',')->default_str("by mode");
  app.add_option("--methods", options.methods, "methods")
      ->delimiter(',')
      ->check(CLI::IsMember({"certifix", "certifix-layer", "uniform", "aster"}))
      ->capture_default_str();
  app.add_option("--settings", options.settings, "the paper's settings, for aster")
      ->delimiter(',')
      ->check(CLI::IsMember({"A", "B", "C", "D"}))
      ->capture_default_str();
  CLI::Option* minimised =
      app.add_option("--cost", options.cost, "what methods certifix and certifix-layer minimise")
          ->check(CLI::IsMember(cost::model_names()))
          ->capture_default_str();
  app.add_flag("--quick", options.quick, "four small networks at 1e-3");
  // A row's file does not say what was minimised.
  app.add_flag("--resume", options.resume, "keep the rows that OUT has already")
      ->excludes(minimised);
  app.add_option("--simplify", options.simplify,
                 "how much of the networks' own structure goes (certifix and uniform)")
      ->check(CLI::IsMember({"full", "dead", "none"}))
      ->capture_default_str();
  app.add_option("--leaves", options.leaves, "leaves of a split box, at most; 0: by size")
      ->capture_default_str();
  app.add_option("--threads", options.threads, "0: all cores")->capture_default_str();
  app.add_option("--time-limit", options.time_limit, "seconds for quantize, each row; 0: none")
      ->capture_default_str();
  app.add_option("--evaluations", options.evaluations, "of the attack; 0: by size")
      ->capture_default_str();
  app.add_option("--seed", options.seed, "of the attack")->capture_default_str();
  CLI::Option* exhaustive = app.add_flag("--exhaustive", options.exhaustive,
                                         "instead: every input code and every corner of its cell");
  CLI::Option* uniform =
      app.add_flag("--uniform-table", options.uniform_table,
                   "instead: fractional bits of method uniform beside uniform_bits.csv");
  CLI::Option* scaling = app.add_flag("--scaling", options.scaling,
                                      "instead: leaves analysed per second, one core and two");
  CLI::Option* float_c = app.add_flag("--float-c", options.float_c,
                                      "instead: the networks as float32 C, and where they are");
  exhaustive->excludes(uniform)->excludes(scaling)->excludes(float_c);
  uniform->excludes(scaling)->excludes(float_c);
  scaling->excludes(float_c);
}

Options completed(Options options) {
  if (options.errors.empty()) {
    options.errors = {"1e-3"};
    if (!options.quick && !options.exhaustive && !options.scaling) options.errors.push_back("1e-5");
  }
  if (options.networks.empty() && options.exhaustive)
    options.networks = {"SinglePendulumNN", "VertCasNN_133"};
  if (options.networks.empty() && options.scaling)
    options.networks = {"MountainCarNN", "ACC3NN", "ACC7NN", "AirplaneNN"};
  if (options.threads == 0) options.threads = std::max(1u, std::thread::hardware_concurrency());
  return options;
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

}  // namespace certifix::bench
