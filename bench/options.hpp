// The command line of certifix-bench.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/networks.hpp"

namespace certifix::bench {

struct Options {
  std::string data;
  std::string out = "build/bench";
  std::vector<std::string> networks;  // empty: by mode
  std::vector<std::string> errors;    // empty: by mode
  std::vector<std::string> methods = {"certifix", "certifix-layer", "uniform", "aster"};
  std::vector<std::string> settings = {"A", "B", "C", "D"};
  std::string cost = "area";
  bool quick = false;
  bool resume = false;
  std::string simplify = "full";
  // At most one of these: something else than the table of all methods.
  bool exhaustive = false;
  bool uniform_table = false;
  bool scaling = false;
  bool float_c = false;
  std::size_t leaves = 0;  // 0: by mode
  unsigned threads = 0;    // 0: all cores
  double time_limit = 0;
  std::uint64_t evaluations = 0;
  std::uint64_t seed = 0;
};

void add_options(CLI::App& app, Options& options);

// Fills in what the mode leaves open: bounds, networks, threads.
Options completed(Options options);

// The networks that --networks names, in the benchmark's order; without it all, or the quick ones.
// Throws Error (usage) for a name that the benchmark does not have.
std::vector<BenchmarkNetwork> chosen_networks(const Options& options);

}  // namespace certifix::bench
