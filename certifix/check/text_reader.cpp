#include "certifix/check/text_reader.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "certifix/check/read.hpp"

namespace certifix::check {

using num::Integer;
using num::Rational;

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The bytes of a token; a space or a line feed ends it, every other byte is refused.
bool is_graphic(char c) { return c > 0x20 && c <= 0x7e; }

bool is_name_byte(char c) {
  return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '.' ||
         c == '/' || c == '-';
}

// Long tokens are cut: a message is one line.
std::string quoted(std::string_view token) {
  constexpr std::size_t kLongest = 40;
  return "'" + std::string(token.substr(0, kLongest)) + (token.size() > kLongest ? "...'" : "'");
}

std::optional<Integer> parse_integer(std::string_view token, long max_bits) {
  // Fractions and powers of two are numbers, not integers.
  if (!std::all_of(token.begin(), token.end(), [](char c) { return is_digit(c) || c == '-'; }))
    return std::nullopt;
  const std::optional<Rational> value = num::parse_text(token, max_bits);
  if (!value) return std::nullopt;
  return value->numerator();
}

}  // namespace

TextReader::TextReader(std::string_view text, ErrorCode code, std::string file)
    : text_(text), code_(code), file_(std::move(file)) {}

std::string_view TextReader::token(std::string_view expected) {
  const auto missing = [&](const char* where) {
    return std::string(where) + " where " + std::string(expected) + " is expected";
  };
  if (position_ > line_start_) {  // not the first of its line: one space before it
    if (text_[position_] == '\n') fail_at(position_, missing("the line ends"));
    ++position_;
  }
  token_ = position_;
  while (position_ < text_.size() && is_graphic(text_[position_])) ++position_;
  if (position_ == text_.size())
    fail_at(position_, token_ == position_ ? missing("the text ends")
                                           : "the last line does not end in a line feed");
  const char next = text_[position_];
  if (next != ' ' && next != '\n') fail_at(position_, "a byte that is not allowed here");
  if (token_ == position_) fail_at(position_, missing(next == ' ' ? "a space" : "the line ends"));
  return text_.substr(token_, position_ - token_);
}

void TextReader::keyword(std::string_view word) {
  const std::string_view found = token("'" + std::string(word) + "'");
  if (found != word) fail("expected '" + std::string(word) + "', found " + quoted(found));
}

std::size_t TextReader::choice(std::initializer_list<std::string_view> words) {
  std::string list;
  for (const std::string_view word : words)
    list += (list.empty() ? "'" : " or '") + std::string(word) + "'";
  const std::string_view found = token(list);
  const auto place = std::find(words.begin(), words.end(), found);
  if (place == words.end()) fail("expected " + list + ", found " + quoted(found));
  return static_cast<std::size_t>(place - words.begin());
}

long TextReader::count(long min, long max) { return as_count(token("a count"), min, max); }

std::optional<long> TextReader::count_or_none() {
  const std::string_view found = token("a count or 'none'");
  if (found == "none") return std::nullopt;
  return as_count(found, 0, kNoMaximum);
}

long TextReader::as_count(std::string_view found, long min, long max) const {
  const std::optional<Integer> value = parse_integer(found, 32);
  if (!value || *value < 0 || *value > kMaxCount)
    fail("expected a count from 0 to " + std::to_string(kMaxCount) + ", found " + quoted(found));
  const long result = value->get_si();
  if (result < min) fail("expected at least " + std::to_string(min) + ", found " + quoted(found));
  if (max != kNoMaximum && result > max)
    fail("expected at most " + std::to_string(max) + ", found " + quoted(found));
  return result;
}

Integer TextReader::integer() {
  const std::string_view found = token("an integer");
  std::optional<Integer> value = parse_integer(found, kMaxIntBits);
  if (!value)
    fail("expected an integer of at most " + std::to_string(kMaxIntBits) + " bits, found " +
         quoted(found));
  return *std::move(value);
}

int TextReader::exponent() {
  const std::string_view found = token("an exponent");
  const std::optional<Integer> value = parse_integer(found, 32);
  if (!value || abs(*value) > kMaxExponent)
    fail("expected an exponent between -" + std::to_string(kMaxExponent) + " and " +
         std::to_string(kMaxExponent) + ", found " + quoted(found));
  return static_cast<int>(value->get_si());
}

Rational TextReader::number() {
  const std::string_view found = token("a number");
  std::optional<Rational> value = num::parse_text(found, kMaxNumberBits);
  if (!value) fail("expected a number in canonical form, found " + quoted(found));
  return *std::move(value);
}

std::string TextReader::name() {
  const std::string_view found = token("a name");
  if (found.size() > 100 || !std::all_of(found.begin(), found.end(), is_name_byte))
    fail("expected a name of at most 100 characters of A-Z a-z 0-9 _ . / -, found " +
         quoted(found));
  return std::string(found);
}

void TextReader::line(std::string_view word) {
  keyword(word);
  end_line();
}

long TextReader::count_line(std::string_view word, long min, long max) {
  keyword(word);
  const long result = count(min, max);
  end_line();
  return result;
}

void TextReader::end_line() {
  // token() stops at a space or a line feed only.
  if (text_[position_] != '\n')
    fail_at(position_, "expected the end of the line, found something else");
  ++position_;
  ++line_;
  line_start_ = position_;
}

void TextReader::end_text() const {
  if (position_ != text_.size()) fail_at(position_, "something follows the last line");
}

void TextReader::fail_at(std::size_t place, const std::string& sentence) const {
  throw Error(
      code_, sentence,
      Origin{file_, "line " + std::to_string(line_) + ", column " +
                        std::to_string(place - line_start_ + 1)},
      "write the file again with certifix quantize; docs/certificate-format.md says what it "
      "may hold");
}

}  // namespace certifix::check
