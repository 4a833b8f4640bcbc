#include "certifix/check/ranges.hpp"

#include <algorithm>

#include "certifix/base/error.hpp"

namespace certifix::check {
namespace {

using net::Activation;

// Rows bounded together: an upper and a lower functional each. More would not be faster.
constexpr std::size_t kRowsAtOnce = 16;

// R-WEIGHTS: tau >= (u/2) (sum of |a| over the weights that changed, + 1 if the bias changed).
Integer weight_rounding(const PairRow& row, const LeafState& state, int precision) {
  Integer sum = row.bias_changed ? to_squares(1, precision) : Integer(0);
  for (const std::size_t element : row.changed) sum += magnitude(state[element].value);
  return num::ceil_shift(sum, static_cast<unsigned long>(precision) + 1);
}

// R-INTERVAL: sum of w [a] + b + [-tau, tau].
Range interval_bound(const PairRow& row, const Integer& tau, const LeafState& state,
                     int precision) {
  Range sum{0, 0};
  for (const Edge& edge : row.weights) add_product(sum, edge.weight, state[edge.element].value);
  return to_grid(sum, precision) + Range{Integer(row.bias - tau), Integer(row.bias + tau)};
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
Relaxation crossing(const Range& z, int precision) {
  Relaxation result;
  result.kind = Relaxation::Kind::crossing;
  result.upper_slope = to_squares(z.upper, precision) / Integer(z.upper - z.lower);
  const Integer at_lower = -result.upper_slope * z.lower;  // units of u^2
  const Integer at_upper = to_squares(z.upper, precision) - result.upper_slope * z.upper;
  result.upper_offset =
      num::ceil_shift(std::max(at_lower, at_upper), static_cast<unsigned long>(precision));
  result.lower_is_z = z.upper > -z.lower;
  return result;
}

Relaxation relax(Activation activation, const Range& z, int precision) {
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

// A coefficient in units of u^2 to the grid; what it moved by, less than u, times the magnitude of
// what it multiplies, is added to the constant (units of u^2).
Integer rounded(const Integer& coefficient, const Range& multiplies, int precision,
                Integer& constant) {
  const auto bits = static_cast<unsigned long>(precision);
  if (!mpz_divisible_2exp_p(coefficient.get_mpz_t(), bits)) constant += magnitude(multiplies);
  return num::floor_shift(coefficient, bits);
}

}  // namespace

Range input_range(const num::Interval& leaf, int precision) {
  return {grid_below(leaf.lower(), precision), grid_above(leaf.upper(), precision)};
}

void BlockRanges::bound(std::size_t block, LeafState& state) {
  const std::size_t first = pair_.starts[block], last = pair_.starts[block + 1];
  for (std::size_t e = first; e < last; ++e) {
    state[e].tau = weight_rounding(pair_.row(e), state, pair_.precision);
    state[e].before = interval_bound(pair_.row(e), state[e].tau, state, pair_.precision);
  }
  for (std::size_t e = first; e < last; e += kRowsAtOnce)
    back_substitute(e, std::min(e + kRowsAtOnce, last), state);
  for (std::size_t e = first; e < last; ++e) {
    const Activation activation = pair_.row(e).activation;
    state[e].value = activated(activation, state[e].before);
    state[e].relaxation = relax(activation, state[e].before, pair_.precision);
  }
}

// R-BACKSUBSTITUTION for the rows first .. last - 1, all of one block: functional 2k bounds the
// k-th row above, functional 2k + 1 bounds its negative above. All start from earlier elements.
void BlockRanges::back_substitute(std::size_t first, std::size_t last, LeafState& state) {
  const std::size_t functionals = 2 * (last - first);
  coefficients_.resize(std::max(coefficients_.size(), functionals * first));
  for (std::size_t i = 0; i < functionals * first; ++i) coefficients_[i] = 0;
  std::vector<Integer> constants(functionals);
  const auto coefficients = [&](std::size_t f) { return coefficients_.data() + f * first; };

  for (std::size_t f = 0; f < functionals; ++f) {
    const PairRow& row = pair_.row(first + f / 2);
    const bool negative = f % 2 == 1;
    for (const Edge& edge : row.weights) {
      Integer& coefficient = coefficients(f)[edge.element];
      coefficient = to_squares(edge.weight, pair_.precision);
      if (negative) coefficient = -coefficient;
    }
    constants[f] = state[first + f / 2].tau + (negative ? Integer(-row.bias) : row.bias);
    constants[f] = to_squares(constants[f], pair_.precision);
  }
  for (std::size_t e = first; e-- > 0;)
    for (std::size_t f = 0; f < functionals; ++f)
      eliminate(e, state[e], coefficients(f), constants[f]);
  for (std::size_t e = first; e < last; ++e) {
    const auto bits = static_cast<unsigned long>(pair_.precision);
    const std::size_t f = 2 * (e - first);
    const Range bound{-num::ceil_shift(constants[f + 1], bits),
                      num::ceil_shift(constants[f], bits)};
    state[e].before = intersection(state[e].before, bound);
  }
}

// The invariant  functional <= sum of coefficients * a + constant  loses element `element`.
void BlockRanges::eliminate(std::size_t element, const Element& known, Integer* coefficients,
                            Integer& constant) {
  if (coefficients[element] == 0) return;
  const int precision = pair_.precision;
  const Integer a = rounded(coefficients[element], known.value, precision, constant);
  if (element < pair_.inputs()) {  // an input at its worse end
    add_product(constant, a, a > 0 ? known.value.upper : known.value.lower);
    return;
  }
  // Step 1: a is relaxed to a multiple of z.
  const Relaxation& relaxation = known.relaxation;
  Integer z;
  switch (relaxation.kind) {
    case Relaxation::Kind::dead:
      return;
    case Relaxation::Kind::linear:
      z = a;
      break;
    case Relaxation::Kind::crossing:
      if (a > 0) {
        z = rounded(a * relaxation.upper_slope, known.before, precision, constant);
        add_product(constant, a, relaxation.upper_offset);
      } else if (relaxation.lower_is_z) {
        z = a;
      }
      break;
  }
  if (z == 0) return;
  // Step 2: z is replaced by what its row reads.
  const PairRow& row = pair_.row(element);
  for (const Edge& edge : row.weights) add_product(coefficients[edge.element], z, edge.weight);
  add_product(constant, z, row.bias);
  add_product(constant, abs(z), known.tau);
}

}  // namespace certifix::check
