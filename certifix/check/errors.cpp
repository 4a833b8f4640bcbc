#include "certifix/check/errors.hpp"

#include <algorithm>

#include "certifix/base/error.hpp"

namespace certifix::check {
namespace {

using net::Activation;

const Integer kZero = 0;

// R-WEIGHT-DIFFERENCE: D = sum of dW a + db - theta.
Range weight_difference(const PairRow& row, const Integer& tau, const LeafState& state,
                        int precision) {
  Range sum{0, 0};
  for (const Edge& edge : row.difference) add_product(sum, edge.weight, state[edge.element].value);
  return to_grid(sum, precision) +
         Range{Integer(row.bias_difference - tau), Integer(row.bias_difference + tau)};
}

// R-PAIR: the slope of a row with z in `z` and delta in `delta`.
Slope pair_slope(Activation activation, const Range& z, const Range& delta) {
  switch (activation) {
    case Activation::identity:
      return Slope::one;
    case Activation::relu: {
      const Range implemented = z + delta;
      if (z.lower >= 0 && implemented.lower >= 0) return Slope::one;
      if (z.upper <= 0 && implemented.upper <= 0) return Slope::zero;
      return Slope::unknown;
    }
  }
  throw Bug(__FILE__, __LINE__, "unknown activation");
}

// R-FORWARD: e from delta. With an unknown slope, e lies between 0 and delta, and e >= -a.
Range activated_error(Slope slope, const Range& z, const Range& delta) {
  switch (slope) {
    case Slope::one:
      return delta;
    case Slope::zero:
      return {0, 0};
    case Slope::unknown: {
      const Integer minus_a = -std::max(z.upper, kZero);
      return {std::max(std::min(delta.lower, kZero), minus_a), std::max(delta.upper, kZero)};
    }
  }
  throw Bug(__FILE__, __LINE__, "unknown slope");
}

// [lambda] [G].
Range times_slope(Slope slope, const Range& g) {
  switch (slope) {
    case Slope::one:
      return g;
    case Slope::zero:
      return {0, 0};
    case Slope::unknown:
      return {std::min(g.lower, kZero), std::max(g.upper, kZero)};
  }
  throw Bug(__FILE__, __LINE__, "unknown slope");
}

// R-BACKWARD: the functional lies in sum of [H] [S] over rows + sum of [G] [e] over inputs (u^2).
Range backward_bound(const GridPair& pair, std::size_t functional, const LeafState& state) {
  const std::vector<Range>& coefficients = pair.functionals[functional];
  const std::size_t first_output = pair.elements() - coefficients.size();
  std::vector<Range> sensitivity(pair.elements());  // [G], units of u^2 until it is used
  for (std::size_t o = 0; o < coefficients.size(); ++o)
    sensitivity[first_output + o] = {to_squares(coefficients[o].lower, pair.precision),
                                     to_squares(coefficients[o].upper, pair.precision)};
  Range total{0, 0};
  for (std::size_t e = pair.elements(); e-- > 0;) {
    const Range g = to_grid(sensitivity[e], pair.precision);
    if (g.lower == 0 && g.upper == 0) continue;
    if (e < pair.inputs()) {
      add_product(total, g, state[e].error);
      continue;
    }
    const Range h = times_slope(state[e].slope, g);
    for (const Edge& edge : pair.row(e).implemented)
      add_product(sensitivity[edge.element], edge.weight, h);
    add_product(total, h, state[e].source);
  }
  return total;
}

// R-FORWARD: the functional lies in sum of c [e] over the outputs (units of u^2).
Range forward_bound(const GridPair& pair, std::size_t functional, const LeafState& state) {
  const std::vector<Range>& coefficients = pair.functionals[functional];
  const std::size_t first_output = pair.elements() - coefficients.size();
  Range total{0, 0};
  for (std::size_t o = 0; o < coefficients.size(); ++o)
    add_product(total, coefficients[o], state[first_output + o].error);
  return total;
}

}  // namespace

Range input_error(const GridPair& pair, std::size_t i, const Element& input) {
  const int lsb = pair.design.inputs[i].format.lsb;
  const std::optional<int> fraction_bits = pair.problem.inputs[i].fraction_bits;
  if (fraction_bits && *fraction_bits <= -lsb) return {0, 0};
  const Integer half = grid_below(num::power_of_two(lsb - 1), pair.precision);
  Range rounding{-half, half};
  if (fraction_bits)
    rounding.lower += grid_below(num::power_of_two(-*fraction_bits), pair.precision);
  // A known code minus a known value.
  const Integer ulp = 2 * half;
  const Range difference{Integer(input.codes.lower * ulp - input.value.upper),
                         Integer(input.codes.upper * ulp - input.value.lower)};
  return intersection(rounding, difference);
}

RowError bound_row_error(const GridPair& pair, std::size_t element, LeafState& state) {
  const PairRow& row = pair.row(element);
  Element& known = state[element];
  Range propagated{0, 0};  // sum of w^ e, units of u^2
  for (const Edge& edge : row.implemented)
    add_product(propagated, edge.weight, state[edge.element].error);
  const Range own = weight_difference(row, known.tau, state, pair.precision);
  RowError result;
  result.accumulator = to_grid(propagated, pair.precision) + own;
  result.delta = result.accumulator + row.rounding;
  known.source = own + row.rounding;
  known.slope = pair_slope(row.activation, known.before, result.delta);
  known.error = activated_error(known.slope, known.before, result.delta);
  return result;
}

Integer functional_error(const GridPair& pair, std::size_t functional, const LeafState& state) {
  const Range error =
      intersection(backward_bound(pair, functional, state), forward_bound(pair, functional, state));
  return magnitude(error);
}

}  // namespace certifix::check
