// Matrices from all their values.
#pragma once

#include <cstddef>
#include <vector>

#include "certifix/net/matrix.hpp"

namespace certifix::test {

// rows * columns values, row by row; zeros are dropped.
inline net::Matrix dense(std::size_t rows, std::size_t columns,
                         const std::vector<num::Rational>& values) {
  std::vector<std::vector<net::Entry>> entries(rows);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) entries[i].push_back({j, values.at(i * columns + j)});
  return net::Matrix::sparse(columns, entries);
}

}  // namespace certifix::test
