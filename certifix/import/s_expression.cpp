#include "certifix/import/s_expression.hpp"

#include <algorithm>

#include "certifix/base/error.hpp"
#include "certifix/import/limits.hpp"
#include "certifix/import/text.hpp"

namespace certifix::import {
namespace {

class Parser {
 public:
  Parser(std::string_view bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  std::vector<Expression> all() {
    std::vector<Expression> result;
    for (skip_blanks(); at_ < bytes_.size(); skip_blanks()) result.push_back(expression(0));
    return result;
  }

 private:
  [[noreturn]] void fail(ErrorCode code, const std::string& sentence, std::size_t position,
                         const std::string& remedy) const {
    throw Error(code, sentence, Origin{file_, line_and_column(bytes_, position)}, remedy);
  }

  void skip_blanks() {
    constexpr std::string_view kBlank = " \t\r\n";
    while (at_ < bytes_.size()) {
      if (bytes_[at_] == ';')
        at_ = std::min(bytes_.find('\n', at_), bytes_.size());
      else if (kBlank.find(bytes_[at_]) != std::string_view::npos)
        ++at_;
      else
        return;
    }
  }

  Expression expression(std::size_t depth) {
    if (++count_ > kMaxNumbers)
      fail(ErrorCode::too_large, "more than " + std::to_string(kMaxNumbers) + " expressions", at_,
           "write the bounds of the inputs only");
    Expression result;
    result.position = at_;
    const char first = bytes_[at_];
    if (first == ')')
      fail(ErrorCode::malformed_box, "a closing parenthesis without an opening one", at_,
           "balance the parentheses");
    if (first == '"' || first == '|') {
      const std::size_t end = bytes_.find(first, at_ + 1);
      if (end == std::string_view::npos)
        fail(ErrorCode::malformed_box, "a quote is never closed", at_, "close it");
      result.text = bytes_.substr(at_, end + 1 - at_);
      at_ = end + 1;
      return result;
    }
    if (first != '(') {
      const std::size_t end = std::min(bytes_.find_first_of(" \t\r\n();\"|", at_), bytes_.size());
      result.text = bytes_.substr(at_, end - at_);
      at_ = end;
      return result;
    }
    if (depth >= kMaxNesting)
      fail(ErrorCode::too_large,
           "expressions are nested more than " + std::to_string(kMaxNesting) + " deep", at_,
           "write one (assert ...) for each bound");
    result.is_list = true;
    ++at_;
    for (skip_blanks(); at_ < bytes_.size() && bytes_[at_] != ')'; skip_blanks())
      result.items.push_back(expression(depth + 1));
    if (at_ == bytes_.size())
      fail(ErrorCode::malformed_box, "a parenthesis is never closed", result.position,
           "balance the parentheses; the file may be cut off");
    ++at_;
    return result;
  }

  std::string_view bytes_;
  const std::string& file_;
  std::size_t at_ = 0;
  std::size_t count_ = 0;
};

}  // namespace

std::vector<Expression> parse_expressions(std::string_view bytes, const std::string& file) {
  return Parser(bytes, file).all();
}

}  // namespace certifix::import
