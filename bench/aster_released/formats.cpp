#include "bench/aster_released/formats.hpp"

#include <algorithm>

namespace certifix::aster_released {
namespace {

using num::Interval;
using num::Rational;
using optimize::AsterLayer;

int signed_bits(const Interval& range) {
  return optimize::integer_bits(optimize::magnitude(range)) + 1;
}

Fixed fixed(int integer, int fraction) { return {integer + fraction, integer}; }

// The most integer and the most fractional bits of several formats.
Fixed hull(const std::vector<Fixed>& formats) {
  int integer = 0;
  int fraction = 0;
  for (const Fixed& f : formats) {
    integer = std::max(integer, f.integer);
    fraction = std::max(fraction, f.fraction());
  }
  return fixed(integer, fraction);
}

Interval product(const Interval& a, const Interval& b) {
  const auto [low, high] = std::minmax(
      {a.lower() * b.lower(), a.lower() * b.upper(), a.upper() * b.lower(), a.upper() * b.upper()});
  return {low, high};
}

}  // namespace

std::vector<LayerFormats> layer_formats(const std::vector<AsterLayer>& layers, const spec::Box& box,
                                        const Setting& setting, const Formats& formats) {
  std::vector<LayerFormats> result;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const AsterLayer& layer = layers[i];
    LayerFormats f;
    const int gb = formats.pi_dot[i] + optimize::ceil_log2(layer.columns) + 1;
    Interval sum;
    for (std::size_t l = 0; l < layer.columns; ++l) {
      // The first layer's products use each input's own range.
      const Interval& source = i == 0 ? box[l] : layer.source;
      const int bits = optimize::integer_bits(optimize::magnitude(source));
      f.source.push_back(i == 0 ? fixed(bits + 1, setting.options.input_fraction)
                                : result.back().activation);
      f.weight.push_back(fixed(signed_bits(layer.weights), gb + bits));
      const Interval one = product(layer.weights, source);
      sum = {sum.lower() + one.lower(), sum.upper() + one.upper()};
      f.product.push_back(fixed(signed_bits(one), gb));
      f.partial.push_back(fixed(signed_bits(sum), gb));
    }
    f.dot = fixed(signed_bits(layer.dot), formats.pi_dot[i]);
    f.bias = fixed(signed_bits(layer.biases), formats.pi_bias[i]);
    f.result = fixed(signed_bits(layer.result), formats.pi_bias[i]);
    f.activation = {f.result.width, signed_bits(layer.activation)};
    result.push_back(std::move(f));
  }
  return result;
}

std::int64_t table4_cost(const std::vector<AsterLayer>& layers,
                         const std::vector<LayerFormats>& formats) {
  constexpr int kWord = 32;
  std::int64_t cost = 0;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Fixed weight = hull(formats[i].weight);
    const Fixed value = hull({formats[i].dot, formats[i].result, formats[i].activation});
    const std::int64_t w = std::min(kWord, weight.width);
    const std::int64_t q = std::min(kWord, value.width) - value.integer;
    const auto products = static_cast<std::int64_t>(layers[i].rows * layers[i].columns);
    cost += products * w * q + 2 * q;
  }
  return cost;
}

}  // namespace certifix::aster_released
