// What the weight method decides: the value of every weight, and the grid of every input and
// output.
//
// A row's weights share one word: from the lowest bit of any of them to the sign of the widest.
// A neuron may be replaced by an affine function (weight_goals.hpp): what values are near to then
// are other numbers than the weights of the network.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "certifix/optimize/plan.hpp"
#include "certifix/optimize/search_options.hpp"
#include "certifix/optimize/subject.hpp"

namespace certifix::optimize {

// The places of a choice: what the network has to be chosen for.
struct WeightPlaces {
  struct Term {
    std::size_t source;   // position among the block's sources
    std::size_t column;   // of it
    std::size_t element;  // the same as an element
    double weight;        // of the network
  };
  struct Reader {
    std::size_t row;
    std::size_t term;
  };
  struct Row {
    std::size_t block;  // >= 1
    std::size_t index;
    std::vector<Term> terms;  // in the order of the network, as in a plan
  };
  std::vector<Row> rows;           // block by block
  std::vector<std::size_t> start;  // the first element of each block; elements are inputs and
                                   // outputs of rows, block by block
  std::vector<std::vector<Reader>> readers;  // per element: the terms of it
  std::size_t outputs = 0;                   // the first element of the last block

  std::size_t elements() const { return readers.size(); }
  std::size_t inputs() const { return start[1]; }
  // The element that row r puts out.
  std::size_t output_of(std::size_t r) const { return inputs() + r; }
};

WeightPlaces weight_places(const Subject& subject);

inline constexpr double kKept = -1;  // the slope of a neuron that is not replaced

struct WeightChoice {
  std::vector<std::vector<double>> value;  // [row][term]
  std::vector<int> lsb;                    // [element]
  std::vector<double> slope;               // [row]: of what replaces the neuron, or kKept

  friend bool operator==(const WeightChoice&, const WeightChoice&) = default;
};

// Other values for some terms of one row.
struct RowChange {
  std::size_t row;
  std::vector<std::pair<std::size_t, double>> values;  // (term, value)
};

// Other values for terms of some rows, each once, or another grid of one element; never both.
struct WeightChange {
  std::vector<RowChange> rows;
  std::optional<std::pair<std::size_t, int>> grid = {};      // (element, lsb)
  std::optional<std::pair<std::size_t, double>> slope = {};  // (row, slope), beside its values
};

void apply(const WeightChange& change, WeightChoice& choice);
// The change that takes back `change` of `choice`.
WeightChange inverse(const WeightChange& change, const WeightChoice& choice);

// The plan that stands for a choice, and back: the values that a plan rounds to, every neuron kept.
Plan weight_plan(const Subject& subject, const WeightPlaces& places, const WeightChoice& choice);
WeightChoice weight_choice(const WeightPlaces& places, const Plan& plan);

// The lowest bit of a row's weights; 0 for a row without.
int row_lsb(const std::vector<double>& values);
// Two's complement width of a row's word; 0 for a row without weights.
int row_width(const std::vector<double>& values);

// The widths that elements have at lsb 0: width = top - lsb (their ranges hardly change with
// grids).
using Tops = std::vector<int>;
Tops tops(const WeightPlaces& places, const design::Design& design);

// The cost of one multiplication, in a row of so many bits; 0 for a weight that is 0.
double term_cost(const WeightPlaces& places, const WeightChoice& choice, const Tops& top,
                 const cost::Model& cost, std::size_t r, std::size_t t, int row_width);
// Of one row's multiplications, and of an output's bits.
double row_cost(const WeightPlaces& places, const WeightChoice& choice, const Tops& top,
                const cost::Model& cost, std::size_t r);
double output_cost(const WeightPlaces& places, const WeightChoice& choice, const Tops& top,
                   const cost::Model& cost, std::size_t element);
double total_cost(const WeightPlaces& places, const WeightChoice& choice, const Tops& top,
                  const cost::Model& cost);

}  // namespace certifix::optimize
