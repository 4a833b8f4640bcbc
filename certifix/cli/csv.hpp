// Comma-separated exact numbers, as `certifix run` and `attack` read and write them: decimals, and
// the exact texts 7/30 and 3p-2 (3 * 2^-2) in which findings are printed.
//
// One row a line, one number a cell, spaces around numbers and empty lines are passed over. There
// is no header, and no quoting.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "certifix/num/exact/rational.hpp"

namespace certifix::cli {

struct CsvRow {
  std::size_t line;  // from 1
  std::vector<num::Rational> values;
};

// Rows of `columns` numbers. Throws Error (malformed_inputs) with line and column; `file`
// is for its message.
std::vector<CsvRow> parse_csv(std::string_view text, std::size_t columns, const std::string& file);

// The exact decimal of code * 2^lsb, which is always finite: "-0.15625".
std::string exact_decimal(const num::Integer& code, int lsb);

}  // namespace certifix::cli
