#include "certifix/netlist/csd.hpp"

namespace certifix::netlist {

std::vector<Digit> signed_digits(const num::Integer& x) {
  // With m = |x|, digit i is bit i + 1 of 3m minus bit i + 1 of m.
  const num::Integer magnitude = abs(x);
  const num::Integer triple = 3 * magnitude;
  const num::Integer differ = magnitude ^ triple;
  std::vector<Digit> digits;
  for (mp_bitcnt_t bit = mpz_scan1(differ.get_mpz_t(), 0); bit < ~mp_bitcnt_t{0};
       bit = mpz_scan1(differ.get_mpz_t(), bit + 1)) {
    const bool minus = mpz_tstbit(magnitude.get_mpz_t(), bit) != 0;
    digits.push_back({static_cast<int>(bit) - 1, minus != (x < 0)});
  }
  return digits;
}

}  // namespace certifix::netlist
