// The positive control: the founding tool's formats as released, attacked and shown to the checker.
//
// A benchmark whose attack and checker never say no proves little. The released formats must be
// caught: an input at which their own arithmetic breaks the bound, and a rejection of designs with
// those formats.
//
// Example:
//   ControlOptions options;
//   options.benchmarks = "../shared/benchmarks";
//   fmt::print("{}", control_table(positive_control(options)));
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "bench/aster_released/formulation.hpp"

namespace certifix::aster_released {

struct ControlOptions {
  std::filesystem::path benchmarks;  // holds aster/NETWORK/model.json
  // Folders below aster/; VertCasNN_133 is VertCasNN on the paper's original, wider box.
  std::vector<std::string> networks = {"InvPendulumNN", "MountainCarNN", "UnicycleNN", "MpcNN"};
  std::vector<std::string> errors = {"1e-3"};
  std::vector<char> settings = {'A'};
  bool attack = true;                   // and check; without it only formats and costs
  std::uint64_t evaluations = 100'000;  // of search.hpp; a fifth of it of certifix/attack
  std::uint64_t seed = 1;
  unsigned threads = 1;
};

// What the project's own attack and checker say of a design.
struct Answer {
  std::string verdict;  // "accepted", or the rule that fails: "R-BOUND"
  double proven = 0;    // the smallest bound it proves with ample widths, over eps
  double attacked = 0;  // the largest error that certifix/attack confirms, over eps
};

struct ControlRow {
  std::string network;
  std::string error;  // as given
  char setting = 'A';
  bool feasible = false;
  Formats formats;
  double promised = 0;        // of the released recursion, over eps
  std::size_t optima = 0;     // 0: not enumerated
  std::int64_t cost = 0;      // Table 4's, of `formats`
  std::int64_t cost_low = 0;  // over all optima
  std::int64_t cost_high = 0;
  std::string printed_cost;  // the paper's Table 4; "inf"; empty where it prints none
  // attack:
  bool attacked = false;
  double found = 0;  // largest error of the released arithmetic that search.hpp found, over eps
  double random_share = 0;  // of the random inputs, how many break the bound
  Answer plain;             // designs.hpp
  Answer faithful;

  bool broken() const { return found > 1; }
  // Nothing that breaks its bound got past: the attack broke the faithful design too, and the
  // checker rejects it.
  bool caught() const { return faithful.attacked > 1 && faithful.verdict != "accepted"; }
};

std::vector<ControlRow> positive_control(const ControlOptions& options);

// found: the worst input for the released arithmetic itself, random: the share of random inputs
// that break the bound; faithful: the checker's verdict on the faithful design and what it proves,
// attack: what certifix/attack finds there; plain: the checker's verdict on the plain design. All
// as multiples of the bound.
std::string control_table(const std::vector<ControlRow>& rows);
// Whether the control did its duty: some row is broken, and every broken row was caught.
bool control_caught(const std::vector<ControlRow>& rows);
// Few lines: how many cells come out as printed, how many rows are caught.
std::string control_summary(const std::vector<ControlRow>& rows);
std::string control_csv(const std::vector<ControlRow>& rows);

}  // namespace certifix::aster_released
