#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "certifix/report/circuit.hpp"
#include "certifix/report/report.hpp"
#include "certifix/report/text_parts.hpp"

namespace certifix::report {
namespace {

constexpr std::size_t kListedBounds = 12;

std::string layer_line(const Layer& layer, bool is_input) {
  const std::string range = range_text(layer.range);
  const std::string weights = is_input ? "" : fmt::format("{}", layer.cost.multiplications);
  const std::string weight_bits = is_input ? "" : fmt::format("{}", layer.cost.max_weight_bits);
  const std::string accumulator = is_input ? "" : span_text(layer.accumulator);
  const std::string weight_share = is_input ? "" : fmt::format("{:.1f} %", layer.weight_share);
  return fmt::format("  {:<16.16} {:>5} {:>8} {:>5}  {:<22} {:>7}  {:<22} {:>16} {:>9}\n",
                     layer.name, layer.rows, weights, weight_bits, format_text(layer), accumulator,
                     range, weight_share, fmt::format("{:.1f} %", layer.rounding_share));
}

}  // namespace

std::string summary(const Report& report) {
  std::string text = fmt::format("{}: proven on the whole box{}\n\n", report.network,
                                 report.clamp ? ", inputs outside it are clamped" : "");
  for (std::size_t k = 0; k < std::min(report.promised.size(), kListedBounds); ++k)
    text += fmt::format("  error of output {:<4} promised {:<12} proven {}\n", k,
                        report.promised[k], report.proven[k]);
  if (report.promised.size() > kListedBounds)
    text += fmt::format("  ... {} more in report.json\n", report.promised.size() - kListedBounds);
  text += fmt::format("\n  {:<16} {:>5} {:>8} {:>5}  {:<22} {:>7}  {:<22} {:>16} {:>9}\n", "layer",
                      "rows", "weights", "bits", "values: bits, ulp", "accum.",
                      "range before activation", "error by weights", "rounding");
  for (std::size_t b = 0; b < report.layers.size(); ++b)
    text += layer_line(report.layers[b], b == 0);
  text += "\n" + cost_lines(report.cost);
  text += fmt::format("  cost model {}: {:.10g}", report.cost_model, report.cost_value);
  if (report.gap) {
    const auto percent = [](double x) { return std::ceil(x * 1e4) / 100; };
    text += fmt::format(
        ", at most {:.2f} % above the optimum of its model; model solved to {:.2f} % ({})",
        percent(report.gap->design), percent(report.gap->model), report.gap->source);
  }
  text += "\n";
  if (report.circuit) text += circuit_lines(*report.circuit);
  return text;
}

}  // namespace certifix::report
