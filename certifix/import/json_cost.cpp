// Cost models in JSON (docs/cost-models.md).
#include <charconv>
#include <cmath>

#include "certifix/import/file.hpp"
#include "certifix/import/import.hpp"
#include "certifix/import/json_text.hpp"
#include "certifix/import/readers.hpp"
#include "certifix/import/text.hpp"

namespace certifix::import {
namespace {

constexpr std::string_view kHelp = "see docs/cost-models.md for the format";

// A decimal >= 0, rounded to the nearest double.
double price(const JsonReader& reader, const Json& value, const std::string& place) {
  const num::Rational exact = reader.number(value, place);
  if (exact.sign() < 0)
    throw Error(ErrorCode::malformed_cost, "a cost is below 0", reader.at(place),
                "costs are decimal numbers from 0");
  const std::string& text = value.text;
  double nearest = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), nearest);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(nearest))
    throw Error(ErrorCode::bad_number, in_quotes(text) + " is beyond the range of a double",
                reader.at(place), "choose a larger unit");
  return nearest;
}

void read_weights(const JsonReader& reader, const Json& weights, cost::Model& model) {
  if (weights.kind != Json::Kind::object)
    throw Error(ErrorCode::malformed_cost,
                "expected an object, found " + std::string(kind_name(weights.kind)),
                reader.at("weights"), "write {\"area\": 1}");
  std::string known;
  for (std::size_t k = 0; k < cost::kFigures; ++k)
    known += (k ? ", " : "") + std::string(cost::name(static_cast<cost::Figure>(k)));
  for (std::size_t k = 0; k < weights.items.size(); ++k) {
    const std::optional<cost::Figure> figure = cost::figure_named(weights.names[k]);
    if (!figure)
      throw Error(ErrorCode::malformed_cost,
                  "there is no figure " + in_quotes(weights.names[k]) + " to be weighted",
                  reader.at("weights"), "the figures are " + known);
    model[*figure] = price(reader, weights.items[k], "weights." + weights.names[k]);
  }
}

cost::Table read_table(const JsonReader& reader, const Json& value) {
  cost::Table table;
  for (const Json& row : reader.array(value, "table")) {
    const std::string place = "table[" + std::to_string(table.rows.size()) + "]";
    std::vector<double> costs;
    for (const Json& entry : reader.array(row, place))
      costs.push_back(price(reader, entry, place + "[" + std::to_string(costs.size()) + "]"));
    const std::size_t columns = table.rows.empty() ? costs.size() : table.rows[0].size();
    if (costs.size() != columns || costs.empty())
      throw Error(ErrorCode::malformed_cost,
                  "a row of " + std::to_string(costs.size()) + " costs, where the first has " +
                      std::to_string(columns),
                  reader.at(place), "write one cost for each width of a value, from 1 bit up");
    table.rows.push_back(std::move(costs));
  }
  if (table.rows.empty())
    throw Error(ErrorCode::malformed_cost, "the table has no row", reader.at("table"),
                "write one row for each width of a weight, from 1 bit up");
  return table;
}

bool counts_something(const cost::Model& model) {
  double sum = 0;
  for (const double weight : model.weight) sum += weight;
  if (model.table)
    for (const std::vector<double>& row : model.table->rows)
      for (const double cost : row) sum += cost;
  return sum > 0;
}

}  // namespace

cost::Model read_cost_model(const std::filesystem::path& path) {
  return read_json_cost(read_file(path, ErrorCode::malformed_cost), path.string());
}

cost::Model read_json_cost(std::string_view bytes, const std::string& file) {
  const Json root = parse_json(bytes, file, ErrorCode::malformed_cost);
  const JsonReader reader(file, ErrorCode::malformed_cost);
  cost::Model model;
  model.name = reader.string(reader.member(root, "name", "top level"), "name");
  if (model.name.empty() || plain_name(model.name, "") != model.name)
    throw Error(ErrorCode::malformed_cost, in_quotes(model.name) + " is no name of a cost model",
                reader.at("name"), "use 1 to 64 characters A-Z a-z 0-9 _ . -");
  for (std::size_t k = 0; k < root.items.size(); ++k) {
    if (root.names[k] == "name") continue;
    if (root.names[k] == "weights")
      read_weights(reader, root.items[k], model);
    else if (root.names[k] == "table")
      model.table = read_table(reader, root.items[k]);
    else
      throw Error(ErrorCode::malformed_cost,
                  "the key " + in_quotes(root.names[k]) + " is not known", reader.at("top level"),
                  "the keys are name, weights, table");
  }
  if (!counts_something(model))
    throw Error(ErrorCode::malformed_cost, "nothing has a cost above 0", reader.at("top level"),
                std::string(kHelp));
  return model;
}

}  // namespace certifix::import
