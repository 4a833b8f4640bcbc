#include "certifix/check/ranges.hpp"

#include <algorithm>

#include "certifix/base/error.hpp"

namespace certifix::check {
namespace {

using net::Activation;

// Rows bounded together: an upper and a lower functional each. More would not be faster.
constexpr std::size_t kRowsAtOnce = 16;

// R-WEIGHTS: tau >= (v/2) (sum of |a| over the weights that changed), + u/2 if the bias changed.
Integer weight_rounding(const RealRow& row, const LeafState& state, Precision precision) {
  Integer sum = row.bias_changed ? to_products(1, precision) : Integer(0);
  for (const std::size_t element : row.changed) sum += magnitude(state[element].value);
  return num::ceil_shift(sum, static_cast<unsigned long>(precision.weights) + 1);
}

// R-INTERVAL: sum of w [a] + b + [-tau, tau].
Range interval_bound(const RealRow& row, const Integer& tau, const LeafState& state,
                     Precision precision) {
  Range sum{0, 0};
  for (const Edge& edge : row.weights) add_product(sum, edge.weight, state[edge.element].value);
  return to_values(sum, precision) + Range{Integer(row.bias - tau), Integer(row.bias + tau)};
}

Range activated(Activation activation, const Range& z) {
  switch (activation) {
    case Activation::identity:
      return z;
    case Activation::relu:
      return {std::max(z.lower, Integer(0)), std::max(z.upper, Integer(0))};
  }
  throw Bug(__FILE__, __LINE__, "unknown activation");
}

// The chord of relu over [l, h], l < 0 < h: slope h / (h - l) rounded down to the grid, and an
// offset that lies above relu(z) - slope z at both ends.
Relaxation crossing(const Range& z, Precision precision) {
  Relaxation result;
  result.kind = Relaxation::Kind::crossing;
  result.upper_slope = to_products(z.upper, precision) / Integer(z.upper - z.lower);
  const Integer at_lower = -result.upper_slope * z.lower;  // units of uv
  const Integer at_upper = to_products(z.upper, precision) - result.upper_slope * z.upper;
  result.upper_offset =
      num::ceil_shift(std::max(at_lower, at_upper), static_cast<unsigned long>(precision.weights));
  result.lower_is_z = z.upper > -z.lower;
  return result;
}

Relaxation relax(Activation activation, const Range& z, Precision precision) {
  Relaxation result;
  switch (activation) {
    case Activation::identity:
      return result;
    case Activation::relu:
      if (z.lower >= 0) return result;
      if (z.upper > 0) return crossing(z, precision);
      result.kind = Relaxation::Kind::dead;
      return result;
  }
  throw Bug(__FILE__, __LINE__, "unknown activation");
}

}  // namespace

Range input_range(const num::Interval& leaf, int precision) {
  return {grid_below(leaf.lower(), precision), grid_above(leaf.upper(), precision)};
}

template <class Coefficient>
void BlockRanges<Coefficient>::bound(std::size_t block, LeafState& state) {
  const std::size_t first = network_.starts[block], last = network_.starts[block + 1];
  for (std::size_t e = first; e < last; ++e) {
    state[e].tau = weight_rounding(network_.row(e), state, network_.precision);
    state[e].before = interval_bound(network_.row(e), state[e].tau, state, network_.precision);
  }
  for (std::size_t e = first; e < last; e += kRowsAtOnce)
    back_substitute(e, std::min(e + kRowsAtOnce, last), state);
  for (std::size_t e = first; e < last; ++e) {
    const Activation activation = network_.row(e).activation;
    state[e].value = activated(activation, state[e].before);
    state[e].relaxation = relax(activation, state[e].before, network_.precision);
  }
}

// R-BACKSUBSTITUTION for the rows first .. last - 1, all of one block: form 2k bounds the k-th row
// above, form 2k + 1 bounds its negative above. All start from elements of earlier blocks.
template <class Coefficient>
void BlockRanges<Coefficient>::back_substitute(std::size_t first, std::size_t last,
                                               LeafState& state) {
  const Precision precision = network_.precision;
  forms_.reset(2 * (last - first), first);
  for (std::size_t e = first; e < last; ++e) {
    const RealRow& row = network_.row(e);
    const std::size_t up = 2 * (e - first), down = up + 1;
    for (const Edge& edge : row.weights) {
      const auto weight = shifted_up(edge.as<Coefficient>(), precision.weights);
      forms_.coefficients(up)[edge.element] = weight;
      forms_.coefficients(down)[edge.element] = -weight;
    }
    forms_.constant(up) = to_products(row.bias + state[e].tau, precision);
    forms_.constant(down) = to_products(state[e].tau - row.bias, precision);
  }
  bound_above(network_, state, forms_);
  for (std::size_t e = first; e < last; ++e) {
    const std::size_t up = 2 * (e - first), down = up + 1;
    const Range bound = to_values({-forms_.constant(down), forms_.constant(up)}, precision);
    state[e].before = intersection(state[e].before, bound);
  }
}

template class BlockRanges<Word>;
template class BlockRanges<Integer>;

}  // namespace certifix::check
