// A real network on the grid (R-WEIGHTS): what all leaves share, read-only.
//
// Elements are numbered through: inputs first, then the rows of block 1, 2, ... A row reads
// elements with smaller numbers only, so that counting down visits consumers before sources.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "certifix/check/grid.hpp"
#include "certifix/net/network.hpp"

namespace certifix::check {

// One weight (units of v) of a row.
struct Edge {
  Edge(std::size_t the_element, Integer the_weight)
      : element(the_element), weight(std::move(the_weight)) {
    if (is_word(weight)) word = weight.get_si();
  }
  bool is_wide() const { return weight != word; }
  template <class Coefficient>
  const Coefficient& as() const {
    if constexpr (std::is_same_v<Coefficient, Word>)
      return word;
    else
      return weight;
  }

  std::size_t element;
  Integer weight;  // not 0
  Word word = 0;   // the same, unless it is wide
};
using Edges = std::vector<Edge>;  // strictly increasing in element
bool fit_in_words(const Edges& edges);

// The row rounded to the nearest grid points: z = sum w a + bias + theta.
struct RealRow {
  net::Activation activation;
  Edges weights;
  Integer bias;
  std::vector<std::size_t> changed;  // elements whose weight was not on the grid
  bool bias_changed;
};

struct GridNetwork {
  GridNetwork(const net::Network& network, Precision precision);

  std::size_t inputs() const { return starts[1]; }
  std::size_t elements() const { return starts.back(); }
  std::size_t blocks() const { return starts.size() - 1; }  // the inputs included
  // Elements starts[b] .. starts[b + 1] - 1 are those of block b.
  std::size_t size(std::size_t block) const { return starts[block + 1] - starts[block]; }
  const RealRow& row(std::size_t element) const { return rows[element - inputs()]; }

  Precision precision;
  bool in_words;  // every weight is a Word, and Words hold 1
  std::vector<std::size_t> starts;
  std::vector<RealRow> rows;
};

}  // namespace certifix::check
