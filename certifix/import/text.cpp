#include "certifix/import/text.hpp"

#include <algorithm>
#include <charconv>

#include "certifix/import/limits.hpp"

namespace certifix::import {

std::string printable(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string result;
  for (const char c : text.substr(0, kLongest)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f)
      result += c;
    else
      result += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
  }
  return text.size() > kLongest ? result + "..." : result;
}

std::string in_quotes(std::string_view text) { return "'" + printable(text) + "'"; }

std::string plain_name(std::string_view text, std::string_view otherwise) {
  if (text.empty()) return std::string(otherwise);
  std::string result(text.substr(0, 64));
  for (char& c : result) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    if (!letter && !digit && c != '_' && c != '.' && c != '-') c = '_';
  }
  return result;
}

num::Rational decimal_value(std::string_view text, const std::function<Origin()>& where) {
  auto value = num::parse_decimal(text, kMaxDecimalExponent);
  if (!value)
    throw Error(ErrorCode::bad_number, in_quotes(text) + " is not a finite decimal number", where(),
                "write numbers like -1.25 or 3e-4, with an exponent of at most " +
                    std::to_string(kMaxDecimalExponent));
  return *std::move(value);
}

std::string line_and_column(std::string_view text, std::size_t position) {
  const std::string_view before = text.substr(0, position);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
  return "line " + std::to_string(line) + ", column " + std::to_string(before.size() - start + 1);
}

std::optional<std::size_t> count_value(std::string_view text) {
  std::size_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size() || value > kMaxNumbers)
    return std::nullopt;
  return value;
}

}  // namespace certifix::import
