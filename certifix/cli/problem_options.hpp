// The options that say what must be proven, and the problem that they make.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "certifix/spec/problem.hpp"

namespace certifix::cli {

class Command;

struct ProblemOptions {
  std::string model = {};
  std::string box = {};          // empty: the model's own
  std::string error = {};        // "0.001" or "0.001,0.5"
  std::string input_exact = {};  // empty: any real input
  std::string out_of_range = "clamp";
  std::string max_word = "64";       // or "none"
  std::string max_accumulator = {};  // a width or "none"; empty: default_accumulator
};

// The network and its inputs: MODEL, --box, --input-exact, --out-of-range.
void add_network_options(Command& command, ProblemOptions& options);
// --max-word, --max-accumulator.
void add_limit_options(Command& command, ProblemOptions& options);
// Those, the bound and the limits.
void add_problem_options(Command& command, ProblemOptions& options);

struct ReadProblem {
  spec::Problem problem;
  std::vector<std::string> warnings;
};

// Reads the model and the box. `default_accumulator`: the limit when --max-accumulator is not
// given. Throws Error: usage, and all that import throws.
ReadProblem read_problem(const ProblemOptions& options, std::optional<int> default_accumulator);

// The texts that can be wrong without reading any file; read_problem() checks them too.
void check_problem_options(const ProblemOptions& options);

}  // namespace certifix::cli
