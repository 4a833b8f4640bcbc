#include "certifix/check/overflow.hpp"

#include <algorithm>

#include "certifix/base/error.hpp"

namespace certifix::check {
namespace {

using net::Activation;

// The integers k with k * 2^lsb in [range] (units of u); range holds at least one.
Range multiples(const Range& range, int lsb, int precision) {
  const long shift = static_cast<long>(lsb) + precision;
  if (shift < 0) {
    const auto left = static_cast<unsigned long>(-shift);
    return {Integer(range.lower << left), Integer(range.upper << left)};
  }
  const auto right = static_cast<unsigned long>(shift);
  return {num::ceil_shift(range.lower, right), num::floor_shift(range.upper, right)};
}

Integer shifted_left(const Integer& x, long shift) {
  return x << static_cast<unsigned long>(shift);
}

// The bias with the half ulp that rounds the output.
Integer start_of_sum(const design::Row& row) {
  const long r = static_cast<long>(row.output.lsb) - row.accumulator_lsb;
  return r > 0 ? Integer(row.bias + shifted_left(1, r - 1)) : row.bias;
}

// [weight n] 2^shift.
Range product(const design::Term& term, const Range& codes) {
  Range result{0, 0};
  add_product(result, shifted_left(term.weight, term.shift), codes);
  return result;
}

// The sums that the mode of the accumulator speaks of.
Range accumulator_range(const GridPair& pair, const design::Row& row, const Element& known,
                        const LeafState& state) {
  const Integer start = start_of_sum(row);
  Range sum{start, start};
  Range subsets{std::min(start, Integer(0)), std::max(start, Integer(0))};
  for (const design::Term& term : row.terms) {
    const Range p = product(term, state[pair.real.starts[term.source] + term.index].codes);
    sum = sum + p;
    subsets = subsets + Range{std::min(p.lower, Integer(0)), std::max(p.upper, Integer(0))};
  }
  switch (row.accumulator_mode) {
    case design::AccumulatorMode::exact:
      return subsets;
    case design::AccumulatorMode::modular: {
      const Range without_half =
          multiples(known.before + known.accumulator, row.accumulator_lsb, pair.precision.values);
      const Integer half = start - row.bias;
      return intersection(sum, without_half + Range{half, half});
    }
  }
  throw Bug(__FILE__, __LINE__, "unknown accumulator mode");
}

}  // namespace

std::string range_text(const Range& range) {
  const auto end = [](const Integer& n) {
    return num::bit_length(n) <= 128
               ? n.get_str()
               : (n < 0 ? "about -2^" : "about 2^") + std::to_string(num::bit_length(n));
  };
  return "[" + end(range.lower) + ", " + end(range.upper) + "]";
}

std::optional<Range> input_codes(const num::Interval& leaf, const spec::InputConvention& convention,
                                 int lsb) {
  Rational first = leaf.lower(), last = leaf.upper();
  if (convention.fraction_bits) {
    const int grid = -*convention.fraction_bits;
    first = num::scaled(num::ceil_to(first, grid), grid);
    last = num::scaled(num::floor_to(last, grid), grid);
    if (first > last) return std::nullopt;
  }
  return Range{num::round_half_up(first, lsb), num::round_half_up(last, lsb)};
}

std::optional<Overflow> check_row_widths(const GridPair& pair, std::size_t element,
                                         LeafState& state) {
  const design::Row& row = *pair.row(element).design;
  Element& known = state[element];
  known.codes = multiples(known.before + known.delta, row.output.lsb, pair.precision.values);
  CERTIFIX_CHECK(known.codes.lower <= known.codes.upper, "a row has a code");
  switch (row.activation) {
    case Activation::identity:
      break;
    case Activation::relu:
      known.codes.lower = std::max(known.codes.lower, Integer(0));
      known.codes.upper = std::max(known.codes.upper, Integer(0));
      break;
  }
  if (!row.output.contains(known.codes.lower, known.codes.upper))
    return Overflow{Rule::output_format,
                    "codes in " + range_text(known.codes) + " leave the format's " +
                        range_text({row.output.min_code(), row.output.max_code()})};
  const Range sums = accumulator_range(pair, row, known, state);
  const int needed = num::signed_width(sums.lower, sums.upper);
  if (needed > row.accumulator_width)
    return Overflow{Rule::accumulator, "sums in " + range_text(sums) + " need " +
                                           std::to_string(needed) + " bits, declared are " +
                                           std::to_string(row.accumulator_width)};
  return std::nullopt;
}

}  // namespace certifix::check
