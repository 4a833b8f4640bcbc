// A matrix of exact rationals, stored by rows, non-zero entries only.
//
// One representation serves fully connected layers, composed sparse rows and (as explicit rows)
// convolutions: everything downstream walks rows. Entries of a row are strictly increasing in
// column.
//
// Example:
//   const Matrix w = Matrix::sparse(2, {{{0, 1}}, {{0, 3}, {1, 4}}});
//   for (const Entry& e : w.row(1)) use(e.column, e.value);   // (0, 3), (1, 4)
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "certifix/num/exact/rational.hpp"

namespace certifix::net {

struct Entry {
  std::size_t column;
  num::Rational value;  // not 0

  friend bool operator==(const Entry&, const Entry&) = default;
};

class Matrix {
 public:
  Matrix() = default;  // 0 x 0
  // One list of entries a row.
  static Matrix sparse(std::size_t columns, const std::vector<std::vector<Entry>>& rows);

  std::size_t rows() const { return row_start_.size() - 1; }
  std::size_t columns() const { return columns_; }
  std::size_t entry_count() const { return entries_.size(); }
  std::span<const Entry> row(std::size_t i) const {
    return std::span(entries_).subspan(row_start_[i], row_start_[i + 1] - row_start_[i]);
  }

  friend bool operator==(const Matrix&, const Matrix&) = default;

 private:
  std::size_t columns_ = 0;
  std::vector<std::size_t> row_start_ = {0};
  std::vector<Entry> entries_;
};

}  // namespace certifix::net
