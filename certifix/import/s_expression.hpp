// S-expressions, as in SMT-LIB and VNN-LIB files: (assert (<= X_0 0.5)) ; comment
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace certifix::import {

// A list, or an atom (a word, a "string" or a |quoted symbol|). `text` points into the file's
// bytes.
struct Expression {
  bool is_list = false;
  std::string_view text;  // of an atom
  std::vector<Expression> items;
  std::size_t position = 0;  // in the file

  // Whether this is a list that begins with the atom `head`.
  bool is(std::string_view head) const {
    return is_list && !items.empty() && !items[0].is_list && items[0].text == head;
  }
};

// All expressions of a file. Throws Error (malformed_box, with line and column) for unbalanced
// parentheses or quotes, too_large beyond kMaxNesting or kMaxNumbers expressions. The result refers
// to `bytes`.
std::vector<Expression> parse_expressions(std::string_view bytes, const std::string& file);

}  // namespace certifix::import
