#include "certifix/check/grid.hpp"

#include <algorithm>

#include "certifix/base/error.hpp"

namespace certifix::check {

Integer grid_below(const Rational& x, int precision) { return num::floor_to(x, -precision); }
Integer grid_above(const Rational& x, int precision) { return num::ceil_to(x, -precision); }
Integer grid_nearest(const Rational& x, int precision) { return num::round_half_up(x, -precision); }

std::optional<Integer> on_grid(const Integer& value, long exponent, int precision) {
  const long shift = exponent + precision;
  if (shift >= 0) return Integer(value << static_cast<unsigned long>(shift));
  const auto cut = static_cast<unsigned long>(-shift);
  if (!mpz_divisible_2exp_p(value.get_mpz_t(), cut)) return std::nullopt;
  return num::floor_shift(value, cut);
}

void add_product(Range& sum, const Integer& a, const Range& x) {
  const bool keeps_order = a >= 0;
  add_product(sum.lower, a, keeps_order ? x.lower : x.upper);
  add_product(sum.upper, a, keeps_order ? x.upper : x.lower);
}

void add_product(Range& sum, const Range& x, const Range& y) {
  const Integer ll = x.lower * y.lower, lu = x.lower * y.upper;
  const Integer ul = x.upper * y.lower, uu = x.upper * y.upper;
  sum.lower += std::min(std::min(ll, lu), std::min(ul, uu));
  sum.upper += std::max(std::max(ll, lu), std::max(ul, uu));
}

Range to_values(const Range& products, Precision precision) {
  const auto bits = static_cast<unsigned long>(precision.weights);
  return {num::floor_shift(products.lower, bits), num::ceil_shift(products.upper, bits)};
}

Integer to_products(const Integer& x, Precision precision) {
  return shifted_up(x, precision.weights);
}

Range operator+(const Range& x, const Range& y) {
  return {Integer(x.lower + y.lower), Integer(x.upper + y.upper)};
}

Range intersection(const Range& x, const Range& y) {
  Range result{std::max(x.lower, y.lower), std::min(x.upper, y.upper)};
  CERTIFIX_CHECK(result.lower <= result.upper, "two enclosures of the same value must meet");
  return result;
}

Integer magnitude(const Range& x) { return std::max(Integer(-x.lower), x.upper); }

Integer ceil_sqrt(const Integer& x) {
  Integer root, rest;
  mpz_sqrtrem(root.get_mpz_t(), rest.get_mpz_t(), x.get_mpz_t());
  return rest == 0 ? root : Integer(root + 1);
}

}  // namespace certifix::check
