#include "certifix/report/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "certifix/cost/program.hpp"
#include "certifix/report/json_parts.hpp"

namespace certifix::report {
namespace {

std::string status(const optimize::ParetoRow& row) {
  if (!row.design) return "unreachable";
  return row.stopped ? "proven, search stopped" : "proven";
}

std::string largest(const std::vector<num::Rational>& bounds) {
  return num::decimal_up(*std::max_element(bounds.begin(), bounds.end()));
}

// Exact where it is short, as the user has written it.
std::string bound_text(const num::Rational& bound) { return num::decimal_up(bound, 17); }

}  // namespace

std::string sweep_table(const Sweep& sweep) {
  std::string text = fmt::format("{}: cost against bound, {} of {} bounds\n\n", sweep.network,
                                 sweep.rows.size(), sweep.asked);
  const std::string model = sweep.cost.name == "area" ? "" : sweep.cost.name;
  text += fmt::format("  {:<12} {:<12} {:>12} {:>9} {:>11} {:>6} {:>7} {:>8}{}\n", "bound",
                      "proven", "area", "mult.", "weight bits", "word", "accum.", "leaves",
                      model.empty() ? "" : fmt::format(" {:>12}", model));
  for (const optimize::ParetoRow& row : sweep.rows) {
    if (!row.design) {
      text += fmt::format("  {:<12} unreachable{}\n", bound_text(row.bound),
                          row.no->smallest_bound ? "; smallest bound reached: " +
                                                       num::decimal_up(*row.no->smallest_bound)
                                                 : "");
      continue;
    }
    const design::Design& design = row.design->accepted.subject->design;
    const cost::Cost cost = cost::measure(design);
    std::string note;
    if (row.designed_for) note = "the design for " + bound_text(*row.designed_for);
    if (row.stopped) note = "search stopped";
    text +=
        fmt::format("  {:<12} {:<12} {:>12} {:>9} {:>11} {:>6} {:>7} {:>8}{}{}\n",
                    bound_text(row.bound), largest(row.design->accepted.theorem.proven), cost.area,
                    cost.multiplications, cost.weight_bits, cost.max_word_bits(),
                    cost.max_accumulator_bits, row.design->accepted.theorem.leaves,
                    model.empty() ? "" : fmt::format(" {:>12.6g}", cost::value(sweep.cost, design)),
                    note.empty() ? "" : "  " + note);
  }
  return text;
}

std::string sweep_csv(const Sweep& sweep) {
  std::string text =
      "bound,status,proven,cost_model,cost,area,multiplications,weight_bits,bias_bits,csd_digits,"
      "adder_bits,max_word_bits,max_accumulator_bits,paper_cost,flash_bytes,cortex_m0,cortex_m4,"
      "leaves,designed_for,smallest_bound\n";
  for (const optimize::ParetoRow& row : sweep.rows) {
    text += fmt::format("{},\"{}\",", bound_text(row.bound), status(row));
    if (!row.design) {
      text += fmt::format(",{},,,,,,,,,,,,,,,,{}\n", sweep.cost.name,
                          row.no->smallest_bound ? num::decimal_up(*row.no->smallest_bound) : "");
      continue;
    }
    const design::Design& design = row.design->accepted.subject->design;
    const cost::Cost cost = cost::measure(design);
    const cost::Program program = cost::measure_program(design);
    text += fmt::format("{},{},{:.10g},{},{},{},{},{},{},{},{},{},{},{:.10g},{:.10g},{},{},\n",
                        largest(row.design->accepted.theorem.proven), sweep.cost.name,
                        cost::value(sweep.cost, design), cost.area, cost.multiplications,
                        cost.weight_bits, cost.bias_bits, cost.csd_digits, cost.adder_bits,
                        cost.max_word_bits(), cost.max_accumulator_bits, cost.paper_cost,
                        program.flash_bytes, program.cortex_m0, program.cortex_m4,
                        row.design->accepted.theorem.leaves,
                        row.designed_for ? bound_text(*row.designed_for) : "");
  }
  return text;
}

std::string sweep_json(const Sweep& sweep) {
  Json rows = Json::array();
  for (const optimize::ParetoRow& row : sweep.rows) {
    Json json{{"error_target", bound_text(row.bound)}, {"verified", row.design.has_value()}};
    if (row.design) {
      const design::Design& design = row.design->accepted.subject->design;
      const cost::Program program = cost::measure_program(design);
      Json proven = Json::array();
      for (const num::Rational& bound : row.design->accepted.theorem.proven)
        proven.push_back(num::decimal_up(bound));
      json["search_stopped"] = row.stopped;
      json["error_proven"] = std::move(proven);
      json["leaves"] = row.design->accepted.theorem.leaves;
      json["cost_model"] = {{"name", sweep.cost.name}, {"value", cost::value(sweep.cost, design)}};
      json["cost"] = cost_json(cost::measure(design));
      json["program"] = {{"flash_bytes", program.flash_bytes},
                         {"cortex_m0", program.cortex_m0},
                         {"cortex_m4", program.cortex_m4}};
      json["designed_for"] = row.designed_for ? Json(bound_text(*row.designed_for)) : Json();
    } else {
      json["reason"] = row.no->reason;
      json["smallest_bound"] =
          row.no->smallest_bound ? Json(num::decimal_up(*row.no->smallest_bound)) : Json();
      json["dominated_by"] = row.no->dominated_by;
      json["remedy"] = row.no->remedy;
    }
    rows.push_back(std::move(json));
  }
  return text({{"network", sweep.network},
               {"method", sweep.method},
               {"bounds_asked", sweep.asked},
               {"rows", std::move(rows)}});
}

}  // namespace certifix::report
