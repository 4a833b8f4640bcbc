#include "certifix/num/exact/fixed_format.hpp"

#include <algorithm>

#include "certifix/base/error.hpp"

namespace certifix::num {

Integer FixedFormat::min_code() const {
  if (!is_signed) return 0;
  return -(Integer(1) << static_cast<unsigned long>(width() - 1));
}

Integer FixedFormat::max_code() const {
  const int magnitude_bits = is_signed ? width() - 1 : width();
  return (Integer(1) << static_cast<unsigned long>(magnitude_bits)) - 1;
}

bool FixedFormat::contains(const Integer& low_code, const Integer& high_code) const {
  return low_code >= min_code() && high_code <= max_code();
}

FixedFormat FixedFormat::smallest(const Integer& low_code, const Integer& high_code, int lsb) {
  CERTIFIX_CHECK(low_code <= high_code, "an empty range has no format");
  const bool needs_sign = low_code < 0;
  const long width =
      needs_sign ? signed_width(low_code, high_code) : std::max(1L, bit_length(high_code));
  return {needs_sign, lsb + static_cast<int>(width) - 1, lsb};
}

int signed_width(const Integer& low_code, const Integer& high_code) {
  // -2^k needs k+1 bits, as 2^k - 1 does: ~x has the magnitude bits of a negative x.
  const long low_bits = low_code < 0 ? bit_length(Integer(~low_code)) : bit_length(low_code);
  const long high_bits = high_code < 0 ? bit_length(Integer(~high_code)) : bit_length(high_code);
  return static_cast<int>(std::max(low_bits, high_bits)) + 1;
}

}  // namespace certifix::num
