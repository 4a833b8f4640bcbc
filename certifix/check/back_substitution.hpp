// R-BACKSUBSTITUTION of docs/soundness.md: upper bounds of linear forms over the real network.
#pragma once

#include <cstddef>
#include <vector>

#include "certifix/check/grid_network.hpp"
#include "certifix/check/leaf_state.hpp"

namespace certifix::check {

// Linear forms: sum of coefficient * (quantity of the element) over elements 0 .. elements - 1,
// + constant; coefficients in units of v^2, constants in units of uv. Keeps its memory when it is
// used again.
template <class Coefficient>
class Forms {
 public:
  // All zero.
  void reset(std::size_t count, std::size_t elements);

  std::size_t count() const { return count_; }
  std::size_t elements() const { return elements_; }
  Products<Coefficient>* coefficients(std::size_t form) {
    return coefficients_.data() + form * elements_;
  }
  Integer& constant(std::size_t form) { return constants_[form]; }

 private:
  std::size_t count_ = 0, elements_ = 0;
  std::vector<Products<Coefficient>> coefficients_;
  std::vector<Integer> constants_;
};

// coefficient = n v^2 as n' v, rounded down; what it moved by, less than v, times the magnitude of
// what it multiplies, is added to `slack` (units of uv).
template <class Coefficient>
Coefficient rounded(const Products<Coefficient>& coefficient, const Range& multiplies,
                    Precision precision, Integer& slack) {
  bool exact = false;
  const Coefficient result = shifted_down(coefficient, precision.weights, exact);
  if (!exact) add_magnitude(slack, Word{1}, multiplies);
  return result;
}

// Forms over the activations a of the real network on a leaf. Eliminates all coefficients: every
// form is then at most its constant. The elements of the forms belong to finished blocks.
template <class Coefficient>
void bound_above(const GridNetwork& network, const LeafState& state, Forms<Coefficient>& forms);

}  // namespace certifix::check
