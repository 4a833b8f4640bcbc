// One row of the benchmark: a network, a bound, a method, and what came out. A value that survives
// a round trip through its JSON file, so that an interrupted run can be resumed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "certifix/cost/cost.hpp"

namespace certifix::bench {

enum class Status {
  verified,     // the checker accepted a design
  unreachable,  // no design within the word limits
  infeasible,   // method aster: the solver proved its model infeasible, the LP file is written
  no_grid,      // the box holds no point of the grid that the setting declares
  limit,        // stopped by --time-limit
  failed,       // an error or a bug
};

// Settings of methods certifix and uniform: the network's own structure, or dead neurons gone only.
inline constexpr const char* kNoSimplify = "no-simplify";
inline constexpr const char* kDeadOnly = "dead";

// What the row was asked for.
struct Job {
  std::string network;
  std::string error;   // as given: "1e-3"
  std::string method;  // certifix (neurons), certifix-layer, uniform, aster
  // aster: A, B, C, D; others: empty, kNoSimplify, or kDeadOnly.
  std::string setting;

  // "AC6_1e-3_aster_A"
  std::string key() const;
  friend bool operator==(const Job&, const Job&) = default;
};

struct Row {
  Job job;
  Status status = Status::failed;
  std::string reason;          // of a status other than verified: one line
  std::string smallest_bound;  // unreachable: the smallest that was reached, rounded up

  // verified:
  cost::Cost cost;
  std::uint64_t leaves = 0;
  std::optional<int> uniform_bits;  // bench/uniform_bits.hpp
  std::string proven;               // the largest over the outputs, rounded up
  std::string found;                // the largest |error| that attack confirmed, rounded down
  double found_to_proven = 0;
  std::uint64_t evaluations = 0;
  std::vector<std::string> worst_input;  // exact
  std::string broken;  // not empty: attack found an error above a proven bound, or an overflow

  // Wall-clock seconds.
  double import_seconds = 0;
  double quantize_seconds = 0;
  std::vector<std::pair<std::string, double>> stage_seconds;  // of quantize
  double check_seconds = 0;                                   // the checker alone, once more
  double attack_seconds = 0;

  bool verified() const { return status == Status::verified; }
};

std::string name(Status status);
std::string to_json_text(const Row& row);
// Throws Error (malformed_inputs) for a text that to_json_text() has not written.
Row from_json_text(const std::string& text, const std::string& file);

}  // namespace certifix::bench
