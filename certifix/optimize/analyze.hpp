// A design for formats that the user brings, and what is proven of it.
//
// There is no bound to meet: analyze() realises the design of the formats (realize.hpp), splits the
// box where that proves more, and has the checker prove the error that comes out. What it returns
// was accepted by check::verify in this process, with accepted.theorem.proven[o] as the error of
// output o.
//
// The box is split until the error of every output is near what no splitting removes
// (error/floor.hpp), each on its own scale, until more leaves no longer help, or up to the budget.
//
// Example: 8 fractional bits for all weights, 6 for all values.
//   const AnalyzeOutcome outcome = analyze(problem, {.weight_bits = {8}, .activation_bits = {6}});
//   if (const auto* done = std::get_if<Analyzed>(&outcome)) print(done->accepted.theorem.proven);
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "certifix/check/verify.hpp"
#include "certifix/optimize/quantize.hpp"
#include "certifix/optimize/shares.hpp"
#include "certifix/simplify/simplify.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::optimize {

// A layer is a block of the network that is implemented: the problem's own, or its exact rewrite on
// the box, which may have fewer.
struct AnalyzeOptions {
  // Fractional bits, one number for all layers or one for each.
  std::vector<int> weight_bits;
  std::vector<int> activation_bits;
  // Likewise one for all inputs or one for each; empty: the first of activation_bits.
  std::optional<std::vector<int>> input_bits = {};
  simplify::Extent simplify = simplify::Extent::full;  // of the exact rewrite
  std::optional<std::size_t> leaves = {};              // at most; empty: by the network's size
  unsigned threads = 1;
  Progress progress = {};  // may be empty
};

struct Analyzed {
  check::Accepted accepted;
  simplify::Statistics simplified;  // what the rewrite did
  std::vector<int> weight_bits;     // fractional bits, one for each layer
  // Per block (0 = inputs) and row the proven range of the real network on the box before
  // activation, joined over the leaves of a proof: of the problem's own network, and of the one
  // that is implemented.
  std::vector<std::vector<std::pair<double, double>>> network;
  std::vector<std::vector<std::pair<double, double>>> implemented;
  // Rows of each block of the design that are unstable in the pair (real, implemented) on the whole
  // box: not proven to be both active or both inactive. Block 0, the inputs, has none.
  std::vector<std::size_t> unstable;
  Shares shares;  // of the output with the largest error, on the leaf where it is largest
};

// "No": the analysis holds no finite bound of the error.
struct Unbounded {
  std::string reason;  // one sentence
  std::string where;   // "layer 2, 'h2'"
  std::string remedy;  // what to change
};

using AnalyzeOutcome = std::variant<Analyzed, Unbounded>;

// The bounds of the problem's functionals are not read, and its limits must be empty. Throws Error
// (usage) when the numbers of fractional bits do not fit the network that is implemented.
AnalyzeOutcome analyze(const spec::Problem& problem, const AnalyzeOptions& options);

}  // namespace certifix::optimize
