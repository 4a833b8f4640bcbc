// What a choice of values and grids makes of the bounds, taken apart weight by weight: for networks
// where the joint analysis is too slow to be asked about every single change.
//
// Bound r (a leaf and a functional) is used to
//     s_r ( phi_r sum over weights c_ri |value - weight| A_rj + sum over elements c_rj 2^(lsb_j -
//     1) )
// with c the sensitivities of a reference design relative to the bound, A_rj half the range of what
// the weight reads on the leaf (biases hold the middle), phi the part of the first sum that is left
// when differences meet with their signs, and s such that the reference itself comes out as the
// joint analysis has it. One more bound a functional takes sensitivities and ranges at their
// largest over all leaves, scaled so that the reference uses it as much as its worst leaf.
#pragma once

#include <memory>
#include <vector>

#include "certifix/optimize/neuron_model.hpp"
#include "certifix/optimize/weight_bounds.hpp"

namespace certifix::optimize {

class WeightEstimate : public WeightBounds {
 public:
  // reference: the design that realize() made of the choice. probed: positions in the set of the
  // leaves with bounds of their own. everywhere: sensitivities over all leaves of the tree; empty
  // if the box is whole.
  WeightEstimate(const Subject& subject, const WeightPlaces& places, const LeafSet& leaves,
                 const std::vector<std::size_t>& probed, const Sensitivity& everywhere,
                 WeightChoice choice, const Candidate& reference);

  std::unique_ptr<WeightBounds> copy() const override {
    return std::make_unique<WeightEstimate>(*this);
  }
  const WeightChoice& choice() const override { return choice_; }
  void apply(const WeightChange& change) override;
  std::vector<double> uses(const Barrier&) const override { return uses_; }

 private:
  // What never changes, shared by copies.
  struct Prices {
    std::vector<std::vector<std::vector<double>>> weight;  // [row][term][r]: per unit of difference
    std::vector<std::vector<double>> element;              // [element][r]: per unit of rounding
  };
  double rounding(std::size_t e, int lsb) const;

  const Subject& subject_;
  const WeightPlaces& places_;
  std::shared_ptr<const Prices> prices_;
  WeightChoice choice_;
  std::vector<double> uses_;
};

}  // namespace certifix::optimize
