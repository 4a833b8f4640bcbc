// Makes a design with formats neuron by neuron, has it proven, and enumerates all its input codes.
#pragma once

#include <filesystem>
#include <string>

#include "bench/exhaustive_table.hpp"
#include "bench/networks.hpp"

namespace certifix::bench {

// Says on stderr how much there is to enumerate before it begins, and warns above 2^31 corners: all
// are taken nevertheless, whatever it takes. Throws Error (not_reachable) without a design.
ExhaustiveRow measure_exhaustive(const std::filesystem::path& benchmarks,
                                 const BenchmarkNetwork& network, const std::string& error,
                                 unsigned threads);

}  // namespace certifix::bench
