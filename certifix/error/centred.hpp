// R-CENTRED and R-PATTERNS: many targets (neurons of a block, or functionals) carried back at once.
#pragma once

#include <utility>
#include <vector>

#include "certifix/error/pair.hpp"

namespace certifix::error {

// Targets as forms over the errors of finished blocks, and over the real activations.
struct Targets {
  range::LinearForms errors;        // G: coefficients of e_s; constants unused
  range::LinearForms differences;   // B: coefficients of a_s, constants of biases
  std::vector<num::Enclosure> own;  // sources that are added as they are (rho, db)
  std::vector<double> radius;       // what unstable slopes may deviate
};

struct CentredBound {
  std::vector<num::Enclosure> total;  // per target
  // |C| of each target for every row, kept on request: [block] count * size values.
  std::vector<std::vector<double>> coefficients;
  // |C| before the slope, times max|delta|, of unstable rows: what an enumeration would save.
  std::vector<std::vector<double>> deviation;
};

// delta of the given rows of block b, whose earlier blocks are finished.
Targets row_targets(const Pair& pair, std::size_t b, const std::vector<std::size_t>& rows);

// All functionals, each 2^enumerated.size() times: copy k of functional f is target f * 2^n + k,
// and has slope (k >> j) & 1 at enumerated[j].
Targets functional_targets(const Pair& pair, std::size_t copies);

CentredBound centred_bound(const Pair& pair, Targets targets,
                           const std::vector<Enumerated>& enumerated, bool keep);

}  // namespace certifix::error
