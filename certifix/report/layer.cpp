#include "certifix/report/layer.hpp"

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

std::vector<net::Activation> activations(const design::Block& block) {
  std::vector<net::Activation> result;
  for (const design::Row& row : block.rows) result.push_back(row.activation);
  return result;
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

RealRange real_range(const std::vector<std::pair<double, double>>& rows,
                     const std::vector<net::Activation>& activation) {
  RealRange result;
  if (rows.empty()) return result;
  double low = rows[0].first;
  double high = rows[0].second;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    low = std::min(low, rows[i].first);
    high = std::max(high, rows[i].second);
    if (activation.empty() || activation[i] != net::Activation::relu) continue;
    ++(rows[i].second <= 0 ? result.dead : rows[i].first >= 0 ? result.linear : result.unstable);
  }
  result.lower = num::decimal_down(num::exact_value(low), 4);
  result.upper = num::decimal_up(num::exact_value(high), 4);
  return result;
}

std::vector<Layer> layers_of(const design::Design& design,
                             const std::vector<std::vector<std::pair<double, double>>>& ranges,
                             const optimize::Shares& shares) {
  std::vector<Layer> layers{input_layer(design)};
  for (std::size_t b = 1; b < design.block_count(); ++b) layers.push_back(layer_of(design, b));
  for (std::size_t b = 0; b < layers.size() && b < ranges.size(); ++b)
    layers[b].range = real_range(
        ranges[b], b == 0 ? std::vector<net::Activation>() : activations(design.blocks[b - 1]));
  add_shares(layers, shares);
  return layers;
}

}  // namespace certifix::report
