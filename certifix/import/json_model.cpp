// Models and boxes in JSON (see certifix/import/import.hpp for the two forms).
#include <utility>

#include "certifix/import/json_text.hpp"
#include "certifix/import/layer.hpp"
#include "certifix/import/limits.hpp"
#include "certifix/import/readers.hpp"
#include "certifix/import/text.hpp"

namespace certifix::import {
namespace {

std::string element(const std::string& place, std::size_t index) {
  return place + "[" + std::to_string(index) + "]";
}

spec::Box read_intervals(const JsonReader& reader, const Json& value, const std::string& place) {
  spec::Box box;
  const std::vector<Json>& intervals = reader.array(value, place);
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    const std::string here = element(place, i);
    const std::vector<Json>& ends = reader.array(intervals[i], here);
    if (ends.size() != 2)
      throw Error(
          ErrorCode::malformed_box,
          "an input needs two numbers, lower and upper; found " + std::to_string(ends.size()),
          reader.at(here), "write [\"lower\", \"upper\"]");
    num::Rational lower = reader.number(ends[0], here, 0);
    num::Rational upper = reader.number(ends[1], here, 1);
    if (lower > upper)
      throw Error(ErrorCode::empty_box, "the lower end is above the upper end", reader.at(here),
                  "swap or correct them");
    box.emplace_back(std::move(lower), std::move(upper));
  }
  return box;
}

net::Activation read_activation(const JsonReader& reader, const Json& layer,
                                const std::string& place) {
  const std::string& name =
      reader.string(reader.member(layer, "activation", place), place + ".activation");
  if (name == "relu") return net::Activation::relu;
  if (name == "linear") return net::Activation::identity;
  throw Error(ErrorCode::unsupported_operator,
              "the activation " + in_quotes(name) + " is not supported",
              reader.at(place + ".activation"), "use \"relu\" or \"linear\"");
}

Layer read_layer(const JsonReader& reader, const Json& value, const std::string& place,
                 std::optional<std::size_t> inputs) {
  Layer layer;
  layer.label.origin = reader.at(place);
  const std::string weights_place = place + ".weights";
  const std::string bias_place = place + ".bias";
  for (const Json& row : reader.array(reader.member(value, "weights", place), weights_place)) {
    const std::string here = element(weights_place, layer.weights.size());
    const std::vector<Json>& items = reader.array(row, here);
    if (!inputs) inputs = items.size();
    if (items.size() != *inputs || items.empty())
      throw Error(ErrorCode::bad_shape,
                  "a row of " + std::to_string(items.size()) +
                      " weights, where the layer before has " + std::to_string(*inputs) + " values",
                  reader.at(here), "write one weight for each value of the layer before");
    std::vector<num::Rational> numbers;
    for (std::size_t j = 0; j < items.size(); ++j)
      numbers.push_back(reader.number(items[j], here, static_cast<long>(j)));
    layer.weights.push_back(std::move(numbers));
  }
  const std::vector<Json>& bias = reader.array(reader.member(value, "bias", place), bias_place);
  for (std::size_t i = 0; i < bias.size(); ++i)
    layer.bias.push_back(reader.number(bias[i], bias_place, static_cast<long>(i)));
  if (layer.bias.size() != layer.weights.size() || layer.bias.empty())
    throw Error(ErrorCode::bad_shape,
                std::to_string(layer.weights.size()) + " rows of weights, but " +
                    std::to_string(layer.bias.size()) + " biases",
                reader.at(place), "write one row of weights and one bias for each neuron");
  layer.activation = read_activation(reader, value, place);
  return layer;
}

void warn_of_other_keys(const Json& object, std::initializer_list<std::string_view> known,
                        const std::string& file, std::vector<std::string>& warnings) {
  for (const std::string& name : object.names)
    if (std::find(known.begin(), known.end(), name) == known.end())
      warnings.push_back(file + ": the key " + in_quotes(name) + " is not used");
}

}  // namespace

LayeredModel read_json_model(std::string_view bytes, const std::string& file) {
  const Json root = parse_json(bytes, file, ErrorCode::malformed_model);
  const JsonReader reader(file, ErrorCode::malformed_model);
  const std::vector<Json>& layers =
      reader.array(reader.member(root, "layers", "top level"), "layers");
  if (layers.empty())
    throw Error(ErrorCode::malformed_model, "the model has no layer", reader.at("layers"),
                "write at least one layer");

  ModelSummary summary;
  summary.format = "JSON";
  summary.element_type = "decimal";
  warn_of_other_keys(root, {"name", "input", "layers"}, file, summary.warnings);
  if (const Json* input = root.find("input")) {
    summary.box = read_intervals(reader, *input, "input");
    if (summary.box->empty())
      throw Error(ErrorCode::malformed_model, "the model has no input", reader.at("input"),
                  "write one [\"lower\", \"upper\"] for each input");
  }

  std::optional<NetworkBuilder> builder;
  Forms values;
  Label before;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const std::string place = element("layers", i);
    std::optional<std::size_t> inputs;
    if (i > 0)
      inputs = values.size();
    else if (summary.box)
      inputs = summary.box->size();
    const Layer layer = read_layer(reader, layers[i], place, inputs);
    if (!builder) {
      builder.emplace(layer.weights[0].size());
      values = builder->inputs();
      summary.input_shape = {static_cast<std::int64_t>(values.size())};
    }
    summary.parameters += layer.weights.size() * (values.size() + 1);
    values = apply_layer(*builder, std::move(values), before, layer);
    before = layer.label;
    summary.nodes.push_back({i,
                             place,
                             layer.activation == net::Activation::relu ? "Layer+Relu" : "Layer",
                             {{static_cast<std::int64_t>(values.size())}},
                             true,
                             "",
                             ""});
  }
  summary.output_shape = summary.nodes.back().output_shape;
  const Json* name = root.find("name");
  Imported imported{
      builder->finish(name ? reader.string(*name, "name") : "", std::move(values), before),
      summary.box, summary.warnings};
  return {std::move(imported), std::move(summary)};
}

ImportedBox read_json_box(std::string_view bytes, const std::string& file,
                          std::size_t input_count) {
  const Json root = parse_json(bytes, file, ErrorCode::malformed_box);
  const JsonReader reader(file, ErrorCode::malformed_box);
  ImportedBox result;
  result.box = read_intervals(reader, reader.member(root, "inputs", "top level"), "inputs");
  if (result.box.size() != input_count)
    throw Error(ErrorCode::box_mismatch,
                "the box has " + std::to_string(result.box.size()) + " inputs, the network " +
                    std::to_string(input_count),
                reader.at("inputs"), "write one [\"lower\", \"upper\"] for each input");
  warn_of_other_keys(root, {"inputs"}, file, result.warnings);
  return result;
}

}  // namespace certifix::import
