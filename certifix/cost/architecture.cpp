#include "certifix/cost/architecture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "certifix/base/error.hpp"
#include "certifix/cost/cost.hpp"
#include "certifix/cost/model.hpp"

namespace certifix::cost {
namespace {

constexpr std::int64_t kHopeless = 4;  // times the budget: not worth building

ParallelEstimate estimate_parallel(const design::Design& design, const Request& request) {
  const auto before =
      static_cast<std::int64_t>(kLutsPerAdderBit * static_cast<double>(measure(design).adder_bits));
  if (request.architecture != Architecture::parallel && before > kHopeless * request.max_luts)
    return {.counted = false, .luts = before};
  const netlist::Counts counts = netlist::counts(netlist::build(design, request.levels));
  return {.counted = true, .luts = counts.luts, .ffs = counts.ff_bits, .latency = counts.latency};
}

netlist::FoldedCounts fold(const netlist::Alignment& alignment, int lanes, int levels) {
  return netlist::counts({alignment, netlist::schedule(alignment, lanes, levels)});
}

bool fits(const netlist::FoldedCounts& counts, const Request& request) {
  return counts.luts <= request.max_luts && counts.dsps <= request.max_dsps;
}

// What lanes are worth trying: more than these give no block fewer passes.
std::set<int> lane_counts(const netlist::Alignment& alignment) {
  std::set<int> lanes = {1};
  for (const auto& elements : alignment.elements) {
    const auto live = static_cast<int>(std::count_if(
        elements.begin(), elements.end(), [](const auto& element) { return element.live; }));
    for (int passes = 1; passes <= live; ++passes) lanes.insert((live + passes - 1) / passes);
  }
  lanes.erase(lanes.upper_bound(netlist::most_lanes(alignment)), lanes.end());
  return lanes;
}

// The folded circuits worth a look, fewest lanes first.
class Candidates {
 public:
  Candidates(const netlist::Alignment& alignment, int levels) {
    for (const int lanes : lane_counts(alignment)) all_.push_back(fold(alignment, lanes, levels));
  }

  const netlist::FoldedCounts& fastest() const {
    return *std::min_element(all_.begin(), all_.end(), faster);
  }
  const netlist::FoldedCounts* fastest_within(const Request& request) const {
    const netlist::FoldedCounts* best = nullptr;
    for (const netlist::FoldedCounts& counts : all_)
      if (fits(counts, request) && (best == nullptr || faster(counts, *best))) best = &counts;
    return best;
  }
  const netlist::FoldedCounts* smallest_within(int cycles) const {
    for (const netlist::FoldedCounts& counts : all_)
      if (counts.latency <= cycles) return &counts;
    return nullptr;
  }
  const netlist::FoldedCounts& smallest() const { return all_.front(); }

 private:
  static bool faster(const netlist::FoldedCounts& a, const netlist::FoldedCounts& b) {
    return a.latency < b.latency;
  }
  std::vector<netlist::FoldedCounts> all_;
};

std::string lanes_text(int lanes) { return fmt::format("{} lane{}", lanes, lanes == 1 ? "" : "s"); }

std::string budget_text(const Request& request) {
  return fmt::format("{} LUTs and {} DSPs", request.max_luts, request.max_dsps);
}

// The folded circuit that is asked for or fits best, with the reason.
Circuit choose_folded(const Candidates& candidates, const Request& request) {
  Circuit circuit;
  circuit.architecture = Architecture::folded;
  if (request.cycles) {
    const netlist::FoldedCounts* counts = candidates.smallest_within(*request.cycles);
    if (counts == nullptr)
      throw Error(
          ErrorCode::target_refused,
          fmt::format("no folded circuit of this design takes at most {} cycles", *request.cycles),
          {}, fmt::format("--cycles {}", candidates.fastest().latency));
    circuit.folded = *counts;
    circuit.reason = fmt::format("folded: {} are the fewest that take at most {} cycles",
                                 lanes_text(counts->lanes), *request.cycles);
    if (request.architecture || fits(*counts, request)) return circuit;
    throw Error(ErrorCode::target_refused,
                fmt::format("at most {} cycles take {} LUTs and {} DSPs, above the budget of {}",
                            *request.cycles, counts->luts, counts->dsps, budget_text(request)),
                {}, "raise --cycles, --max-luts or --max-dsps");
  }
  const netlist::FoldedCounts* counts = candidates.fastest_within(request);
  if (counts == nullptr)
    throw Error(
        ErrorCode::target_refused,
        fmt::format("the folded circuit with one lane takes {} LUTs and {} DSPs, above the "
                    "budget of {}",
                    candidates.smallest().luts, candidates.smallest().dsps, budget_text(request)),
        {}, "raise --max-luts or --max-dsps");
  circuit.folded = *counts;
  circuit.reason = fmt::format("folded: {} take the fewest cycles within {}",
                               lanes_text(counts->lanes), budget_text(request));
  return circuit;
}

bool fits(const ParallelEstimate& parallel, const Request& request) {
  return parallel.counted && parallel.luts <= request.max_luts &&
         (!request.cycles || parallel.latency <= *request.cycles);
}

}  // namespace

int levels_within(double clock_ns) {
  constexpr double kMost = 64;  // as --levels
  return static_cast<int>(std::clamp(std::floor((clock_ns - kStageNs) / kLevelNs), 0.0, kMost));
}

std::string_view name(Architecture architecture) {
  return architecture == Architecture::parallel ? "parallel" : "folded";
}

Circuit choose_circuit(const design::Design& design, const Request& request) {
  const ParallelEstimate parallel = estimate_parallel(design, request);
  const netlist::Alignment alignment = netlist::align(design);
  Circuit circuit;
  if (request.lanes) {
    circuit.architecture = Architecture::folded;
    circuit.folded = fold(alignment, *request.lanes, request.levels);
    circuit.reason = fmt::format("folded: {} asked for", lanes_text(*request.lanes));
  } else if (request.architecture == Architecture::parallel ||
             (!request.architecture && fits(parallel, request))) {
    // The figures of the other one, for comparison: the fewest lanes that are nearly as small.
    circuit.folded = fold(alignment, 1, request.levels);
    circuit.reason = request.architecture ? "parallel: asked for"
                                          : fmt::format("parallel: {} LUTs are within {}",
                                                        parallel.luts, request.max_luts);
  } else {
    circuit = choose_folded(Candidates(alignment, request.levels), request);
    if (!request.architecture && !(parallel.counted && parallel.luts <= request.max_luts))
      circuit.reason +=
          fmt::format("; parallel takes {}{} LUTs of at most {}", parallel.counted ? "" : "about ",
                      parallel.luts, request.max_luts);
    else if (!request.architecture)
      circuit.reason += fmt::format("; parallel takes {} cycles", parallel.latency);
  }
  circuit.lanes = circuit.folded.lanes;
  circuit.parallel = parallel;
  return circuit;
}

}  // namespace certifix::cost
