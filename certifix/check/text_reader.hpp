// Tokens of the line-based texts: bytes in, tokens with their place out. Nothing is skipped,
// nothing is guessed; what is not expected throws Error with line and column of the offending
// token.
//
// Example: reads "limit word 16\n".
//   TextReader reader(text, ErrorCode::malformed_problem, "problem.txt");
//   reader.keyword("limit");
//   reader.keyword("word");
//   const long bits = reader.count();
//   reader.end_line();
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "certifix/base/error.hpp"
#include "certifix/num/exact/rational.hpp"

namespace certifix::check {

class TextReader {
 public:
  TextReader(std::string_view text, ErrorCode code, std::string file);

  // The next token of this line. `expected` names it in a message ("a count").
  std::string_view token(std::string_view expected);
  // The next token is exactly this word.
  void keyword(std::string_view word);
  // The next token is one of these words; gives its position in the list.
  std::size_t choice(std::initializer_list<std::string_view> words);
  // The tokens of docs/certificate-format.md. Bounds are inclusive.
  long count(long min = 0, long max = kNoMaximum);
  std::optional<long> count_or_none();  // a count, or the word none
  num::Integer integer();
  int exponent();
  num::Rational number();
  std::string name();

  // A whole line: one word, or a word and a count.
  void line(std::string_view word);
  long count_line(std::string_view word, long min = 1, long max = kNoMaximum);

  // A line feed stands here; the next token opens the next line.
  void end_line();
  // Nothing follows.
  void end_text() const;

  // The token read last is at fault.
  [[noreturn]] void fail(const std::string& sentence) const { fail_at(token_, sentence); }
  // An earlier token of this line is at fault; its place is last_token() when it was the last one.
  [[noreturn]] void fail_at(std::size_t place, const std::string& sentence) const;
  std::size_t last_token() const { return token_; }
  std::size_t line_number() const { return line_; }

 private:
  static constexpr long kNoMaximum = -1;
  long as_count(std::string_view found, long min, long max) const;

  std::string_view text_;
  ErrorCode code_;
  std::string file_;
  std::size_t position_ = 0;    // of the next byte
  std::size_t token_ = 0;       // of the last token's first byte
  std::size_t line_start_ = 0;  // of this line's first byte
  std::size_t line_ = 1;
};

}  // namespace certifix::check
