#include "certifix/emit/text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "certifix/base/error.hpp"

namespace certifix::emit {
namespace {

using num::Integer;

constexpr std::size_t kLineLength = 100;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

template <class T>
std::vector<Integer> to_integers(const std::vector<T>& values) {
  std::vector<Integer> result;
  for (const T value : values) result.emplace_back(static_cast<unsigned long>(value));
  return result;
}

}  // namespace

std::string identifier(std::string_view name) {
  std::string result;
  for (const char c : name) result += is_letter(c) || is_digit(c) ? c : '_';
  if (result.empty() || !is_letter(result.front())) result = "net" + result;
  return result;
}

std::string upper_case(std::string_view name) {
  std::string result(name);
  for (char& c : result)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return result;
}

std::string comment_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool splits = !result.empty() &&
                        ((result.back() == '*' && c == '/') || (result.back() == '/' && c == '*'));
    if (splits) result += ' ';
    result += c < ' ' || c > '~' || c == '\\' || c == '?' ? '_' : c;
  }
  return result;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string word(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!lines.empty() && lines.back().size() + 1 + word.size() <= width)
      lines.back() += ' ' + word;
    else
      lines.push_back(word);
  }
  return lines;
}

std::string literal(const Integer& value) {
  const Integer most = (Integer(1) << 63) - 1;
  CERTIFIX_CHECK(value >= -most - 1 && value <= 2 * most + 1, "a constant has at most 64 bits");
  if (value == -most - 1) return fmt::format("(-{} - 1)", most.get_str());
  return value.get_str() + (value > most ? "u" : "");
}

std::string braced(const std::vector<std::string>& elements, std::string_view indent) {
  std::string result = "{";
  std::size_t column = indent.size() + 1;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const std::string text = elements[i] + (i + 1 < elements.size() ? "," : "");
    if (i > 0 && column + 1 + text.size() > kLineLength - 2) {
      result += fmt::format("\n{} ", indent);
      column = indent.size() + 1;
    } else if (i > 0) {
      result += ' ';
      ++column;
    }
    result += text;
    column += text.size();
  }
  return result + "}";
}

std::string braced(const std::vector<Integer>& values, std::string_view indent) {
  std::vector<std::string> elements;
  elements.reserve(values.size());
  for (const Integer& value : values) elements.push_back(literal(value));
  return braced(elements, indent);
}

std::string braced_rows(const std::vector<Integer>& values, std::size_t columns) {
  std::string result = "{\n";
  for (std::size_t i = 0; i < values.size(); i += columns) {
    const std::vector<Integer> row(values.begin() + static_cast<std::ptrdiff_t>(i),
                                   values.begin() + static_cast<std::ptrdiff_t>(i + columns));
    result += fmt::format("  {}{}\n", braced(row, "  "), i + columns < values.size() ? "," : "");
  }
  return result + "}";
}

std::vector<std::string> runs(std::string_view what, const std::vector<std::string>& descriptions) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < descriptions.size();) {
    std::size_t end = i + 1;
    while (end < descriptions.size() && descriptions[end] == descriptions[i]) ++end;
    const std::string which = end == i + 1 ? std::to_string(i) : fmt::format("{}..{}", i, end - 1);
    lines.push_back(fmt::format("{} {}: {}", what, which, descriptions[i]));
    i = end;
  }
  return lines;
}

std::vector<Integer> integers(const std::vector<std::size_t>& values) {
  return to_integers(values);
}
std::vector<Integer> integers(const std::vector<int>& values) { return to_integers(values); }
std::vector<Integer> integers(const std::vector<bool>& values) { return to_integers(values); }

}  // namespace certifix::emit
