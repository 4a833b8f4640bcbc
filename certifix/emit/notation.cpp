#include "certifix/emit/notation.hpp"

#include <fmt/format.h>

namespace certifix::emit {

std::string q_notation(const num::FixedFormat& format) {
  return format.is_signed ? fmt::format("Q{}.{}", format.msb, -format.lsb)
                          : fmt::format("UQ{}.{}", format.msb + 1, -format.lsb);
}

std::string hls_notation(const num::FixedFormat& format) {
  return fmt::format("{}fixed<{}, {}>", format.is_signed ? "" : "u", format.width(),
                     format.msb + 1);
}

std::string describe_codes(const CodeRange& range, int lsb) {
  const auto value = [&](const num::Integer& code) {
    return num::scaled(num::Rational(code), lsb);
  };
  return fmt::format("codes {}..{}, value = code * 2^{}, {}..{}", range.min.get_str(),
                     range.max.get_str(), lsb, num::decimal_down(value(range.min)),
                     num::decimal_up(value(range.max)));
}

}  // namespace certifix::emit
