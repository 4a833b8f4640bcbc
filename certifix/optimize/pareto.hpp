// Cost against bound: one problem for several bounds, on one analysis (Quantizer).
//
// Bounds go from the largest to the smallest. A design that was found for a smaller bound keeps a
// larger one as well: where it is cheaper than what was found there, or nothing was found, it
// takes that place, proven again for that bound. So cost never rises with the bound.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "certifix/optimize/quantize.hpp"

namespace certifix::optimize {

struct ParetoRow {
  num::Rational bound;                        // of every functional
  std::optional<Quantized> design;            // accepted by check::verify for this bound
  std::optional<Unreachable> no;              // without a design
  std::optional<num::Rational> designed_for;  // the smaller bound whose design this is
  bool stopped = false;                       // while this bound was searched
};

// One row a bound, the largest first; bounds are distinct and above 0. When the options' flag is
// set, the rows that there are so far: the last may have a design that was not finished. begins:
// called before each bound, may be empty.
std::vector<ParetoRow> pareto(const spec::Problem& problem, const Options& options,
                              std::vector<num::Rational> bounds,
                              const std::function<void(const num::Rational&)>& begins = {});

}  // namespace certifix::optimize
