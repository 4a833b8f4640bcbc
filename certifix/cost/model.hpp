// What a search minimises: a weighted sum of figures counted on the design, and optionally a table
// with the cost of each multiplication by the widths of its operands. One form for all models;
// docs/cost-models.md says what each is for.
//
//     name     value                                             unit
//     area     area                                              bits of weight x bits of value
//     memory   weight_bits + bias_bits                           bits
//     lut      0.63 adder_bits + 8 multiplications                LUTs of a parallel circuit
//     mcu      cortex_m0 + flash_bytes                           instructions, bytes
//     paper    paper_cost                                        the Aster paper's own
//
// Values are doubles: counts are exact up to 2^53, sums with weights are rounded to nearest. A
// value decides which of two proven designs is kept, nothing else.
//
// Example:
//   const Model model = *named_model("memory");
//   value(model, design)                           // of a whole design
//   multiplication(model, {.weight_bits = 9})      // of a part of it, before there is a design
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certifix/design/design.hpp"

namespace certifix::cost {

// Of a circuit before subexpressions are shared; fitted (docs/cost-models.md).
inline constexpr double kLutsPerAdderBit = 0.63;

// What can be counted: the fields of Cost (cost.hpp) and of Program (program.hpp) of these names.
enum class Figure {
  multiplications,
  weight_bits,
  bias_bits,
  area,
  csd_digits,
  adder_bits,
  paper_cost,
  flash_bytes,
  cortex_m0,
  cortex_m4,
};
inline constexpr std::size_t kFigures = 10;
std::string_view name(Figure figure);
std::optional<Figure> figure_named(std::string_view name);

// The cost of one multiplication by the widths of weight and value. A multiplier wider than the
// table is made of several that fit, as in schoolbook multiplication: at(W + w, a) = at(W, a) +
// at(w, a) for a table of W rows, and likewise for columns.
struct Table {
  std::vector<std::vector<double>> rows;  // [bits(w) - 1][bits(a) - 1]; rows are equally long
  double at(int weight_bits, int value_bits) const;

  friend bool operator==(const Table&, const Table&) = default;
};

struct Model {
  std::string name;
  std::array<double, kFigures> weight{};  // by Figure, >= 0
  std::optional<Table> table;

  double& operator[](Figure figure) { return weight[static_cast<std::size_t>(figure)]; }
  double operator[](Figure figure) const { return weight[static_cast<std::size_t>(figure)]; }

  friend bool operator==(const Model&, const Model&) = default;
};

// "area", "memory", "lut", "mcu", "paper"; nothing for another name.
std::optional<Model> named_model(std::string_view name);
const std::vector<std::string>& model_names();

// The cost of a whole design.
double value(const Model& model, const design::Design& design);

// The parts that searches price one by one, before there is a design.
//
// A multiplication of a circuit: its share of every figure but bias_bits, paper_cost and those of
// programs, and its entry of the table. Linear in bits(a) but for the table:
//     fixed + per_value_bit * bits(a) + table.at(bits(w), bits(a))
struct Linear {
  double fixed;
  double per_value_bit;
};
Linear multiplication(const Model& model, int weight_bits, int digits);
// A multiply-accumulate of a program: its instructions and the bytes of its weight.
double multiply_accumulate(const Model& model, int weight_width, int value_width,
                           int accumulator_width);

bool counts_digits(const Model& model);   // csd_digits or adder_bits matter
bool counts_program(const Model& model);  // flash_bytes, cortex_m0 or cortex_m4 matter
// What one bit of an output is worth to a search. Outputs multiply nothing, so that models leave
// them out; one unit of the cheapest figure keeps them from being wide for free.
double output_bit(const Model& model);

}  // namespace certifix::cost
