// Measures one row: reads the network, quantizes, checks again, attacks.
#pragma once

#include <cstdint>
#include <filesystem>

#include "bench/networks.hpp"
#include "bench/row.hpp"

namespace certifix::bench {

struct MeasureOptions {
  std::filesystem::path benchmarks;
  std::filesystem::path lp_folder;  // for the models of infeasible aster rows
  std::string cost = "area";        // a model by name, for method certifix
  unsigned threads = 1;
  std::size_t leaves = 0;         // of a split box, at most; 0: by the network's size
  double time_limit = 0;          // seconds for quantize; 0: none
  std::uint64_t evaluations = 0;  // of attack; 0: its default
  std::uint64_t seed = 0;
};

// Never throws for what the row itself does wrong: that is Status::failed.
Row measure(const Job& job, const BenchmarkNetwork& network, const MeasureOptions& options);

}  // namespace certifix::bench
