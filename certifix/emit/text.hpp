// Pieces of C and C++ source text that both emitters write.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "certifix/num/exact/rational.hpp"

namespace certifix::emit {

// A C identifier and file name from any text: other characters become '_', and a name that would
// start with a digit or an underscore, or be empty, gets "net" before it.
std::string identifier(std::string_view name);
std::string upper_case(std::string_view name);
// Text that may stand in a comment: printable ASCII, no comment delimiters, no backslashes.
std::string comment_text(std::string_view text);

// The text in lines of at most `width` characters, broken at spaces; longer words stay whole.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

// An integer constant of at most 64 bits that any C99 or C++11 compiler reads with its value: the
// least signed one is written as a difference, those above the largest signed one get a suffix.
std::string literal(const num::Integer& value);

// "{1, 2, 3}", broken into lines of at most 100 columns, continuation lines indented.
std::string braced(const std::vector<std::string>& elements, std::string_view indent);
std::string braced(const std::vector<num::Integer>& values, std::string_view indent);
// Rows of `columns` values in nested braces.
std::string braced_rows(const std::vector<num::Integer>& values, std::size_t columns);

// One line per run of equal descriptions: "input 0..3: ..." or "input 4: ...".
std::vector<std::string> runs(std::string_view what, const std::vector<std::string>& descriptions);

std::vector<num::Integer> integers(const std::vector<std::size_t>& values);
std::vector<num::Integer> integers(const std::vector<int>& values);
std::vector<num::Integer> integers(const std::vector<bool>& values);

}  // namespace certifix::emit
