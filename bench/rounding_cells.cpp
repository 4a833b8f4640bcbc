#include "bench/rounding_cells.hpp"

#include <algorithm>

namespace certifix::bench {

using num::Integer;
using num::Rational;

RoundingCells::RoundingCells(const num::Interval& box, const design::Input& input, bool clamp)
    : box_(box), lsb_(input.format.lsb) {
  const auto code_of = [&](const Rational& x) {
    const Integer code = num::round_half_up(x, lsb_);
    const Integer clamped = std::clamp(code, input.code_min, input.code_max);
    CERTIFIX_CHECK(clamp || clamped == code,
                   "a design that does not clamp has all codes of its box");
    return clamped;
  };
  first_code_ = code_of(box.lower());
  const Integer count = code_of(box.upper()) - first_code_ + 1;
  CERTIFIX_CHECK(count.fits_ulong_p(), "the codes of an input can be numbered");
  count_ = count.get_ui();
}

Integer RoundingCells::code(std::uint64_t cell) const { return first_code_ + Integer(cell); }

Rational RoundingCells::edge(std::uint64_t e) const {
  if (e == 0) return box_.lower();
  if (e == count_) return box_.upper();
  return num::scaled(Rational(code(e)) - Rational(1, 2), lsb_);
}

Rational RoundingCells::spacing() const { return num::power_of_two(lsb_); }

}  // namespace certifix::bench
