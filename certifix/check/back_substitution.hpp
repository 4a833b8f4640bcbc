// R-BACKSUBSTITUTION of docs/soundness.md: upper bounds of linear forms over the real network.
#pragma once

#include <cstddef>
#include <vector>

#include "certifix/check/grid_network.hpp"
#include "certifix/check/leaf_state.hpp"

namespace certifix::check {

// Linear forms: sum of coefficient * (quantity of the element) over elements 0 .. elements - 1,
// + constant; all in units of u^2. Keeps its memory when it is used again.
class Forms {
 public:
  // All zero.
  void reset(std::size_t count, std::size_t elements);

  std::size_t count() const { return count_; }
  std::size_t elements() const { return elements_; }
  Integer* coefficients(std::size_t form) { return coefficients_.data() + form * elements_; }
  Integer& constant(std::size_t form) { return constants_[form]; }

 private:
  std::size_t count_ = 0, elements_ = 0;
  std::vector<Integer> coefficients_, constants_;
};

// coefficient = n u^2 as n' u, rounded down; what it moved by, less than u, times the magnitude of
// what it multiplies, is added to `slack` (units of u^2).
Integer rounded(const Integer& coefficient, const Range& multiplies, int precision, Integer& slack);

// Forms over the activations a of the real network on a leaf. Eliminates all coefficients: every
// form is then at most its constant. The elements of the forms belong to finished blocks.
void bound_above(const GridNetwork& network, const LeafState& state, Forms& forms);

}  // namespace certifix::check
