#include "certifix/cost/model.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "certifix/base/error.hpp"
#include "certifix/cost/cost.hpp"
#include "certifix/cost/program.hpp"

namespace certifix::cost {
namespace {

constexpr std::array<std::string_view, kFigures> kNames = {
    "multiplications", "weight_bits", "bias_bits",   "area",      "csd_digits",
    "adder_bits",      "paper_cost",  "flash_bytes", "cortex_m0", "cortex_m4"};

// LUTs of a 7-series FPGA for each bit of an adder, before subexpressions are shared; fitted on
// synthesised parallel netlists.
// Not fitted: what makes a weight that hardly matters become 0, so that there is less to connect.
constexpr double kLutsPerMultiplication = 8;

using Weights = std::vector<std::pair<Figure, double>>;

Model weighted(std::string name, const Weights& weights) {
  Model model{std::move(name), {}, {}};
  for (const auto& [figure, weight] : weights) model[figure] = weight;
  return model;
}

// Adder bits are those before any netlist exists; a netlist's own count would enter here.
double count(Figure figure, const Cost& cost, const Program& program) {
  switch (figure) {
    case Figure::multiplications:
      return static_cast<double>(cost.multiplications);
    case Figure::weight_bits:
      return static_cast<double>(cost.weight_bits);
    case Figure::bias_bits:
      return static_cast<double>(cost.bias_bits);
    case Figure::area:
      return static_cast<double>(cost.area);
    case Figure::csd_digits:
      return static_cast<double>(cost.csd_digits);
    case Figure::adder_bits:
      return static_cast<double>(cost.adder_bits);
    case Figure::paper_cost:
      return static_cast<double>(cost.paper_cost);
    case Figure::flash_bytes:
      return static_cast<double>(program.flash_bytes);
    case Figure::cortex_m0:
      return program.cortex_m0;
    case Figure::cortex_m4:
      return program.cortex_m4;
  }
  throw Bug(__FILE__, __LINE__, "unknown figure");
}

double table_cost(const Table& table, const design::Design& design) {
  double sum = 0;
  for (const design::Block& block : design.blocks)
    for (const design::Row& row : block.rows) {
      const int width = weight_width(row);
      for (const design::Term& term : row.terms)
        sum += table.at(width, value_width(design, term.source, term.index));
    }
  return sum;
}

}  // namespace

std::string_view name(Figure figure) { return kNames[static_cast<std::size_t>(figure)]; }

std::optional<Figure> figure_named(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Figure>(found - kNames.begin());
}

double Table::at(int weight_bits, int value_bits) const {
  const int most_weight = static_cast<int>(rows.size());
  const int most_value = static_cast<int>(rows[0].size());
  double sum = 0;
  for (int w = weight_bits; w > 0; w -= most_weight)
    for (int a = value_bits; a > 0; a -= most_value)
      sum += rows[static_cast<std::size_t>(std::min(w, most_weight) - 1)]
                 [static_cast<std::size_t>(std::min(a, most_value) - 1)];
  return sum;
}

std::optional<Model> named_model(std::string_view name) {
  if (name == "area") return weighted("area", {{Figure::area, 1}});
  if (name == "memory")
    return weighted("memory", {{Figure::weight_bits, 1}, {Figure::bias_bits, 1}});
  if (name == "lut")
    return weighted("lut", {{Figure::adder_bits, kLutsPerAdderBit},
                            {Figure::multiplications, kLutsPerMultiplication}});
  if (name == "mcu") return weighted("mcu", {{Figure::cortex_m0, 1}, {Figure::flash_bytes, 1}});
  if (name == "paper") return weighted("paper", {{Figure::paper_cost, 1}});
  return std::nullopt;
}

const std::vector<std::string>& model_names() {
  static const std::vector<std::string> names = {"area", "memory", "lut", "mcu", "paper"};
  return names;
}

double value(const Model& model, const design::Design& design) {
  const Cost cost = measure(design);
  const Program program = counts_program(model) ? measure_program(design) : Program{};
  double sum = model.table ? table_cost(*model.table, design) : 0;
  for (std::size_t k = 0; k < kFigures; ++k)
    if (model.weight[k] > 0) sum += model.weight[k] * count(static_cast<Figure>(k), cost, program);
  return sum;
}

Linear multiplication(const Model& model, int weight_bits, int digits) {
  return {model[Figure::multiplications] + model[Figure::weight_bits] * weight_bits +
              model[Figure::csd_digits] * digits,
          model[Figure::area] * weight_bits + model[Figure::adder_bits] * digits};
}

double multiply_accumulate(const Model& model, int weight_width, int value_width,
                           int accumulator_width) {
  return model[Figure::flash_bytes] * (storage_bits(weight_width) / 8.0) +
         model[Figure::cortex_m0] *
             instructions(Core::cortex_m0, weight_width, value_width, accumulator_width) +
         model[Figure::cortex_m4] *
             instructions(Core::cortex_m4, weight_width, value_width, accumulator_width);
}

bool counts_digits(const Model& model) {
  return model[Figure::csd_digits] > 0 || model[Figure::adder_bits] > 0;
}

bool counts_program(const Model& model) {
  return model[Figure::flash_bytes] > 0 || model[Figure::cortex_m0] > 0 ||
         model[Figure::cortex_m4] > 0;
}

double output_bit(const Model& model) {
  double least = std::numeric_limits<double>::infinity();
  const auto take = [&](double unit) {
    if (unit > 0) least = std::min(least, unit);
  };
  for (const double weight : model.weight) take(weight);
  if (model.table)
    for (const std::vector<double>& row : model.table->rows)
      for (const double cost : row) take(cost);
  CERTIFIX_CHECK(std::isfinite(least), "a cost model counts something");
  return least;
}

}  // namespace certifix::cost
