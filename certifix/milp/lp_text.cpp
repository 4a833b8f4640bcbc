// The LP text format, in the subset on which solvers agree: names of letters, digits, '_' and '.',
// one inequality or equation a row, default bounds [0, inf) never relied upon, short lines.
#include <fmt/format.h>

#include <array>
#include <cctype>
#include <cmath>
#include <iterator>
#include <set>
#include <string>

#include "certifix/base/error.hpp"
#include "certifix/milp/model.hpp"

namespace certifix::milp {
namespace {

constexpr std::size_t kLineLength = 100;

// A leading digit, '.' or 'e' could be read as part of a number, these words as a section or bound.
bool misread(const std::string& name) {
  static constexpr std::array kWords = {"free", "inf",  "infinity", "st",  "end",      "bounds",
                                        "min",  "max",  "bin",      "gen", "binary",   "general",
                                        "int",  "semi", "sos",      "obj", "binaries", "generals"};
  if (name.empty() || !std::isalpha(static_cast<unsigned char>(name[0]))) return true;
  std::string lower;
  for (const char c : name) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const char* word : kWords)
    if (lower == word) return true;
  return lower[0] == 'e' || lower.starts_with("inf");
}

// Readable and unique names; `prefix` is put before those that a reader could take for something
// else.
class Names {
 public:
  explicit Names(std::string prefix) : prefix_(std::move(prefix)) {}

  std::string add(const std::string& wanted, std::size_t index) {
    std::string name;
    for (const char c : wanted) {
      const bool kept = c == '_' || c == '.' || (std::isalnum(static_cast<unsigned char>(c)) != 0);
      if (kept)
        name += c;
      else if (!name.empty() && name.back() != '_')
        name += '_';
    }
    while (name.ends_with('_')) name.pop_back();
    if (misread(name)) name = prefix_ + name;
    if (!used_.insert(name).second) {
      name += fmt::format("_{}{}", prefix_, index);
      while (!used_.insert(name).second) name += '_';
    }
    return name;
  }

 private:
  std::string prefix_;
  std::set<std::string> used_;
};

// Words of one statement, broken before a line gets long.
class Lines {
 public:
  void word(const std::string& w) {
    if (line_.size() + w.size() + 1 > kLineLength) {
      text_ += line_ + "\n";
      line_.clear();
    }
    line_ += line_.empty() ? "  " + w : " " + w;
  }
  void end() {
    if (!line_.empty()) text_ += line_ + "\n";
    line_.clear();
  }
  void heading(std::string_view title) { text_ += std::string(title) + "\n"; }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  std::string line_;
};

std::string number(double x) {
  if (x == kInfinity) return "inf";
  if (x == -kInfinity) return "-inf";
  return fmt::format("{}", x == 0 ? 0.0 : x);  // shortest text that reads back; no "-0"
}

void term(Lines& lines, double value, const std::string& name, bool first) {
  const std::string sign = std::signbit(value) && value != 0 ? "-" : (first ? "" : "+");
  const std::string size = number(std::fabs(value));
  lines.word(sign.empty() ? fmt::format("{} {}", size, name)
                          : fmt::format("{} {} {}", sign, size, name));
}

void row_text(Lines& lines, const std::string& name, const Row& row,
              const std::vector<std::string>& columns, std::string_view relation, double bound) {
  lines.word(name + ":");
  bool first = true;
  for (const Coefficient& c : row.coefficients) {
    if (c.value == 0) continue;
    term(lines, c.value, columns[c.column], first);
    first = false;
  }
  if (first) term(lines, 0, columns[0], true);
  lines.word(fmt::format("{} {}", relation, number(bound)));
  lines.end();
}

}  // namespace

std::vector<std::string> lp_columns(const Model& model) {
  Names names("x_");
  std::vector<std::string> columns;
  for (std::size_t j = 0; j < model.columns.size(); ++j)
    columns.push_back(names.add(model.columns[j].name, j));
  return columns;
}

std::string lp_text(const Model& model) {
  check(model);
  CERTIFIX_CHECK(!model.columns.empty(), "the LP format has no model without columns");
  const std::vector<std::string> columns = lp_columns(model);
  Lines lines;
  std::string title;
  for (const char c : model.name)
    title += std::isprint(static_cast<unsigned char>(c)) != 0 ? c : ' ';
  lines.heading("\\ " + title);
  lines.heading("Minimize");
  lines.word("obj:");
  // Zeros too: every column is declared here, and readers keep the order.
  for (std::size_t j = 0; j < columns.size(); ++j)
    term(lines, model.columns[j].objective, columns[j], j == 0);
  lines.end();

  lines.heading("Subject To");
  Names row_names("r_");
  row_names.add("obj", 0);
  for (std::size_t i = 0; i < model.rows.size(); ++i) {
    const Row& row = model.rows[i];
    const std::string name = row_names.add(row.name, i);
    if (row.lower == row.upper) {
      row_text(lines, name, row, columns, "=", row.lower);
      continue;
    }
    const bool both = std::isfinite(row.lower) && std::isfinite(row.upper);
    if (std::isfinite(row.lower))
      row_text(lines, both ? row_names.add(name + "_lower", i) : name, row, columns,
               ">=", row.lower);
    if (std::isfinite(row.upper))
      row_text(lines, both ? row_names.add(name + "_upper", i) : name, row, columns,
               "<=", row.upper);
  }

  lines.heading("Bounds");
  const auto is_binary = [](const Column& c) { return c.integer && c.lower == 0 && c.upper == 1; };
  for (std::size_t j = 0; j < columns.size(); ++j) {
    const Column& column = model.columns[j];
    if (is_binary(column)) continue;
    if (column.lower == -kInfinity && column.upper == kInfinity) {
      lines.word(columns[j] + " free");
    } else {
      lines.word(
          fmt::format("{} <= {} <= {}", number(column.lower), columns[j], number(column.upper)));
    }
    lines.end();
  }
  for (const bool binary : {true, false}) {
    bool any = false;
    for (std::size_t j = 0; j < columns.size(); ++j) {
      if (!model.columns[j].integer || is_binary(model.columns[j]) != binary) continue;
      if (!any) lines.heading(binary ? "Binaries" : "Generals");
      any = true;
      lines.word(columns[j]);
    }
    lines.end();
  }
  lines.heading("End");
  return lines.take();
}

}  // namespace certifix::milp
