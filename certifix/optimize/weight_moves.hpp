// The single changes that a search over choices tries.
#pragma once

#include <cstddef>
#include <vector>

#include "certifix/optimize/weight_choice.hpp"

namespace certifix::optimize {

class WeightMoves {
 public:
  // hull: of the real ranges over the leaves. inputs_fixed: their grids stay as they are.
  // replacing: neurons may be replaced by affine functions.
  WeightMoves(const Subject& subject, const WeightPlaces& places, const range::Ranges& hull,
              bool inputs_fixed, bool replacing);

  // What changes are about: a weight, a row, an element, or a neuron.
  std::size_t units() const { return units_.size(); }
  // Other values for a weight (few_digit_values) whose error is not far above what its row bears
  // already; a row rounded anew one bit coarser or finer; an element's grid coarser or finer;
  // a neuron replaced by its chord or by a constant, or kept again.
  std::vector<WeightChange> changes(std::size_t unit, const WeightChoice& choice) const;

 private:
  enum class Kind { term, row, element, neuron };
  struct Unit {
    Kind kind;
    std::size_t at;  // row, element, or the neuron's row
    std::size_t term;
  };

  std::vector<WeightChange> of_term(std::size_t r, std::size_t t, const WeightChoice& choice) const;
  std::vector<WeightChange> of_row(std::size_t r, const WeightChoice& choice) const;
  std::vector<WeightChange> of_element(std::size_t e, const WeightChoice& choice) const;
  std::vector<WeightChange> of_neuron(std::size_t r, const WeightChoice& choice) const;

  const Subject& subject_;
  const WeightPlaces& places_;
  std::vector<std::vector<double>> reach_;  // [row][term]: half the range of what a weight reads
  std::vector<double> chord_;               // [row]: the slope of a neuron's chord
  std::vector<Unit> units_;
};

}  // namespace certifix::optimize
