#include "certifix/optimize/signed_digits.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace certifix::optimize {
namespace {

struct Parts {
  std::uint64_t odd;  // 0 for 0
  int exponent;       // |value| = odd * 2^exponent
};

Parts parts(double value) {
  if (value == 0) return {0, 0};
  // From the representation: walks ask this of a row's values at every step.
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const int biased = static_cast<int>(bits >> 52 & 0x7ff);
  const std::uint64_t fraction = bits & ((std::uint64_t{1} << 52) - 1);
  const std::uint64_t whole = biased == 0 ? fraction : fraction | std::uint64_t{1} << 52;
  const int zeros = std::countr_zero(whole);
  return {whole >> zeros, std::max(biased, 1) - 1075 + zeros};
}

bool on_grid(double w, int lsb) { return std::fabs(std::ldexp(w, -lsb)) < 0x1p52; }

}  // namespace

int signed_digits(double value) {
  // x and 3x differ in bit i + 1 exactly where the canonical form of x has a digit i.
  const std::uint64_t odd = parts(value).odd;
  return std::popcount(odd ^ (3 * odd));
}

int lowest_bit(double value) { return parts(value).exponent; }

int width_at(double value, int lsb) {
  const auto [odd, exponent] = parts(value);
  if (odd == 0) return 1;
  const int magnitude = static_cast<int>(std::bit_width(odd)) + exponent - lsb;
  return value < 0 && odd == 1 ? magnitude : magnitude + 1;  // -2^n needs no bit more than -2^n + 1
}

double nearest_multiple(double w, int lsb) {
  if (!on_grid(w, lsb)) return w;
  return std::ldexp(std::floor(std::ldexp(w, -lsb) + 0.5), lsb);
}

std::vector<double> few_digit_values(double w, int finest) {
  std::vector<double> result;
  if (w == 0 || !on_grid(w, finest)) return result;
  const int coarsest = std::max(finest, std::ilogb(w) + 1);
  for (const bool above : {false, true}) {
    std::vector<double> side;  // from fine to coarse, so that later ones are farther
    for (int lsb = finest; lsb <= coarsest; ++lsb) {
      const double code = std::ldexp(w, -lsb);
      const double value = std::ldexp(above ? std::ceil(code) : std::floor(code), lsb);
      if (!side.empty() && side.back() == value) continue;
      const bool beaten = std::any_of(side.begin(), side.end(), [&](double other) {
        return signed_digits(other) <= signed_digits(value) &&
               (other == 0 || (value != 0 && lowest_bit(other) >= lowest_bit(value)));
      });
      if (!beaten) side.push_back(value);
    }
    for (const double value : side)
      if (std::find(result.begin(), result.end(), value) == result.end()) result.push_back(value);
  }
  std::stable_sort(result.begin(), result.end(),
                   [w](double x, double y) { return std::fabs(x - w) < std::fabs(y - w); });
  return result;
}

}  // namespace certifix::optimize
