#include "bench/aster_released/formulation.hpp"

#include <algorithm>
#include <utility>

#include "certifix/base/error.hpp"

namespace certifix::aster_released {

using num::Rational;
using optimize::AsterLayer;
using optimize::AsterTable;
using optimize::AsterTables;

const std::vector<Setting>& settings() {
  static const std::vector<Setting> all = {{'A', {20, 5, 32}, false},
                                           {'B', {32, 10, 32}, false},
                                           {'C', {10, 5, 32}, true},
                                           {'D', {17, 10, 32}, true}};
  return all;
}

const Setting& setting(char name) {
  for (const Setting& s : settings())
    if (s.name == name) return s;
  throw Bug(__FILE__, __LINE__, "the paper has settings A to D");
}

AsterTables released_tables(const net::Network& network, const std::vector<AsterLayer>& layers,
                            const Setting& setting) {
  AsterTables tables;
  if (!setting.exact_inputs)
    tables.input_error = num::power_of_two(-setting.options.input_fraction);
  Rational gain = 1;  // of the layer before
  for (std::size_t i = 0; i < layers.size(); ++i) {
    AsterTable table;
    table.gain = gain;
    for (int p = setting.options.fraction_low; p <= setting.options.fraction_high; ++p) {
      table.dot.push_back(num::power_of_two(-p));
      table.bias.push_back(num::power_of_two(-p));
    }
    const Rational dot = optimize::magnitude(layers[i].dot);
    const Rational result = optimize::magnitude(layers[i].result);
    table.dot_slack = num::power_of_two(optimize::integer_bits(dot)) - dot;
    table.result_slack = num::power_of_two(optimize::integer_bits(result)) - result;
    tables.layers.push_back(std::move(table));

    gain = 0;
    const net::Matrix& weights = network.block(i + 1).sources[0].weights;
    for (std::size_t j = 0; j < weights.rows(); ++j) {
      Rational sum = 0;
      for (const net::Entry& entry : weights.row(j)) sum += entry.value;
      gain = std::max(gain, num::abs(sum));
    }
  }
  return tables;
}

std::optional<Rational> promised_error(const AsterTables& tables, const Formats& formats) {
  Rational error = tables.input_error;
  for (std::size_t i = 0; i < tables.layers.size(); ++i) {
    const AsterTable& table = tables.layers[i];
    if (i > 0) error *= table.gain;
    error += num::power_of_two(-formats.pi_dot[i]);
    if (error > table.dot_slack) return std::nullopt;
    error += num::power_of_two(-formats.pi_bias[i]);
    if (error > table.result_slack) return std::nullopt;
  }
  return error;
}

std::int64_t objective(const std::vector<AsterLayer>& layers, const Formats& formats) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const auto products = static_cast<std::int64_t>(layers[i].rows * layers[i].columns);
    sum += 32 * products * formats.pi_dot[i] + std::max(formats.pi_dot[i], formats.pi_bias[i]) +
           formats.pi_bias[i];
  }
  return sum;
}

const Formats& representative(const Optima& optima) {
  CERTIFIX_CHECK(!optima.formats.empty(), "an infeasible model has no representative");
  const auto gap = [](const Formats& f) {
    int largest = f.pi_bias[0] - f.pi_dot[0];
    for (std::size_t i = 1; i < f.pi_dot.size(); ++i)
      largest = std::max(largest, f.pi_bias[i] - f.pi_dot[i]);
    return largest;
  };
  const auto better = [&gap](const Formats& a, const Formats& b) {
    if (gap(a) != gap(b)) return gap(a) < gap(b);
    if (a.pi_bias != b.pi_bias) return a.pi_bias > b.pi_bias;
    return a.pi_dot > b.pi_dot;
  };
  const Formats* best = &optima.formats.front();
  for (const Formats& f : optima.formats)
    if (better(f, *best)) best = &f;
  return *best;
}

}  // namespace certifix::aster_released
