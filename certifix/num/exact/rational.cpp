#include "certifix/num/exact/rational.hpp"

#include <algorithm>

#include "certifix/base/error.hpp"

namespace certifix::num {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), is_digit);
}

// 0, or digits without a leading zero, with an optional minus; no "-0".
bool canonical_integer(std::string_view s) {
  const bool negative = !s.empty() && s[0] == '-';
  const std::string_view digits = s.substr(negative ? 1 : 0);
  if (!all_digits(digits)) return false;
  if (digits[0] == '0') return digits.size() == 1 && !negative;
  return true;
}

// A decimal digit carries more than 3.3 bits: longer strings are over the limit without a look.
std::optional<Integer> parse_integer(std::string_view s, long max_bits) {
  if (!canonical_integer(s) || static_cast<long>(s.size()) > max_bits / 3 + 2) return std::nullopt;
  Integer value(std::string(s), 10);
  if (bit_length(value) > max_bits) return std::nullopt;
  return value;
}

bool is_power_of_two(const Integer& x) { return x > 0 && mpz_popcount(x.get_mpz_t()) == 1; }

Integer power_of_ten(unsigned long exponent) {
  Integer result;
  mpz_ui_pow_ui(result.get_mpz_t(), 10, exponent);
  return result;
}

std::string decimal(const Rational& x, int digits, bool up) {
  if (x.sign() == 0) return "0";
  const Rational magnitude = abs(x);
  // exponent = floor(log10 |x|), found by trial from an estimate in bits.
  long exponent =
      (bit_length(magnitude.numerator()) - bit_length(magnitude.denominator())) * 3 / 10 - 2;
  const auto scale = [](long e) {
    return e >= 0 ? Rational(power_of_ten(e)) : Rational(1, power_of_ten(-e));
  };
  while (scale(exponent + 1) <= magnitude) ++exponent;
  while (scale(exponent) > magnitude) --exponent;
  const Rational mantissa = x / scale(exponent - digits + 1);
  Integer rounded = up ? ceil(mantissa) : floor(mantissa);
  if (rounded == 0) return "0";
  std::string s = Integer(abs(rounded)).get_str();
  exponent += static_cast<long>(s.size()) - digits;  // a carry may add a digit
  while (s.size() > 1 && s.back() == '0') s.pop_back();
  const std::string sign = rounded < 0 ? "-" : "";
  if (exponent >= -4 && exponent <= digits) {
    if (exponent < 0) return sign + "0." + std::string(-exponent - 1, '0') + s;
    const std::size_t point = exponent + 1;
    if (s.size() <= point) return sign + s + std::string(point - s.size(), '0');
    return sign + s.substr(0, point) + "." + s.substr(point);
  }
  if (s.size() > 1) s.insert(1, ".");
  return sign + s + "e" + std::to_string(exponent);
}

}  // namespace

Rational::Rational(const Integer& numerator, const Integer& denominator)
    : value_(numerator, denominator) {
  CERTIFIX_CHECK(denominator != 0, "a rational needs a denominator other than 0");
  value_.canonicalize();
}

Rational& Rational::operator/=(const Rational& other) {
  CERTIFIX_CHECK(other.sign() != 0, "division by 0");
  value_ /= other.value_;
  return *this;
}

Rational abs(const Rational& x) { return x.sign() < 0 ? -x : x; }

Rational scaled(const Rational& x, long exponent) {
  Integer factor = 1;
  mpz_mul_2exp(factor.get_mpz_t(), factor.get_mpz_t(), exponent < 0 ? -exponent : exponent);
  return exponent < 0 ? Rational(x.numerator(), x.denominator() * factor)
                      : Rational(x.numerator() * factor, x.denominator());
}

Rational power_of_two(long exponent) { return scaled(Rational(1), exponent); }

Integer floor(const Rational& x) {
  Integer result;
  mpz_fdiv_q(result.get_mpz_t(), x.numerator().get_mpz_t(), x.denominator().get_mpz_t());
  return result;
}

Integer ceil(const Rational& x) {
  Integer result;
  mpz_cdiv_q(result.get_mpz_t(), x.numerator().get_mpz_t(), x.denominator().get_mpz_t());
  return result;
}

Integer floor_to(const Rational& x, long lsb) { return floor(scaled(x, -lsb)); }
Integer ceil_to(const Rational& x, long lsb) { return ceil(scaled(x, -lsb)); }

Integer round_half_up(const Rational& x, long lsb) {
  return floor(scaled(x, -lsb) + Rational(1, 2));
}

Integer floor_shift(const Integer& x, unsigned long shift) {
  Integer result;
  mpz_fdiv_q_2exp(result.get_mpz_t(), x.get_mpz_t(), shift);
  return result;
}

Integer ceil_shift(const Integer& x, unsigned long shift) {
  Integer result;
  mpz_cdiv_q_2exp(result.get_mpz_t(), x.get_mpz_t(), shift);
  return result;
}

long bit_length(const Integer& x) {
  return x == 0 ? 0 : static_cast<long>(mpz_sizeinbase(x.get_mpz_t(), 2));
}

std::string text(const Rational& x) {
  const std::string numerator = x.numerator().get_str();
  if (x.is_integer()) return numerator;
  if (is_power_of_two(x.denominator()))
    return numerator + "p-" + std::to_string(bit_length(x.denominator()) - 1);
  return numerator + "/" + x.denominator().get_str();
}

std::optional<Rational> parse_text(std::string_view text, long max_bits) {
  if (const auto p = text.find("p-"); p != std::string_view::npos) {
    const auto mantissa = parse_integer(text.substr(0, p), max_bits);
    const auto exponent = parse_integer(text.substr(p + 2), 32);
    if (!mantissa || !exponent || mpz_even_p(mantissa->get_mpz_t()) || *exponent < 1 ||
        *exponent > max_bits)
      return std::nullopt;
    return scaled(Rational(*mantissa), -exponent->get_si());
  }
  if (const auto slash = text.find('/'); slash != std::string_view::npos) {
    const auto numerator = parse_integer(text.substr(0, slash), max_bits);
    const auto denominator = parse_integer(text.substr(slash + 1), max_bits);
    if (!numerator || !denominator || *denominator < 3 || is_power_of_two(*denominator))
      return std::nullopt;
    const Rational value(*numerator, *denominator);
    if (value.denominator() != *denominator) return std::nullopt;
    return value;
  }
  const auto integer = parse_integer(text, max_bits);
  if (!integer) return std::nullopt;
  return Rational(*integer);
}

std::optional<Rational> parse_decimal(std::string_view text, int max_exponent) {
  if (text.size() > 10000) return std::nullopt;
  // Both take their part off the front of the text.
  const auto take = [&](std::string_view any_of) {
    const char found =
        !text.empty() && any_of.find(text[0]) != std::string_view::npos ? text[0] : '\0';
    if (found != '\0') text.remove_prefix(1);
    return found;
  };
  const auto take_digits = [&] {
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    const std::string digits(text.begin(), end);
    text.remove_prefix(digits.size());
    return digits;
  };
  const bool negative = take("+-") == '-';
  std::string digits = take_digits();
  long exponent = 0;
  if (take(".") != '\0') {
    const std::string fraction = take_digits();
    digits += fraction;
    exponent = -static_cast<long>(fraction.size());
  }
  if (digits.empty()) return std::nullopt;
  if (take("eE") != '\0') {
    const bool down = take("+-") == '-';
    const std::string power = take_digits();
    if (power.empty() || Integer(power, 10) > max_exponent) return std::nullopt;
    exponent += down ? -std::stol(power) : std::stol(power);
  }
  if (!text.empty()) return std::nullopt;
  const Integer mantissa((negative ? "-" : "") + digits, 10);
  return exponent >= 0 ? Rational(mantissa * power_of_ten(exponent))
                       : Rational(mantissa, power_of_ten(-exponent));
}

std::string decimal_up(const Rational& x, int digits) { return decimal(x, digits, true); }
std::string decimal_down(const Rational& x, int digits) { return decimal(x, digits, false); }

}  // namespace certifix::num
