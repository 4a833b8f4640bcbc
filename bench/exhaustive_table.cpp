#include "bench/exhaustive_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "bench/aligned.hpp"

namespace certifix::bench {
namespace {

using num::Integer;
using num::Rational;

// What a bound that is not wasteful reaches.
const Rational& tight() {
  static const Rational value(19, 20);
  return value;
}

Rational ratio(const ExhaustiveRow& row, std::size_t output) {
  const Rational error = num::abs(row.worst[output].error);
  if (row.proven[output].sign() == 0) return error.sign() == 0 ? Rational(1) : Rational(1 << 30);
  return error / row.proven[output];
}

// 1,234,567
std::string grouped(const Integer& count) {
  const std::string digits = count.get_str();
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string joined(const std::vector<std::string>& items, const char* separator) {
  return fmt::format("{}", fmt::join(items, separator));
}

std::vector<std::string> texts(const std::vector<Integer>& values) {
  std::vector<std::string> result;
  for (const Integer& value : values) result.push_back(value.get_str());
  return result;
}

std::vector<std::string> texts(const std::vector<Rational>& values) {
  std::vector<std::string> result;
  for (const Rational& value : values) result.push_back(num::text(value));
  return result;
}

std::string table(const ExhaustiveRow& row) {
  std::vector<Line> lines = {
      {"output", "proven", "worst", "worst/proven", "sign", "codes", "corner of the cell"}};
  for (std::size_t o = 0; o < row.worst.size(); ++o) {
    const WorstCorner& worst = row.worst[o];
    lines.push_back({fmt::format("{}", o), num::decimal_up(row.proven[o], 10),
                     num::decimal_down(num::abs(worst.error), 10),
                     num::decimal_down(ratio(row, o), 6), worst.error.sign() < 0 ? "-" : "+",
                     joined(texts(worst.codes), " "), joined(texts(worst.corner), " ")});
  }
  return aligned(lines, 0);
}

}  // namespace

bool broken(const ExhaustiveRow& row) {
  for (std::size_t o = 0; o < row.worst.size(); ++o)
    if (num::abs(row.worst[o].error) > row.proven[o]) return true;
  return false;
}

Rational tightness(const ExhaustiveRow& row) {
  Rational largest;
  for (std::size_t o = 0; o < row.worst.size(); ++o) largest = std::max(largest, ratio(row, o));
  return largest;
}

std::string exhaustive_text(const ExhaustiveRow& row) {
  const Rational largest = tightness(row);
  std::string text = fmt::format(
      "{} {}: all {} combinations of input codes ({}), all {} corners of their cells, {:.1f} s\n",
      row.network, row.error, grouped(row.extent.combinations),
      joined(texts(row.extent.codes), " x "), grouped(row.extent.corners), row.seconds);
  text += table(row);
  text += broken(row) ? "ABOVE A PROVEN BOUND\n" : "no error above its proven bound\n";
  text += fmt::format("worst is {} of the proven bound, {} 0.95\n", num::decimal_down(largest, 6),
                      largest >= tight() ? "at least" : "BELOW");
  return text;
}

std::string exhaustive_csv(const std::vector<ExhaustiveRow>& rows) {
  std::string text =
      "network,error,combinations,corners,output,error_proven,error_worst,ratio,codes,corner\n";
  for (const ExhaustiveRow& row : rows)
    for (std::size_t o = 0; o < row.worst.size(); ++o)
      text +=
          fmt::format("{},{},{},{},{},{},{},{},{},{}\n", row.network, row.error,
                      row.extent.combinations.get_str(), row.extent.corners.get_str(), o,
                      num::text(row.proven[o]), num::text(row.worst[o].error),
                      num::decimal_down(ratio(row, o), 12), joined(texts(row.worst[o].codes), " "),
                      joined(texts(row.worst[o].corner), " "));
  return text;
}

}  // namespace certifix::bench
