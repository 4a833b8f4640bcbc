#include "certifix/num/outward/enclosure.hpp"

#include "certifix/base/error.hpp"

namespace certifix::num {

Rational exact_value(double x) {
  CERTIFIX_CHECK(std::isfinite(x), "only a finite double has an exact value");
  const mpq_class q(x);  // exact by GMP's definition
  return Rational(q.get_num(), q.get_den());
}

NearDouble near_double(const Rational& x) {
  // Small integers, as the coefficients of most bounds are: the analysis asks for them often.
  if (x.is_integer() && mpz_sizeinbase(x.numerator().get_mpz_t(), 2) <= 53)
    return {x.numerator().get_d(), true};
  // mpq_get_d truncates: off by less than one ulp, and exact when nothing was cut. Beyond doubles
  // it gives an infinity.
  const mpq_class q(x.numerator(), x.denominator());
  const double value = q.get_d();
  return {value, std::isfinite(value) && exact_value(value) == x};
}

Enclosure enclose(const Rational& x) {
  const NearDouble near = near_double(x);
  if (near.exact) return {near.value, near.value};
  if (!std::isfinite(near.value)) return {next_down(near.value), next_up(near.value)};
  // Truncated towards 0.
  return x.sign() > 0 ? Enclosure{near.value, next_up(near.value)}
                      : Enclosure{next_down(near.value), near.value};
}

}  // namespace certifix::num
