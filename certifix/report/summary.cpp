#include <fmt/format.h>

#include <algorithm>

#include "certifix/report/report.hpp"

namespace certifix::report {
namespace {

constexpr std::size_t kListedBounds = 12;

std::string span_text(const Span& span) {
  return span.low == span.high ? fmt::format("{}", span.low)
                               : fmt::format("{}-{}", span.low, span.high);
}

// "u13 2^-9", or "s9-13 2^-12..2^-9".
std::string format_text(const Layer& layer) {
  const std::string lsb = layer.lsb.low == layer.lsb.high
                              ? fmt::format("2^{}", layer.lsb.low)
                              : fmt::format("2^{}..2^{}", layer.lsb.low, layer.lsb.high);
  return fmt::format("{}{} {}", layer.is_signed ? 's' : 'u', span_text(layer.width), lsb);
}

std::string layer_line(const Layer& layer, bool is_input) {
  const std::string range = layer.range_lower.empty()
                                ? std::string("-")
                                : fmt::format("[{}, {}]", layer.range_lower, layer.range_upper);
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
  const cost::Cost& cost = report.cost;
  text += fmt::format(
      "\n  {} multiplications, {} weight bits, area {} (weight bits x value bits)\n"
      "  widest word {} bits, widest accumulator {} bits\n",
      cost.multiplications, cost.weight_bits, cost.area, cost.max_word_bits(),
      cost.max_accumulator_bits);
  return text;
}

}  // namespace certifix::report
