// The networks of the benchmark: those of the founding paper (Aster, EMSOFT 2023), which are not
// part of this project. They are read from a folder that holds, for each, aster/FOLDER/model.onnx
// and a box.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "certifix/spec/problem.hpp"

namespace certifix::bench {

struct BenchmarkNetwork {
  std::string name;    // of the row
  std::string folder;  // below aster/
  std::string box;     // file in the folder
  bool quick = false;  // part of --quick
};

// The paper's 18 networks, small ones first, and VertCasNN_133: VertCasNN on the paper's original,
// wider box.
const std::vector<BenchmarkNetwork>& benchmark_networks();

// $CERTIFIX_BENCHMARKS, or the folder shared/benchmarks beside the source tree. Throws Error
// (cannot_read) when neither holds the networks.
std::filesystem::path find_benchmarks();

// Network and box with one bound for every output; words of at most 64 bits, any accumulator.
// Inputs are any reals of the box.
spec::Problem read_problem(const std::filesystem::path& benchmarks, const BenchmarkNetwork& network,
                           const std::string& error);

}  // namespace certifix::bench
