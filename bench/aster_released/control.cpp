#include "bench/aster_released/control.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <tuple>

#include "bench/aster_released/designs.hpp"
#include "bench/aster_released/search.hpp"
#include "certifix/base/error.hpp"
#include "certifix/certify/text.hpp"
#include "certifix/check/verify.hpp"
#include "certifix/import/import.hpp"

namespace certifix::aster_released {
namespace {

using num::Rational;

double approximate(const Rational& x) { return mpq_class(x.numerator(), x.denominator()).get_d(); }

// The paper's original, wider box of VCAS, which its Table 4 is about.
constexpr const char* kVertCasWide = "VertCasNN_133";

// The folder of a network as Table 4 names it. The paper does not say which double pendulum is
// which: V1 as the non-robust one reproduces its costs, the other way round does not.
std::string folder_of(const std::string& printed_name, const std::string& folder) {
  if (printed_name == "VCAS") return kVertCasWide;
  if (printed_name == "DoublePendV1") return "DoublePendulumNonRobustNN";
  if (printed_name == "DoublePendV2") return "DoublePendulumRobustNN";
  return folder;
}

// Table 4 of the paper: (network, error, setting) -> cost as printed.
using Printed = std::map<std::tuple<std::string, std::string, char>, std::string>;

Printed printed_costs(const std::filesystem::path& benchmarks) {
  Printed result;
  std::ifstream file(benchmarks / "aster" / "aster_paper_results.csv");
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> fields;
    std::istringstream stream(line);
    for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
    // table,benchmark,repo_network,target_error,tool,setting,metric,unit,value,flags
    if (fields.size() < 9 || fields[0] != "4" || fields[5].size() != 1) continue;
    result[{folder_of(fields[1], fields[2]), fields[3], fields[5][0]}] = fields[8];
  }
  return result;
}

check::Verdict verdict(const ControlDesign& control, unsigned threads) {
  return check::verify(
      certify::problem_text(control.problem),
      certify::certificate_text(
          {.precision = certify::sufficient_precision(control.design), .design = control.design}),
      threads);
}

CheckerAnswer ask(const ControlDesign& released, ControlDesign ample, const Rational& eps,
                  unsigned threads) {
  CheckerAnswer answer;
  const check::Verdict asked = verdict(released, threads);
  if (const auto* no = std::get_if<check::Rejected>(&asked))
    answer.verdict = check::id(no->rule);
  else
    answer.verdict = "accepted";
  // With bounds that any error meets the theorem says what is proven.
  for (spec::Functional& functional : ample.problem.functionals)
    functional.bound = num::power_of_two(200);
  const check::Verdict loose = verdict(ample, threads);
  if (const auto* yes = std::get_if<check::Accepted>(&loose))
    for (const Rational& proven : yes->theorem.proven)
      answer.proven = std::max(answer.proven, approximate(proven / eps));
  return answer;
}

void choose(ControlRow& row, const net::Network& network, const spec::Box& box,
            const Rational& eps) {
  const Setting& s = setting(row.setting);
  const auto layers = optimize::aster_layers(network, box);
  const optimize::AsterTables tables = released_tables(network, layers, s);
  const Optima all = optima(row.network, layers, tables, s, eps);
  row.feasible = !all.formats.empty();
  if (!row.feasible) return;
  row.formats = representative(all);
  row.optima = all.complete ? all.formats.size() : 0;
  row.promised = approximate(*promised_error(tables, row.formats) / eps);
  row.cost = row.cost_low = row.cost_high =
      table4_cost(layers, layer_formats(layers, box, s, row.formats));
  for (const Formats& formats : all.formats) {
    const std::int64_t cost = table4_cost(layers, layer_formats(layers, box, s, formats));
    row.cost_low = std::min(row.cost_low, cost);
    row.cost_high = std::max(row.cost_high, cost);
  }
}

void attack(ControlRow& row, const net::Network& network, const spec::Box& box, const Rational& eps,
            const ControlOptions& options) {
  const Setting& s = setting(row.setting);
  const auto formats = layer_formats(optimize::aster_layers(network, box), box, s, row.formats);
  const Program program(network, formats);
  const Found found =
      search(network, box, program, faithful_input_grid(s), eps, options.evaluations, options.seed);
  row.attacked = true;
  row.found = approximate(num::abs(found.error) / eps);
  row.random_share = found.random_share;
  const auto answer = [&](auto design) {
    return ask(design(network, box, s, formats, eps, Widths::released),
               design(network, box, s, formats, eps, Widths::ample), eps, options.threads);
  };
  row.plain = answer(plain_design);
  row.faithful = answer(faithful_design);
}

std::string bits(const std::vector<int>& values) {
  return fmt::format("{}", fmt::join(values, " "));
}

}  // namespace

std::vector<ControlRow> positive_control(const ControlOptions& options) {
  const Printed printed = printed_costs(options.benchmarks);
  std::vector<ControlRow> rows;
  for (const std::string& name : options.networks) {
    const bool wide = name == kVertCasWide;
    const std::filesystem::path folder = options.benchmarks / "aster" / (wide ? "VertCasNN" : name);
    import::Imported model = import::import_model(folder / "model.json");
    if (wide)
      model.box = import::read_box(folder / "input_133.vnnlib", model.network.input_count()).box;
    CERTIFIX_CHECK(model.box.has_value(), "a benchmark's model has its box");
    for (const std::string& error : options.errors) {
      const std::optional<Rational> eps = num::parse_decimal(error);
      if (!eps || eps->sign() <= 0)
        throw Error(ErrorCode::usage, fmt::format("'{}' is no error bound", error));
      for (const char s : options.settings) {
        ControlRow row;
        row.network = name;
        row.error = error;
        row.setting = s;
        if (const auto at = printed.find({name, error, s}); at != printed.end())
          row.printed_cost = at->second;
        choose(row, model.network, *model.box, *eps);
        if (row.feasible && options.attack) attack(row, model.network, *model.box, *eps, options);
        rows.push_back(std::move(row));
      }
    }
  }
  return rows;
}

std::string control_table(const std::vector<ControlRow>& rows) {
  std::string text =
      fmt::format("{:<26} {:<5} {} {:<24} {:<24} {:>8} {:>9} {:>8} {:>7} {:>17} {:>17}\n",
                  "as released", "error", "S", "pi_dot", "pi_bias", "cost", "printed", "found",
                  "random", "checker (plain)", "(faithful)");
  for (const ControlRow& row : rows) {
    text += fmt::format("{:<26} {:<5} {} ", row.network, row.error, row.setting);
    if (!row.feasible) {
      text += fmt::format("{:<49} {:>8} {:>9}\n", "infeasible", "inf", row.printed_cost);
      continue;
    }
    text += fmt::format("{:<24} {:<24} {:>8} {:>9}", bits(row.formats.pi_dot),
                        bits(row.formats.pi_bias), row.cost, row.printed_cost);
    if (row.attacked) {
      const auto answer = [](const CheckerAnswer& a) {
        return fmt::format("{} {:.4g}x", a.verdict, a.proven);
      };
      text += fmt::format(" {:>7.3g}x {:>6.1f}% {:>17} {:>17}", row.found, 100 * row.random_share,
                          answer(row.plain), answer(row.faithful));
    }
    if (row.optima != 1)
      text += row.optima == 0 ? "  (ties not enumerated)"
                              : fmt::format("  ({} optima, cost {} to {})", row.optima,
                                            row.cost_low, row.cost_high);
    text += "\n";
  }
  return text;
}

std::string control_summary(const std::vector<ControlRow>& rows) {
  std::size_t feasibility = 0;
  std::size_t cells = 0;
  std::size_t same = 0;
  std::size_t within = 0;
  std::size_t priced = 0;
  std::string other;
  for (const ControlRow& row : rows) {
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
  const auto broken =
      std::count_if(rows.begin(), rows.end(), [](const ControlRow& row) { return row.broken(); });
  const auto attacked =
      std::count_if(rows.begin(), rows.end(), [](const ControlRow& row) { return row.attacked; });
  const auto rejected = std::count_if(rows.begin(), rows.end(), [](const ControlRow& row) {
    return row.attacked && row.faithful.verdict != "accepted";
  });
  if (attacked > 0)
    text +=
        fmt::format("caught: bound broken by an input in {} of {} rows; the checker rejects {}\n",
                    broken, attacked, rejected);
  return text;
}

std::string control_csv(const std::vector<ControlRow>& rows) {
  std::string text =
      "network,error,setting,feasible,pi_dot,pi_bias,promised,optima,cost,cost_low,cost_high,"
      "printed_cost,found,random_share,plain_verdict,plain_proven,faithful_verdict,faithful_"
      "proven\n";
  for (const ControlRow& row : rows) {
    text += fmt::format("{},{},{},{},{},{},{:.6g},{},{},{},{},{}", row.network, row.error,
                        row.setting, row.feasible ? "yes" : "no", bits(row.formats.pi_dot),
                        bits(row.formats.pi_bias), row.promised, row.optima, row.cost, row.cost_low,
                        row.cost_high, row.printed_cost);
    text += row.attacked ? fmt::format(",{:.6g},{:.6g},{},{:.6g},{},{:.6g}\n", row.found,
                                       row.random_share, row.plain.verdict, row.plain.proven,
                                       row.faithful.verdict, row.faithful.proven)
                         : ",,,,,,\n";
  }
  return text;
}

}  // namespace certifix::aster_released
