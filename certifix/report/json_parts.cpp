#include "certifix/report/json_parts.hpp"

#include <cmath>

namespace certifix::report {
namespace {

// A share of the error, to a tenth of a percent: more digits would say nothing.
double rounded(double percent) { return std::round(percent * 10) / 10; }

Json span(const Span& span) { return Json::array({span.low, span.high}); }

}  // namespace

std::string text(const Json& json) { return json.dump(1) + "\n"; }

Json cost_json(const cost::Cost& cost) {
  return {{"multiplications", cost.multiplications},
          {"weight_bits", cost.weight_bits},
          {"bias_bits", cost.bias_bits},
          {"area", cost.area},
          {"csd_digits", cost.csd_digits},
          {"adder_bits", cost.adder_bits},
          {"max_word_bits", cost.max_word_bits()},
          {"max_weight_bits", cost.max_weight_bits},
          {"max_activation_bits", cost.max_activation_bits},
          {"max_accumulator_bits", cost.max_accumulator_bits},
          {"paper_cost", cost.paper_cost},
          {"clamped_inputs", cost.clamped_inputs}};
}

Json range_json(const RealRange& range) { return Json::array({range.lower, range.upper}); }

Json layer_json(const Layer& layer, bool is_input) {
  Json json{{"name", layer.name}, {"rows", layer.rows}};
  if (!is_input) {
    json["activation"] = layer.activation;
    json["multiplications"] = layer.cost.multiplications;
    json["weight_bits"] = layer.cost.max_weight_bits;
    json["accumulator_bits"] = span(layer.accumulator);
    json["area"] = layer.cost.area;
  }
  json["signed"] = layer.is_signed;
  json["bits"] = span(layer.width);
  json["lsb"] = span(layer.lsb);
  if (!layer.range.lower.empty()) json["range"] = range_json(layer.range);
  if (!is_input) json["error_share_weights_percent"] = rounded(layer.weight_share);
  json["error_share_rounding_percent"] = rounded(layer.rounding_share);
  return json;
}

}  // namespace certifix::report
