// What people and tools read about formats that the user brings: what is proven of them, and what a
// search has found.
//
// Proven errors and ranges are decimals rounded outward, found errors are rounded down: each is
// true as it is printed.
//
// Example:
//   const Analysis analysis = make_analysis(analyzed, attack::attack(problem, design));
//   print(analysis_summary(analysis));
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "certifix/attack/attack.hpp"
#include "certifix/cost/cost.hpp"
#include "certifix/optimize/analyze.hpp"
#include "certifix/report/layer.hpp"

namespace certifix::report {

// A layer of the network as it was read; the inputs have no activation.
struct NetworkLayer {
  std::string name;
  std::size_t rows = 0;
  RealRange range;
};

// A layer of the design; the inputs, layer 0, have no weights.
struct DesignLayer {
  Layer layer;
  int weight_lsb = 0;        // the exponent asked for
  std::size_t unstable = 0;  // rows that are unstable in the pair (real, implemented)
};

struct OutputError {
  std::string proven;
  std::string found;            // "0" if every point was exact
  std::string ratio;            // proven / found, rounded up; empty if nothing was found
  std::vector<std::string> at;  // the input that shows `found`, exact
};

struct Analysis {
  std::string network;
  bool clamp = true;
  std::vector<OutputError> outputs;
  std::size_t leaves = 0;         // of the proof
  std::uint64_t evaluations = 0;  // inputs that the search tried
  std::size_t confirmed = 0;      // of those, evaluated exactly
  cost::Cost cost;
  simplify::Statistics simplified;
  std::vector<NetworkLayer> network_layers;  // inputs first
  std::vector<DesignLayer> layers;           // inputs first
};

// found: of the design of `analyzed`, without an overflow.
Analysis make_analysis(const optimize::Analyzed& analyzed, const attack::Result& found);

// A page of plain text with a line for each layer; ends with a newline.
std::string analysis_summary(const Analysis& analysis);

// docs/command-line.md lists the fields.
std::string analysis_json(const Analysis& analysis);

}  // namespace certifix::report
