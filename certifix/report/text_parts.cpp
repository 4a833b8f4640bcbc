#include "certifix/report/text_parts.hpp"

#include <fmt/format.h>

namespace certifix::report {

std::string span_text(const Span& span) {
  return span.low == span.high ? fmt::format("{}", span.low)
                               : fmt::format("{}-{}", span.low, span.high);
}

std::string format_text(const Layer& layer) {
  const std::string lsb = layer.lsb.low == layer.lsb.high
                              ? fmt::format("2^{}", layer.lsb.low)
                              : fmt::format("2^{}..2^{}", layer.lsb.low, layer.lsb.high);
  return fmt::format("{}{} {}", layer.is_signed ? 's' : 'u', span_text(layer.width), lsb);
}

std::string range_text(const RealRange& range) {
  return range.lower.empty() ? std::string("-") : fmt::format("[{}, {}]", range.lower, range.upper);
}

std::string cost_lines(const cost::Cost& cost) {
  return fmt::format(
      "  {} multiplications, {} weight bits, area {} (weight bits x value bits)\n"
      "  widest word {} bits, widest accumulator {} bits\n",
      cost.multiplications, cost.weight_bits, cost.area, cost.max_word_bits(),
      cost.max_accumulator_bits);
}

}  // namespace certifix::report
