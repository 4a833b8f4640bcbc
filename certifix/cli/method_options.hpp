// The options that say how a design is searched for.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "certifix/cli/options.hpp"
#include "certifix/optimize/quantize.hpp"

namespace certifix::cli {

class Command;

struct MethodOptions {
  std::string method = "certifix";
  std::string granularity = {};
  std::string cost = "area";
  std::string input_bits = {};
  SimplifyOptions simplify = {};
  std::uint64_t leaves = 0;  // 0: by the network's size
  std::uint64_t aster_input_fraction = 20;
  std::string aster_fraction = "5:32";
  std::string solver_command = {};  // empty: the built-in solver
  double solver_timeout = 300;      // seconds
};

void add_method_options(Command& command, MethodOptions& options);

optimize::Method parse_method(const std::string& text);
// A model by its name, or of the user's own from a file. Throws Error.
cost::Model read_cost(const std::string& text);
// What can be wrong without reading any file; throws Error (usage, not_in_this_version).
void check_method_options(const MethodOptions& options);
// Whether the method solves linear programs.
bool solves_programs(const MethodOptions& options);
// Without threads and progress. `inputs`: of the network; cancel outlives the result.
optimize::Options search_options(const MethodOptions& options, const cost::Model& cost,
                                 std::size_t inputs, const std::atomic<bool>& cancel);

}  // namespace certifix::cli
