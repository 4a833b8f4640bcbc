#include "certifix/milp/solution_text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <sstream>
#include <vector>

namespace certifix::milp {
namespace {

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

// Not a number where the word is none.
double number(const std::string& word) {
  double value = 0;
  const char* begin = word.data() + (word.starts_with('+') ? 1 : 0);
  const char* end = word.data() + word.size();
  const auto [last, error] = std::from_chars(begin, end, value);
  if (error != std::errc() || last != end || !std::isfinite(value))
    return std::numeric_limits<double>::quiet_NaN();
  return value;
}

using Parsed = std::variant<Solution, std::string>;

Parsed unreadable(std::size_t line, std::string_view text) {
  return fmt::format("line {} of its solution is not understood: '{:.60}'", line, text);
}

Parsed parse_cbc(const Model& model, const std::vector<std::string>& lines) {
  Solution solution;
  const std::string& head = lines[0];
  if (head.starts_with("Optimal")) {
    solution.status = Status::optimal;
  } else if (head.starts_with("Infeasible") || head.starts_with("Integer infeasible")) {
    solution.status = Status::infeasible;
    solution.bound = kInfinity;
    return solution;
  } else if (head.starts_with("Stopped")) {
    solution.status = Status::limit;
    if (head.find("no integer solution") != std::string::npos) return solution;
  } else {
    return unreadable(1, head);
  }
  std::map<std::string, std::size_t> columns;
  const std::vector<std::string> names = lp_columns(model);
  for (std::size_t j = 0; j < names.size(); ++j) columns.emplace(names[j], j);
  solution.values.assign(model.columns.size(), 0);
  for (std::size_t k = 1; k < lines.size(); ++k) {
    std::vector<std::string> words = words_of(lines[k]);
    if (words.empty()) continue;
    if (words[0] == "**") words.erase(words.begin());
    const auto column = words.size() < 3 ? columns.end() : columns.find(words[1]);
    const double value = words.size() < 3 ? std::nan("") : number(words[2]);
    if (column == columns.end() || std::isnan(value)) return unreadable(k + 1, lines[k]);
    solution.values[column->second] = value;
  }
  return solution;
}

Parsed parse_glpk(const Model& model, const std::vector<std::string>& lines) {
  Solution solution;
  bool has_status = false;
  std::size_t value_word = 2;  // of a column's line
  for (std::size_t k = 0; k < lines.size(); ++k) {
    const std::vector<std::string> words = words_of(lines[k]);
    if (words.empty() || words[0] == "c" || words[0] == "i" || words[0] == "e") continue;
    if (words[0] == "s" && words.size() >= 6 && !has_status) {
      has_status = true;
      if (words[1] == "bas") value_word = 3;
      const std::string& status = words[4];
      if (status == "n") {
        solution.status = Status::infeasible;
        solution.bound = kInfinity;
        return solution;
      }
      if (status == "u") return Solution{Status::limit, {}, 0, -kInfinity};
      solution.status = status == "o" || words[1] == "bas" ? Status::optimal : Status::limit;
      solution.values.assign(model.columns.size(), 0);
      continue;
    }
    const bool whole = words[0] == "j" && has_status && words.size() > value_word;
    const double column = whole ? number(words[1]) : 0;
    const double value = whole ? number(words[value_word]) : 0;
    const bool known = column >= 1 && column <= static_cast<double>(model.columns.size()) &&
                       column == std::floor(column);
    if (!whole || !known || std::isnan(value)) return unreadable(k + 1, lines[k]);
    solution.values[static_cast<std::size_t>(column) - 1] = value;
  }
  if (!has_status) return std::string("its solution has no status line");
  return solution;
}

}  // namespace

std::variant<Solution, std::string> parse_solution(const Model& model, std::string_view text) {
  std::vector<std::string> lines;
  std::istringstream stream{std::string(text)};
  for (std::string line; std::getline(stream, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(line);
  }
  if (lines.empty()) return std::string("its solution file is empty");
  const bool glpk = lines[0] == "c" || lines[0].starts_with("c ") || lines[0].starts_with("s ");
  return glpk ? parse_glpk(model, lines) : parse_cbc(model, lines);
}

}  // namespace certifix::milp
