#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "bench/aster_released/control.hpp"

namespace certifix::aster_released {
namespace {

std::string bits(const std::vector<int>& values) {
  return fmt::format("{}", fmt::join(values, " "));
}

std::string times(double ratio) { return fmt::format("{:.3g}x", ratio); }

std::string checker(const Answer& answer) { return answer.verdict + " " + times(answer.proven); }

std::string ties(const ControlRow& row) {
  if (row.feasible && row.optima == 0) return "not enumerated";
  if (row.optima < 2) return "";
  return fmt::format("{} optima, cost {} to {}", row.optima, row.cost_low, row.cost_high);
}

}  // namespace

std::string control_table(const std::vector<ControlRow>& rows) {
  std::string text;
  const auto add = [&text](const auto&... columns) {
    text +=
        fmt::format("{:<26} {:<5} {} {:<24} {:<24} {:>8} {:>8} {:>7} {:>6} {:>16} {:>7} {:>16}  {}",
                    columns...);
    text.erase(text.find_last_not_of(' ') + 1);
    text += "\n";
  };
  add("as released", "error", "S", "pi_dot", "pi_bias", "cost", "printed", "found", "random",
      "faithful", "attack", "plain", "ties");
  for (const ControlRow& row : rows) {
    const bool a = row.attacked;
    add(row.network, row.error, row.setting, row.feasible ? bits(row.formats.pi_dot) : "infeasible",
        bits(row.formats.pi_bias), row.feasible ? std::to_string(row.cost) : "inf",
        row.printed_cost, a ? times(row.found) : "",
        a ? fmt::format("{:.1f}%", 100 * row.random_share) : "", a ? checker(row.faithful) : "",
        a ? times(row.faithful.attacked) : "", a ? checker(row.plain) : "", ties(row));
  }
  return text;
}

std::string control_summary(const std::vector<ControlRow>& rows) {
  std::size_t feasibility = 0;
  std::size_t cells = 0;
  std::size_t same = 0;
  std::size_t within = 0;
  std::size_t priced = 0;
  std::size_t attacked = 0;
  std::size_t broken = 0;
  std::size_t caught = 0;
  std::string other;
  for (const ControlRow& row : rows) {
    if (row.attacked) ++attacked;
    if (row.broken()) ++broken;
    if (row.broken() && row.caught()) ++caught;
    if (row.printed_cost.empty()) continue;
    ++cells;
    const bool printed_feasible = row.printed_cost != "inf";
    if (printed_feasible == row.feasible)
      ++feasibility;
    else
      other += fmt::format(" {} {} {}", row.network, row.error, row.setting);
    if (!printed_feasible || !row.feasible) continue;
    ++priced;
    const std::int64_t printed = std::stoll(row.printed_cost);
    if (printed == row.cost)
      ++same;
    else if (row.cost_low <= printed && printed <= row.cost_high)
      ++within;
  }
  std::string text = fmt::format(
      "feasibility as printed: {} of {} cells{}{}\n"
      "cost as printed: {} of {} cells; {} more lie between the costs of tied optima\n",
      feasibility, cells, other.empty() ? "" : "; not:", other, same, priced, within);
  if (attacked > 0)
    text += fmt::format(
        "an input breaks the bound in {} of {} rows; attack and checker catch {} of these\n",
        broken, attacked, caught);
  return text;
}

std::string control_csv(const std::vector<ControlRow>& rows) {
  std::string text =
      "network,error,setting,feasible,pi_dot,pi_bias,promised,optima,cost,cost_low,cost_high,"
      "printed_cost,found,random_share,plain_verdict,plain_proven,plain_attacked,"
      "faithful_verdict,faithful_proven,faithful_attacked\n";
  for (const ControlRow& row : rows) {
    text += fmt::format("{},{},{},{},{},{},{:.6g},{},{},{},{},{}", row.network, row.error,
                        row.setting, row.feasible ? "yes" : "no", bits(row.formats.pi_dot),
                        bits(row.formats.pi_bias), row.promised, row.optima, row.cost, row.cost_low,
                        row.cost_high, row.printed_cost);
    if (row.attacked)
      text += fmt::format(",{:.6g},{:.6g}", row.found, row.random_share);
    else
      text += ",,";
    for (const Answer* answer : {&row.plain, &row.faithful})
      text += row.attacked ? fmt::format(",{},{:.6g},{:.6g}", answer->verdict, answer->proven,
                                         answer->attacked)
                           : ",,,";
    text += "\n";
  }
  return text;
}

}  // namespace certifix::aster_released
