#include "certifix/check/errors.hpp"

#include <algorithm>

#include "certifix/base/error.hpp"

namespace certifix::check {
namespace {

using net::Activation;

const Integer kZero = 0;

// sum of norm * E over the sources, on the grid, rounded up.
Integer carried_norm(const SourceNorms& norms, const LeafState& state, Precision precision) {
  Integer sum = 0;
  for (const SourceNorm& norm : norms) add_product(sum, norm.norm, state.error_norm[norm.source]);
  return num::ceil_shift(sum, static_cast<unsigned long>(precision.weights));
}

}  // namespace

Range input_error(const GridPair& pair, std::size_t i, const Element& input) {
  const int lsb = pair.design.inputs[i].format.lsb;
  const std::optional<int> fraction_bits = pair.problem.inputs[i].fraction_bits;
  if (fraction_bits && *fraction_bits <= -lsb) return {0, 0};
  const Integer half = grid_below(num::power_of_two(lsb - 1), pair.precision.values);
  Range rounding{-half, half};
  if (fraction_bits)
    rounding.lower += grid_below(num::power_of_two(-*fraction_bits), pair.precision.values);
  // A known code minus a known value.
  const Integer ulp = 2 * half;
  const Range difference{Integer(input.codes.lower * ulp - input.value.upper),
                         Integer(input.codes.upper * ulp - input.value.lower)};
  return intersection(rounding, difference);
}

void bound_row_error(const GridPair& pair, std::size_t element, LeafState& state) {
  const PairRow& row = pair.row(element);
  Element& known = state[element];
  Range difference{0, 0}, propagated{0, 0};  // sums of dW a and of w^ e, units of uv
  for (const Edge& edge : row.difference)
    add_product(difference, edge.weight, state[edge.element].value);
  for (const Edge& edge : row.implemented)
    add_product(propagated, edge.weight, state[edge.element].error);
  const Range biases{Integer(row.bias_difference - known.tau),
                     Integer(row.bias_difference + known.tau)};
  const Range weight_difference = to_values(difference, pair.precision) + biases;  // D
  known.own = biases + row.rounding;
  known.source = weight_difference + row.rounding;
  known.accumulator = to_values(propagated, pair.precision) + weight_difference;
  const Integer norm = carried_norm(row.norms, state, pair.precision);
  known.delta =
      intersection(known.accumulator + row.rounding, known.source + Range{Integer(-norm), norm});
}

Slope pair_slope(Activation activation, const Range& z, const Range& delta) {
  switch (activation) {
    case Activation::identity:
      return Slope::one;
    case Activation::relu: {
      const Range implemented = z + delta;
      if (z.lower >= 0 && implemented.lower >= 0) return Slope::one;
      if (z.upper <= 0 && implemented.upper <= 0) return Slope::zero;
      return Slope::unstable;
    }
  }
  throw Bug(__FILE__, __LINE__, "unknown activation");
}

Range activated_error(Slope slope, const Range& delta) {
  switch (slope) {
    case Slope::one:
      return delta;
    case Slope::zero:
      return {0, 0};
    case Slope::unstable:
      return {std::min(delta.lower, kZero), std::max(delta.upper, kZero)};
  }
  throw Bug(__FILE__, __LINE__, "unknown slope");
}

Integer error_norm(const GridPair& pair, std::size_t block, const LeafState& state) {
  Integer sources = 0, errors = 0;  // sums of squares
  for (std::size_t e = pair.real.starts[block]; e < pair.real.starts[block + 1]; ++e) {
    const Integer source = magnitude(state[e].source), error = magnitude(state[e].error);
    add_product(sources, source, source);
    add_product(errors, error, error);
  }
  const Integer by_errors = ceil_sqrt(errors);
  if (!pair.norms[block]) return by_errors;
  const Integer by_sources =
      carried_norm(*pair.norms[block], state, pair.precision) + ceil_sqrt(sources);
  return std::min(by_sources, by_errors);
}

Range functional_forward(const GridPair& pair, std::size_t functional, const LeafState& state) {
  const std::vector<Range>& coefficients = pair.functionals[functional];
  const std::size_t first_output = pair.real.elements() - coefficients.size();
  Range total{0, 0};
  for (std::size_t o = 0; o < coefficients.size(); ++o)
    add_product(total, coefficients[o], state[first_output + o].error);
  return total;
}

}  // namespace certifix::check
