// A real network on the grid (R-WEIGHTS): what all leaves share, read-only.
//
// Elements are numbered through: inputs first, then the rows of block 1, 2, ... A row reads
// elements with smaller numbers only, so that counting down visits consumers before sources.
#pragma once

#include <cstddef>
#include <vector>

#include "certifix/check/grid.hpp"
#include "certifix/net/network.hpp"

namespace certifix::check {

// One weight (units of u) of a row.
struct Edge {
  std::size_t element;
  Integer weight;  // not 0
};
using Edges = std::vector<Edge>;  // strictly increasing in element

// The row rounded to the nearest grid points: z = sum w a + bias + theta.
struct RealRow {
  net::Activation activation;
  Edges weights;
  Integer bias;
  std::vector<std::size_t> changed;  // elements whose weight was not on the grid
  bool bias_changed;
};

struct GridNetwork {
  GridNetwork(const net::Network& network, int precision);

  std::size_t inputs() const { return starts[1]; }
  std::size_t elements() const { return starts.back(); }
  std::size_t blocks() const { return starts.size() - 1; }  // the inputs included
  // Elements starts[b] .. starts[b + 1] - 1 are those of block b.
  std::size_t size(std::size_t block) const { return starts[block + 1] - starts[block]; }
  const RealRow& row(std::size_t element) const { return rows[element - inputs()]; }

  int precision;
  std::vector<std::size_t> starts;
  std::vector<RealRow> rows;
};

}  // namespace certifix::check
