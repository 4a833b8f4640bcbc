// What a choice of values and grids makes of the bounds, as the joint analysis sees it, without
// building a design.
//
// The doubles of the analysis (error/float_design.hpp) are kept for one choice and changed where a
// change reaches; biases are centred as realize() does. Operator norms stay those of the choice
// that the trial began with, so that a use may be off by a hair: realize() has the word on what is
// kept.
#pragma once

#include <memory>
#include <vector>

#include "certifix/optimize/realize.hpp"
#include "certifix/optimize/weight_bounds.hpp"

namespace certifix::optimize {

class WeightTrial : public WeightBounds {
 public:
  // image: of the design that realize() made of the choice. probed: positions in the set of the
  // leaves on which uses are asked, [leaf][functional] with functionals fastest.
  WeightTrial(const Subject& subject, const WeightPlaces& places, const LeafSet& leaves,
              std::vector<std::size_t> probed, WeightChoice choice, error::FloatDesign image);

  std::unique_ptr<WeightBounds> copy() const override {
    return std::make_unique<WeightTrial>(*this);
  }
  const WeightChoice& choice() const override { return choice_; }
  void apply(const WeightChange& change) override;
  std::vector<double> uses(const Barrier& barrier) const override;

 private:
  void refresh_row(std::size_t r);

  const Subject& subject_;
  const WeightPlaces& places_;
  const LeafSet& leaves_;
  std::vector<std::size_t> probed_;
  std::vector<double> bounds_;  // of the functionals, rounded up
  WeightChoice choice_;
  error::FloatDesign image_;
};

}  // namespace certifix::optimize
