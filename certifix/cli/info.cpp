// certifix info: what a model file holds, and what of it is not supported.
#include <fmt/format.h>

#include <map>
#include <memory>

#include "certifix/cli/command_line.hpp"
#include "certifix/cli/commands.hpp"
#include "certifix/cli/json.hpp"
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

ExitCode info(const InfoOptions& options) {
  const ModelSummary summary = import::summarize_model(options.model);
  warn(summary.warnings);
  print(options.json ? info_json(options.model, summary) : summary_text(options.model, summary));
  return summary.supported() ? ExitCode::proven : ExitCode::bad_input;
}

}  // namespace

void add_info(CommandLine& line) {
  auto options = std::make_shared<InfoOptions>();
  Command command = line.command("info", "what a model file holds, and what of it is not supported",
                                 [options] { return info(*options); });
  command.argument("MODEL", options->model, "the network: .onnx, .nnet or .json");
  command.flag("--json", options->json, "print JSON");
}

}  // namespace certifix::cli
