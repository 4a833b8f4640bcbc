#include "certifix/report/analysis.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "certifix/base/error.hpp"
#include "certifix/report/json_parts.hpp"
#include "certifix/report/text_parts.hpp"

namespace certifix::report {
namespace {

using num::Rational;

constexpr std::size_t kListedOutputs = 12;

OutputError output_error(const Rational& proven, const attack::Finding& finding) {
  const Rational found = num::abs(finding.error);
  OutputError result{num::decimal_up(proven), num::decimal_down(found), {}, {}};
  if (found.sign() > 0) result.ratio = num::decimal_up(proven / found, 3);
  for (const Rational& x : finding.input) result.at.push_back(num::text(x));
  return result;
}

std::vector<NetworkLayer> network_layers(const optimize::Analyzed& analyzed) {
  const net::Network& network = analyzed.accepted.subject->problem.network;
  std::vector<NetworkLayer> result;
  for (std::size_t b = 0; b < network.block_count(); ++b)
    result.push_back({b == 0 ? "inputs" : network.block(b).name, network.size(b),
                      real_range(analyzed.network[b], b == 0 ? std::vector<net::Activation>()
                                                             : network.block(b).activation)});
  return result;
}

std::vector<DesignLayer> design_layers(const optimize::Analyzed& analyzed) {
  std::vector<DesignLayer> result;
  for (Layer& layer :
       layers_of(analyzed.accepted.subject->design, analyzed.implemented, analyzed.shares)) {
    const std::size_t b = result.size();
    result.push_back(
        {std::move(layer), b == 0 ? 0 : -analyzed.weight_bits[b - 1], analyzed.unstable[b]});
  }
  return result;
}

std::string output_lines(const Analysis& analysis) {
  std::string text;
  for (std::size_t o = 0; o < std::min(analysis.outputs.size(), kListedOutputs); ++o) {
    const OutputError& output = analysis.outputs[o];
    text += fmt::format("  error of output {:<4} proven {:<12} found {:<12} proven / found {}\n", o,
                        output.proven, output.found, output.ratio.empty() ? "-" : output.ratio);
  }
  if (analysis.outputs.size() > kListedOutputs)
    text += fmt::format("  ... {} more with --json\n", analysis.outputs.size() - kListedOutputs);
  return text;
}

std::string network_lines(const Analysis& analysis) {
  constexpr std::string_view kLine = "  {:<20.20} {:>5} {:>6} {:>7} {:>9}  {}\n";
  std::string text = fmt::format(kLine, "network", "rows", "dead", "linear", "unstable",
                                 "range before activation");
  for (std::size_t b = 0; b < analysis.network_layers.size(); ++b) {
    const auto& [name, rows, range] = analysis.network_layers[b];
    text += b == 0 ? fmt::format(kLine, name, rows, "", "", "", range_text(range))
                   : fmt::format(kLine, name, rows, range.dead, range.linear, range.unstable,
                                 range_text(range));
  }
  return text;
}

std::string design_lines(const Analysis& analysis) {
  constexpr std::string_view kLine =
      "  {:<20.20} {:>5} {:>8} {:>8}  {:<14} {:<18} {:>6} {:>16} {:>9}\n";
  std::string text = fmt::format(kLine, "design", "rows", "unstable", "weights", "bits, ulp",
                                 "values: bits, ulp", "accum.", "error by weights", "rounding");
  for (std::size_t b = 0; b < analysis.layers.size(); ++b) {
    const auto& [layer, weight_lsb, unstable] = analysis.layers[b];
    const std::string rounding = fmt::format("{:.1f} %", layer.rounding_share);
    if (b == 0) {
      text += fmt::format(kLine, layer.name, layer.rows, "", "", "", format_text(layer), "", "",
                          rounding);
      continue;
    }
    text += fmt::format(kLine, fmt::format("{} {}", b, layer.name), layer.rows, unstable,
                        layer.cost.multiplications,
                        fmt::format("s{} 2^{}", layer.cost.max_weight_bits, weight_lsb),
                        format_text(layer), span_text(layer.accumulator),
                        fmt::format("{:.1f} %", layer.weight_share), rounding);
  }
  return text;
}

Json network_layer_json(const NetworkLayer& layer, bool is_input) {
  Json json{{"name", layer.name}, {"rows", layer.rows}};
  if (!is_input) {
    json["dead"] = layer.range.dead;
    json["linear"] = layer.range.linear;
    json["unstable"] = layer.range.unstable;
  }
  json["range"] = range_json(layer.range);
  return json;
}

Json design_layer_json(const DesignLayer& layer, bool is_input) {
  Json json = layer_json(layer.layer, is_input);
  if (is_input) return json;
  json["weight_lsb"] = layer.weight_lsb;
  json["unstable_in_pair"] = layer.unstable;
  return json;
}

}  // namespace

Analysis make_analysis(const optimize::Analyzed& analyzed, const attack::Result& found) {
  CERTIFIX_CHECK(!found.overflow, "an overflow is no finding");
  const std::vector<Rational>& proven = analyzed.accepted.theorem.proven;
  const design::Design& design = analyzed.accepted.subject->design;
  Analysis result;
  result.network = analyzed.accepted.subject->problem.network.name();
  result.clamp = design.clamp;
  for (std::size_t o = 0; o < proven.size(); ++o)
    result.outputs.push_back(output_error(proven[o], found.per_functional[o]));
  result.leaves = analyzed.accepted.theorem.leaves;
  result.evaluations = found.evaluations;
  result.confirmed = found.confirmed;
  result.cost = cost::measure(design);
  result.simplified = analyzed.simplified;
  result.network_layers = network_layers(analyzed);
  result.layers = design_layers(analyzed);
  return result;
}

std::string analysis_summary(const Analysis& analysis) {
  return fmt::format("{}: proven on the whole box{}\n\n", analysis.network,
                     analysis.clamp ? ", inputs outside it are clamped" : "") +
         output_lines(analysis) + "\n" + network_lines(analysis) + "\n" + design_lines(analysis) +
         "\n" + cost_lines(analysis.cost) +
         fmt::format("  proof on {} {}; search: {} inputs tried, the worst {} evaluated exactly\n",
                     analysis.leaves, analysis.leaves == 1 ? "leaf" : "leaves",
                     analysis.evaluations, analysis.confirmed);
}

std::string analysis_json(const Analysis& analysis) {
  Json proven = Json::array(), found = Json::array(), ratios = Json::array(), at = Json::array();
  for (const OutputError& output : analysis.outputs) {
    proven.push_back(output.proven);
    found.push_back(output.found);
    ratios.push_back(output.ratio.empty() ? Json() : Json(output.ratio));
    at.push_back(output.at);
  }
  Json network = Json::array(), layers = Json::array();
  for (std::size_t b = 0; b < analysis.network_layers.size(); ++b)
    network.push_back(network_layer_json(analysis.network_layers[b], b == 0));
  for (std::size_t b = 0; b < analysis.layers.size(); ++b)
    layers.push_back(design_layer_json(analysis.layers[b], b == 0));
  return text({{"network", analysis.network},
               {"error_proven", std::move(proven)},
               {"error_found", std::move(found)},
               {"proven_over_found", std::move(ratios)},
               {"found_at", std::move(at)},
               {"verified", true},  // an Analysis is made of a Verified design only
               {"clamp", analysis.clamp},
               {"leaves", analysis.leaves},
               {"evaluations", analysis.evaluations},
               {"confirmed", analysis.confirmed},
               {"cost", cost_json(analysis.cost)},
               {"simplify",
                {{"multiplications_before", analysis.simplified.multiplications_before},
                 {"multiplications_after", analysis.simplified.multiplications_after}}},
               {"network_layers", std::move(network)},
               {"layers", std::move(layers)}});
}

}  // namespace certifix::report
