#include "certifix/report/report.hpp"

#include <algorithm>

#include "certifix/num/outward/enclosure.hpp"

namespace certifix::report {
namespace {

void extend(Span& span, int value, bool first) {
  span.low = first ? value : std::min(span.low, value);
  span.high = first ? value : std::max(span.high, value);
}

void add_format(Layer& layer, const num::FixedFormat& format, bool first) {
  extend(layer.width, format.width(), first);
  extend(layer.lsb, format.lsb, first);
  layer.is_signed = layer.is_signed || format.is_signed;
}

Layer input_layer(const design::Design& design) {
  Layer layer;
  layer.name = "inputs";
  layer.rows = design.inputs.size();
  for (std::size_t i = 0; i < layer.rows; ++i) add_format(layer, design.inputs[i].format, i == 0);
  return layer;
}

std::string activation_name(const design::Block& block) {
  std::size_t relu = 0;
  for (const design::Row& row : block.rows)
    if (row.activation == net::Activation::relu) ++relu;
  if (relu == block.rows.size()) return "relu";
  return relu == 0 ? "identity" : "mixed";
}

Layer layer_of(const design::Design& design, std::size_t b) {
  const design::Block& block = design.blocks[b - 1];
  Layer layer;
  layer.name = block.name;
  layer.rows = block.rows.size();
  layer.activation = activation_name(block);
  layer.cost = cost::measure_block(design, b);
  for (std::size_t i = 0; i < layer.rows; ++i) {
    add_format(layer, block.rows[i].output, i == 0);
    extend(layer.accumulator, block.rows[i].accumulator_width, i == 0);
  }
  return layer;
}

void add_ranges(Layer& layer, const std::vector<std::pair<double, double>>& ranges,
                const design::Block* block) {
  if (ranges.empty()) return;
  double low = ranges[0].first;
  double high = ranges[0].second;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    low = std::min(low, ranges[i].first);
    high = std::max(high, ranges[i].second);
    if (block == nullptr || block->rows[i].activation != net::Activation::relu) continue;
    ++(ranges[i].second <= 0 ? layer.dead : ranges[i].first >= 0 ? layer.linear : layer.unstable);
  }
  layer.range_lower = num::decimal_down(num::exact_value(low), 4);
  layer.range_upper = num::decimal_up(num::exact_value(high), 4);
}

void add_shares(std::vector<Layer>& layers, const optimize::Shares& shares) {
  double total = shares.inputs;
  for (const optimize::BlockShares& block : shares.blocks) total += block.weights + block.rounding;
  if (!(total > 0)) return;
  layers[0].rounding_share = 100 * shares.inputs / total;
  for (std::size_t b = 1; b < layers.size() && b <= shares.blocks.size(); ++b) {
    layers[b].weight_share = 100 * shares.blocks[b - 1].weights / total;
    layers[b].rounding_share = 100 * shares.blocks[b - 1].rounding / total;
  }
}

}  // namespace

std::string_view name(optimize::Method method) {
  switch (method) {
    case optimize::Method::certifix:
      return "certifix";
    case optimize::Method::aster:
      return "aster";
    case optimize::Method::uniform:
      return "uniform";
  }
  throw Bug(__FILE__, __LINE__, "unknown method");
}

Report make_report(const optimize::Quantized& quantized, optimize::Method method) {
  const spec::Problem& problem = quantized.accepted.subject->problem;
  const design::Design& design = quantized.accepted.subject->design;
  Report report;
  report.network = problem.network.name();
  report.method = name(method);
  report.clamp = design.clamp;
  report.leaves = quantized.accepted.theorem.leaves;
  report.cost = cost::measure(design);
  report.simplified = quantized.simplified;
  for (std::size_t k = 0; k < problem.functionals.size(); ++k) {
    report.promised.push_back(num::decimal_up(problem.functionals[k].bound, 17));
    report.proven.push_back(num::decimal_up(quantized.accepted.theorem.proven[k]));
  }
  report.layers.push_back(input_layer(design));
  for (std::size_t b = 1; b < design.block_count(); ++b)
    report.layers.push_back(layer_of(design, b));
  for (std::size_t b = 0; b < report.layers.size() && b < quantized.ranges.size(); ++b)
    add_ranges(report.layers[b], quantized.ranges[b], b == 0 ? nullptr : &design.blocks[b - 1]);
  add_shares(report.layers, quantized.shares);
  return report;
}

}  // namespace certifix::report
