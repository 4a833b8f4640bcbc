#include "certifix/cli/csv.hpp"

#include <fmt/format.h>

#include "certifix/base/error.hpp"

namespace certifix::cli {
namespace {

using num::Integer;
using num::Rational;

[[noreturn]] void refuse(const std::string& file, std::size_t line, std::size_t column,
                         const std::string& sentence, const std::string& remedy) {
  throw Error(ErrorCode::malformed_inputs, sentence,
              Origin{file, fmt::format("line {}, column {}", line, column)}, remedy);
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// A cell for a message: what cannot be printed is replaced, what is long is cut.
std::string shown(std::string_view cell) {
  std::string text(cell.substr(0, 40));
  for (char& c : text)
    if (c < ' ' || c > '~') c = '?';
  return text + (cell.size() > 40 ? "..." : "");
}

CsvRow parse_line(std::string_view text, std::size_t line, std::size_t columns,
                  const std::string& file) {
  CsvRow row{line, {}};
  std::size_t start = 0;
  while (true) {
    const std::size_t comma = std::min(text.find(',', start), text.size());
    std::size_t first = start;
    std::size_t last = comma;
    while (first < last && is_blank(text[first])) ++first;
    while (last > first && is_blank(text[last - 1])) --last;
    const std::string_view cell = text.substr(first, last - first);
    auto value = num::parse_decimal(cell);
    if (!value) value = num::parse_text(cell);
    if (!value)
      refuse(file, line, first + 1, "'" + shown(cell) + "' is not a number",
             "one row a line, numbers separated by commas, no header");
    row.values.push_back(*value);
    if (row.values.size() > columns || (comma == text.size() && row.values.size() < columns))
      refuse(file, line, first + 1,
             fmt::format("the row has {} {} numbers, the network {} inputs",
                         comma == text.size() ? "only" : "more than",
                         comma == text.size() ? row.values.size() : columns, columns),
             "give one number for each input");
    if (comma == text.size()) return row;
    start = comma + 1;
  }
}

}  // namespace

std::vector<CsvRow> parse_csv(std::string_view text, std::size_t columns, const std::string& file) {
  std::vector<CsvRow> rows;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view content = text.substr(0, end);
    if (!content.empty() && content.back() == '\r') content.remove_suffix(1);
    if (content.find_first_not_of(" \t") != std::string_view::npos)
      rows.push_back(parse_line(content, line, columns, file));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return rows;
}

std::string exact_decimal(const Integer& code, int lsb) {
  if (lsb >= 0) return Integer(code << static_cast<unsigned long>(lsb)).get_str();
  // code / 2^k = code * 5^k / 10^k.
  const auto k = static_cast<unsigned long>(-lsb);
  Integer scaled;
  mpz_ui_pow_ui(scaled.get_mpz_t(), 5, k);
  scaled *= abs(code);
  std::string digits = scaled.get_str();
  if (digits.size() <= k) digits.insert(0, k + 1 - digits.size(), '0');
  digits.insert(digits.size() - k, ".");
  while (digits.back() == '0') digits.pop_back();
  if (digits.back() == '.') digits.pop_back();
  return (code < 0 ? "-" : "") + digits;
}

}  // namespace certifix::cli
