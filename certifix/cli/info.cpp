// certifix info: what a model file holds, and what of it is not supported.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "certifix/cli/commands.hpp"
#include "certifix/cli/terminal.hpp"
#include "certifix/import/import.hpp"
#include "certifix/statement/statement.hpp"

namespace certifix::cli {
namespace {

using import::ModelNode;
using import::ModelSummary;

struct InfoOptions {
  std::string model;
  bool json = false;
};

std::string shape_text(const std::optional<std::vector<std::int64_t>>& shape) {
  if (!shape) return "unknown";
  std::string text;
  for (const std::int64_t size : *shape) text += (text.empty() ? "" : " x ") + std::to_string(size);
  return text.empty() ? "scalar" : text;
}

// "Gemm 3, Relu 2", in alphabetical order.
std::string operators(const ModelSummary& summary) {
  std::map<std::string, int> counts;
  for (const ModelNode& node : summary.nodes) ++counts[node.op_type];
  std::string text;
  for (const auto& [op_type, count] : counts)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", op_type, count);
  return text;
}

std::string summary_text(const std::string& model, const ModelSummary& summary) {
  std::string text = fmt::format("{}: {}{}{}\n", model, summary.format,
                                 summary.opset > 0 ? fmt::format(", opset {}", summary.opset) : "",
                                 summary.producer.empty() ? "" : ", by " + summary.producer);
  text += fmt::format("  input       {}\n", shape_text(summary.input_shape));
  text += fmt::format("  output      {}\n", shape_text(summary.output_shape));
  text += fmt::format("  operators   {}\n", operators(summary));
  text += fmt::format("  parameters  {}, {}\n", summary.parameters, summary.element_type);
  text += fmt::format("  box         {}\n", summary.box ? "in the file" : "none in the file");
  for (const ModelNode& node : summary.nodes) {
    if (node.supported) continue;
    text += fmt::format("  unsupported node #{}{} ({}): {}\n", node.index,
                        node.name.empty() ? "" : " '" + node.name + "'", node.op_type, node.reason);
    if (!node.remedy.empty()) text += fmt::format("    help: {}\n", node.remedy);
  }
  text += summary.supported() ? "  every node is supported\n" : "";
  return text;
}

std::string summary_json(const std::string& model, const ModelSummary& summary) {
  using Json = nlohmann::ordered_json;
  Json nodes = Json::array();
  for (const ModelNode& node : summary.nodes) {
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

ExitCode info(const InfoOptions& options) {
  const ModelSummary summary = import::summarize_model(options.model);
  warn(summary.warnings);
  print(options.json ? summary_json(options.model, summary) : summary_text(options.model, summary));
  return summary.supported() ? ExitCode::proven : ExitCode::bad_input;
}

}  // namespace

void add_info(CLI::App& app, Work& chosen) {
  auto options = std::make_shared<InfoOptions>();
  CLI::App& command =
      *app.add_subcommand("info", "what a model file holds, and what of it is not supported");
  command.add_option("MODEL", options->model, "the network: .onnx, .nnet or .json")->required();
  command.add_flag("--json", options->json, "print JSON");
  command.callback([options, &chosen] { chosen = [options] { return info(*options); }; });
}

}  // namespace certifix::cli
