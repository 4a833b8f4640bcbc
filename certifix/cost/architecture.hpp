// Which circuit a design becomes, and what it is expected to take: estimates before any synthesis.
//
// Example:
//   Request request;                                     // auto, within an xc7z020
//   request.cycles = 350;
//   const Circuit circuit = choose_circuit(design, request);
//   circuit.architecture, circuit.lanes                  // folded, 100
//   circuit.reason                                       // one sentence
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "certifix/design/design.hpp"
#include "certifix/netlist/folded.hpp"
#include "certifix/netlist/netlist.hpp"

namespace certifix::cost {

// parallel: one result in each cycle, no multipliers. folded: multipliers that serve all rows in
// turn.
enum class Architecture { parallel, folded };
std::string_view name(Architecture architecture);

struct Request {
  std::optional<Architecture> architecture;  // none: what fits, parallel first
  std::optional<int> lanes;                  // folded: that many
  std::optional<int> cycles;                 // latency at most
  std::int64_t max_luts = 53200;             // those of an xc7z020
  std::int64_t max_dsps = 220;
  int levels = 3;  // of adders between two registers
};

// How many adders in a row a clock period leaves room for between two registers on a 7-series
// device: kStageNs for the registers, the carry of a wide sum and a ReLU, kLevelNs for each adder;
// 0 if there is room for none. A rule of thumb (docs/cost-models.md): place and route decide.
inline constexpr double kStageNs = 4;
inline constexpr double kLevelNs = 2;
int levels_within(double clock_ns);

// Of the parallel circuit. Where `counted` is false it is so far above the budget that it was not
// built: LUTs are those of the cost model `lut`, the rest is not known.
struct ParallelEstimate {
  bool counted = true;
  std::int64_t luts = 0;
  std::int64_t ffs = 0;
  int latency = 0;
};

struct Circuit {
  Architecture architecture = Architecture::parallel;
  int lanes = 1;  // folded
  std::string reason;
  ParallelEstimate parallel;
  netlist::FoldedCounts folded;  // with these lanes
};

// Parallel if it fits, or folded with the fewest cycles that fit; with `cycles`, with the fewest
// lanes that are fast enough. Throws Error (target_refused) if nothing fits. The budget does not
// hold for an architecture, or a number of lanes, that is asked for.
Circuit choose_circuit(const design::Design& design, const Request& request);

}  // namespace certifix::cost
