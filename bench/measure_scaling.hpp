// Times the analysis of leaves: the work that splitting the box consists of.
#pragma once

#include <filesystem>
#include <string>

#include "bench/networks.hpp"
#include "bench/scaling_table.hpp"

namespace certifix::bench {

// Grows a tree of `leaves` leaves (target 0) for the uniform design of the network as it
// is, not simplified, with one thread and with two; three times each in turn, at least half a
// second every time, of which the fastest counts. Throws Error (not_reachable) if there is no such
// design, Bug if the trees differ in analyses.
ScalingRow measure_scaling(const std::filesystem::path& benchmarks, const BenchmarkNetwork& network,
                           const std::string& error, std::size_t leaves);

}  // namespace certifix::bench
