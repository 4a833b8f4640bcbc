#include "certifix/import/float_value.hpp"

#include <bit>
#include <cmath>
#include <cstdint>

#include "certifix/base/error.hpp"

namespace certifix::import {

num::Rational float_value(double x) {
  if (!std::isfinite(x))
    throw Error(ErrorCode::bad_number, std::isnan(x) ? "NaN is not a number" : "an infinity", {},
                "use finite numbers");
  if (x == 0) return {};
  int exponent = 0;
  auto mantissa = static_cast<std::int64_t>(std::ldexp(std::frexp(x, &exponent), 53));  // exact
  const int zeros = std::countr_zero(static_cast<std::uint64_t>(mantissa));
  mantissa >>= zeros;  // exact: the bits shifted out are 0
  return num::scaled(num::Rational(num::Integer(mantissa)), exponent - 53 + zeros);
}

}  // namespace certifix::import
