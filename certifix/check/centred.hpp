// R-CENTRED and R-PATTERNS of docs/soundness.md: targets carried back to the inputs as a whole.
//
// A target (the delta of a row, or a functional of the output errors) is held between
//     sum G_s e_s + sum B_s a_s - below   and   sum G_s e_s + sum B_s a_s + above,
// and loses the errors of one element after the other, from the last to the first. Sources of error
// go into above and below at once; weight differences stay as B until they are bounded together
// over the real network.
#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "certifix/check/back_substitution.hpp"
#include "certifix/check/certificate.hpp"
#include "certifix/check/grid_pair.hpp"
#include "certifix/check/leaf_state.hpp"

namespace certifix::check {

// kappa.
enum class Centre { zero, half, one };

// One per thread: keeps its working memory from leaf to leaf.
template <class Coefficient>
class CentredBounds {
 public:
  explicit CentredBounds(const GridPair& pair) : pair_(pair) {}

  // R-CENTRED for the deltas of rows of one block, whose earlier blocks are finished.
  std::vector<Range> rows(const std::vector<std::size_t>& elements, const LeafState& state);

  // R-CENTRED for each functional (units of uv); with rows to enumerate, R-PATTERNS.
  std::vector<Range> functionals(const std::vector<Neuron>& enumerated, const LeafState& state);

 private:
  void start(std::size_t count, std::size_t elements);
  void start_row(std::size_t target, std::size_t element, const LeafState& state);
  void start_functional(std::size_t target, std::size_t functional, const LeafState& state);
  Centre centre(std::size_t element, std::size_t pattern, Slope slope) const;
  // The targets' ranges, in units of uv; one pattern for each.
  std::vector<Range> carry_back(const std::vector<std::size_t>& patterns, const LeafState& state);
  void eliminate_input(std::size_t target, std::size_t input, const Element& known);
  void eliminate_row(std::size_t target, std::size_t element, Centre centre, const Element& known);
  void add_own(std::size_t target, const Coefficient& h, const Range& own);
  // Both ways, by a max |x|, a >= 0.
  template <class Factor>
  void widen(std::size_t target, const Factor& a, const Range& x);

  auto* errors(std::size_t target) { return errors_.coefficients(target); }
  auto* differences(std::size_t target) { return differences_.coefficients(2 * target); }
  Integer& above(std::size_t target) { return differences_.constant(2 * target); }
  Integer& below(std::size_t target) { return differences_.constant(2 * target + 1); }

  const GridPair& pair_;
  Forms<Coefficient> errors_;       // G; constants are not used
  Forms<Coefficient> differences_;  // B in form 2k; -B in form 2k + 1, filled in when G is gone
  // The bit of a pattern that is the slope of an element.
  std::map<std::size_t, std::size_t> pattern_bit_;
};

}  // namespace certifix::check
