// The main job: a problem in, a proven design out.
//
// quantize() holds the loop: analysis proposes, a method chooses grids, the design is realised, and
// the checker decides. What it returns as found was accepted by check::verify in this process.
//
// A Quantizer does so for several bounds of one problem. What does not depend on them is computed
// once: the simplified network with its ranges and norms, and the leaves that a bound has needed
// are those that the next one begins with.
//
// Example: the same network within 0.01, then within 0.001.
//   Quantizer quantizer(problem, options);
//   const Outcome coarse = quantizer.run({num::Rational(1, 100)});
//   const Outcome fine = quantizer.run({num::Rational(1, 1000)});
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "certifix/check/verify.hpp"
#include "certifix/cost/model.hpp"
#include "certifix/milp/solve.hpp"
#include "certifix/num/exact/rational.hpp"
#include "certifix/optimize/gap.hpp"
#include "certifix/optimize/shares.hpp"
#include "certifix/simplify/simplify.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::optimize {

enum class Method { certifix, aster, uniform };

// What has formats of its own with method certifix; the other methods have their own notion.
enum class Granularity {
  network,  // all weights, and all outputs
  layer,    // a block's weights, and its outputs
  neuron,   // a row's weights, and its output
  weight,   // a row's output; its weights share a word, but each value is chosen by itself
};

// The founding paper's settings (method.md's A 20 and 5:32, B 32 and 10:32, C exact 10 and 5:32,
// D exact 17 and 10:32).
struct AsterOptions {
  int input_fraction = 20;  // fractional bits of every input
  int fraction_low = 5;     // range of the fractional bits that the MILP may choose
  int fraction_high = 32;
};

// Called between steps, from one thread at a time. `stage` is a short word ("ranges", "search",
// "check"), `detail` one line.
using Progress = std::function<void(std::string_view stage, std::string_view detail)>;

struct Options {
  Method method = Method::certifix;
  Granularity granularity = Granularity::layer;
  AsterOptions aster;
  cost::Model cost = *cost::named_model("area");       // what method certifix minimises
  std::optional<std::vector<int>> input_bits;          // fractional bits, one or one per input
  bool gap = false;                                    // state the optimality gap of the model
  simplify::Extent simplify = simplify::Extent::full;  // of the exact rewrite
  std::optional<std::size_t> leaves;                   // at most; empty: by the network's size
  milp::Solver solver;  // of the integer programs; empty: the built-in one
  unsigned threads = 1;
  Progress progress;                          // may be empty
  const std::atomic<bool>* cancel = nullptr;  // set: stop at the next step with Cancelled
};

struct Quantized {
  check::Accepted accepted;
  std::string problem_text;
  std::string certificate_text;
  Shares shares;
  simplify::Statistics simplified;  // what the rewrite did
  // Per block (0 = inputs) the proven range of the real network before activation, for reports.
  std::vector<std::vector<std::pair<double, double>>> ranges;
  std::vector<std::pair<std::string, double>> seconds;  // per stage, for timing.json
  std::string lp;          // the last MILP as LP text (--write-lp); empty: the method solved none
  std::optional<Gap> gap;  // of method certifix by layers or neurons, if it was asked for
};

// What would bring the bounds within reach; each was tried. All of it together where `together`
// says so, otherwise each by itself.
struct Remedies {
  std::vector<num::Rational> bounds;  // reached as things are, one a functional; empty: none known
  std::optional<int> word;            // limits that suffice
  std::optional<int> accumulator;
  std::optional<std::vector<int>> input_bits;
  std::optional<std::size_t> leaves;
  bool together = false;  // all but the bounds
};

// "No": not reachable within the limits.
struct Unreachable {
  std::optional<num::Rational> smallest_bound;  // that was reached within the limits, if any
  std::vector<num::Rational> smallest_bounds;   // likewise, one a functional; the checker's
  std::string dominated_by;                     // the block and the source that dominate it
  std::string reason;                           // one sentence
  std::string remedy;                           // what to change
  Remedies remedies;                            // the same as values
  bool solver_proved = false;  // method aster: the solver proved its model infeasible
  std::string lp;              // as in Quantized
};

// Stopped: the best design so far, proven, if the analysis had accepted one.
struct Cancelled {
  std::optional<Quantized> best;
};

using Outcome = std::variant<Quantized, Unreachable, Cancelled>;

class Quantizer {
 public:
  // problem, options: outlive it. Their analysis waits for the first bound.
  Quantizer(const spec::Problem& problem, const Options& options);
  ~Quantizer();
  Quantizer(const Quantizer&) = delete;
  Quantizer& operator=(const Quantizer&) = delete;

  // bounds: one for all of the problem's functionals or one for each, instead of their own.
  Outcome run(const std::vector<num::Rational>& bounds);

 private:
  class Prepared;
  const spec::Problem& problem_;
  const Options& options_;
  std::unique_ptr<Prepared> prepared_;
};

// With the problem's own bounds.
Outcome quantize(const spec::Problem& problem, const Options& options);

}  // namespace certifix::optimize
