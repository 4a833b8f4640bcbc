#include "certifix/optimize/aster_layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "certifix/base/error.hpp"
#include "certifix/semantics/evaluate.hpp"

namespace certifix::optimize {
namespace {

using num::Interval;
using num::Rational;

Interval hull(const Interval& a, const Interval& b) {
  return {std::min(a.lower(), b.lower()), std::max(a.upper(), b.upper())};
}

Interval product(const Interval& a, const Interval& b) {
  const auto [low, high] = std::minmax(
      {a.lower() * b.lower(), a.lower() * b.upper(), a.upper() * b.lower(), a.upper() * b.upper()});
  return {low, high};
}

Interval apply(net::Activation activation, const Interval& z) {
  return {semantics::apply(activation, z.lower()),
          semantics::apply(activation, z.upper())};  // both monotone
}

void require_chain(const net::Network& network) {
  for (std::size_t b = 1; b < network.block_count(); ++b) {
    const net::Block& block = network.block(b);
    if (block.sources.size() == 1 && block.sources[0].block == b - 1) continue;
    throw Error(ErrorCode::not_in_this_version,
                fmt::format("method aster takes chains of layers only, and block '{}' does not "
                            "read exactly the block before it",
                            block.name),
                block.origin, "use --method certifix or --method uniform");
  }
}

Interval weight_hull(const net::Matrix& matrix) {
  bool first = matrix.entry_count() == matrix.rows() * matrix.columns();
  Interval result;  // [0, 0] stands for the zeros that are not stored
  for (std::size_t i = 0; i < matrix.rows(); ++i) {
    for (const net::Entry& entry : matrix.row(i)) {
      const Interval point(entry.value, entry.value);
      result = first ? point : hull(result, point);
      first = false;
    }
  }
  return result;
}

}  // namespace

std::vector<AsterLayer> aster_layers(const net::Network& network, const spec::Box& box) {
  require_chain(network);
  std::vector<AsterLayer> layers;
  Interval source = box[0];
  for (const Interval& input : box) source = hull(source, input);
  for (std::size_t b = 1; b < network.block_count(); ++b) {
    const net::Block& block = network.block(b);
    AsterLayer layer;
    layer.rows = block.size();
    layer.columns = network.size(b - 1);
    layer.source = source;
    layer.weights = weight_hull(block.sources[0].weights);
    const auto [low, high] = std::minmax_element(block.bias.begin(), block.bias.end());
    layer.biases = {*low, *high};
    const Rational n(num::Integer(static_cast<unsigned long>(layer.columns)));
    const Interval one = product(layer.weights, layer.source);
    layer.dot = {n * one.lower(), n * one.upper()};
    layer.result = {layer.dot.lower() + layer.biases.lower(),
                    layer.dot.upper() + layer.biases.upper()};
    layer.activation = apply(block.activation[0], layer.result);
    for (const net::Activation activation : block.activation)
      layer.activation = hull(layer.activation, apply(activation, layer.result));
    source = layer.activation;
    layers.push_back(std::move(layer));
  }
  return layers;
}

Rational magnitude(const Interval& interval) {
  return std::max(num::abs(interval.lower()), num::abs(interval.upper()));
}

int integer_bits(const Rational& r) { return static_cast<int>(num::bit_length(num::floor(r))); }

int ceil_log2(std::size_t n) { return static_cast<int>(std::bit_width(n - 1)); }

}  // namespace certifix::optimize
