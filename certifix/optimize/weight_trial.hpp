// What a choice of values and grids makes of the bounds, without building a design: fast enough to
// ask of thousands of single changes.
//
// The doubles of the analysis (error/float_design.hpp) are kept for one choice and changed where a
// change reaches; biases are centred as realize() does. Ranges are the real ones of the leaves, and
// operator norms those of the choice that the trial began with, so that a use may be off by a hair:
// realize() has the word on what is kept.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "certifix/optimize/realize.hpp"
#include "certifix/optimize/weight_choice.hpp"

namespace certifix::optimize {

// Other values for some terms of one row, or another grid of one element, or both.
struct WeightChange {
  std::size_t row = 0;
  std::vector<std::pair<std::size_t, double>> values;  // (term, value)
  std::optional<std::pair<std::size_t, int>> grid;     // (element, lsb)
};

void apply(const WeightChange& change, WeightChoice& choice);

class WeightTrial {
 public:
  // image: of the design that realize() made of the choice.
  WeightTrial(const Subject& subject, const WeightPlaces& places, const LeafSet& leaves,
              WeightChoice choice, error::FloatDesign image);

  const WeightChoice& choice() const { return choice_; }
  void apply(const WeightChange& change);

  // error / bound of every functional on the leaves given (positions in the set), outputs centred:
  // [leaf][functional], functionals fastest.
  std::vector<double> uses(const std::vector<std::size_t>& leaves) const;

 private:
  void refresh_row(std::size_t r);

  const Subject& subject_;
  const WeightPlaces& places_;
  const LeafSet& leaves_;
  WeightChoice choice_;
  error::FloatDesign image_;
};

}  // namespace certifix::optimize
