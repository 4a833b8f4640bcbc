#include "bench/aster_released/control.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <tuple>

#include "bench/aster_released/designs.hpp"
#include "bench/aster_released/search.hpp"
#include "certifix/attack/attack.hpp"
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

Answer ask(const ControlDesign& released, ControlDesign ample, const Rational& eps,
           const ControlOptions& options) {
  Answer answer;
  const check::Verdict asked = verdict(released, options.threads);
  if (const auto* no = std::get_if<check::Rejected>(&asked))
    answer.verdict = check::id(no->rule);
  else
    answer.verdict = "accepted";
  // With bounds that any error meets the theorem says what is proven.
  for (spec::Functional& functional : ample.problem.functionals)
    functional.bound = num::power_of_two(200);
  const check::Verdict loose = verdict(ample, options.threads);
  if (const auto* yes = std::get_if<check::Accepted>(&loose))
    for (const Rational& proven : yes->theorem.proven)
      answer.proven = std::max(answer.proven, approximate(proven / eps));
  const attack::Result result =
      attack::attack(released.problem, released.design,
                     {.evaluations = std::max<std::uint64_t>(options.evaluations / 5, 1),
                      .seed = options.seed,
                      .threads = options.threads});
  answer.attacked = approximate(result.worst().ratio_to_bound);
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

void attack_and_check(ControlRow& row, const net::Network& network, const spec::Box& box,
                      const Rational& eps, const ControlOptions& options) {
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
               design(network, box, s, formats, eps, Widths::ample), eps, options);
  };
  row.plain = answer(plain_design);
  row.faithful = answer(faithful_design);
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
        if (row.feasible && options.attack)
          attack_and_check(row, model.network, *model.box, *eps, options);
        rows.push_back(std::move(row));
      }
    }
  }
  return rows;
}

bool control_caught(const std::vector<ControlRow>& rows) {
  bool any = false;
  for (const ControlRow& row : rows) {
    if (!row.broken()) continue;
    if (!row.caught()) return false;
    any = true;
  }
  return any;
}

}  // namespace certifix::aster_released
