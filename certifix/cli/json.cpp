#include "certifix/cli/json.hpp"

#include <nlohmann/json.hpp>

#include "certifix/statement/statement.hpp"

namespace certifix::cli {

using Json = nlohmann::ordered_json;

std::string attack_json(const attack::Result& result, const check::Accepted& accepted,
                        bool is_broken) {
  Json findings = Json::array();
  for (const attack::Finding& finding : result.per_functional) {
    Json input = Json::array();
    for (const num::Rational& x : finding.input) input.push_back(num::text(x));
    findings.push_back(
        {{"functional", finding.functional},
         {"error_found", num::decimal_down(num::abs(finding.error))},
         {"error_found_exact", num::text(finding.error)},
         {"error_proven", num::decimal_up(accepted.theorem.proven[finding.functional])},
         {"input", std::move(input)}});
  }
  const Json json{{"network", accepted.subject->problem.network.name()},
                  {"evaluations", result.evaluations},
                  {"confirmed", result.confirmed},
                  {"broken", is_broken},
                  {"findings", std::move(findings)}};
  return json.dump(1) + "\n";
}

std::string info_json(const std::string& model, const import::ModelSummary& summary) {
  Json nodes = Json::array();
  for (const import::ModelNode& node : summary.nodes) {
    Json json{{"index", node.index}, {"name", node.name}, {"operator", node.op_type}};
    json["output_shape"] = node.output_shape ? Json(*node.output_shape) : Json();
    json["supported"] = node.supported;
    if (!node.supported) json["reason"] = node.reason;
    if (!node.supported) json["remedy"] = node.remedy;
    nodes.push_back(std::move(json));
  }
  Json box;
  if (summary.box)
    for (const num::Interval& side : *summary.box)
      box.push_back({statement::readable(side.lower()), statement::readable(side.upper())});
  const Json json{{"model", model},
                  {"format", summary.format},
                  {"producer", summary.producer},
                  {"opset", summary.opset},
                  {"element_type", summary.element_type},
                  {"input_shape", summary.input_shape},
                  {"output_shape", summary.output_shape ? Json(*summary.output_shape) : Json()},
                  {"parameters", summary.parameters},
                  {"box", std::move(box)},
                  {"supported", summary.supported()},
                  {"nodes", std::move(nodes)}};
  return json.dump(1) + "\n";
}

}  // namespace certifix::cli
