#include "certifix/net/matrix.hpp"

#include "certifix/base/error.hpp"

namespace certifix::net {

Matrix Matrix::sparse(std::size_t columns, const std::vector<std::vector<Entry>>& rows) {
  Matrix result;
  result.columns_ = columns;
  for (const std::vector<Entry>& row : rows) {
    const std::size_t start = result.entries_.size();
    for (const Entry& entry : row) {
      CERTIFIX_CHECK(entry.column < columns, "a column outside the matrix");
      CERTIFIX_CHECK(
          result.entries_.size() == start || result.entries_.back().column < entry.column,
          "the columns of a row must increase");
      if (entry.value.sign() != 0) result.entries_.push_back(entry);
    }
    result.row_start_.push_back(result.entries_.size());
  }
  return result;
}

}  // namespace certifix::net
