// The network and the design side by side, on the grid: what all leaves share, read-only.
//
// Elements are numbered through: inputs first, then the rows of block 1, 2, ... A row reads
// elements with smaller numbers only, so that counting down visits consumers before sources.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "certifix/check/grid.hpp"
#include "certifix/design/design.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::check {

// One weight (units of u) of a row.
struct Edge {
  std::size_t element;
  Integer weight;  // not 0
};
using Edges = std::vector<Edge>;  // strictly increasing in element

struct PairRow {
  net::Activation activation;
  // The network rounded to the nearest grid points (R-WEIGHTS): z = sum w a + bias + theta.
  Edges weights;
  Integer bias;
  std::vector<std::size_t> changed;  // elements whose weight was not on the grid
  bool bias_changed;
  // The design (exact on the grid, R-PRECISION).
  Edges implemented;
  // Design minus network: dW and db (R-WEIGHT-DIFFERENCE).
  Edges difference;
  Integer bias_difference;
  // The error of the row's own rounding (R-ROUNDING).
  Range rounding;
  const design::Row* design;
};

// A term stands for weight * 2^weight_exponent.
long weight_exponent(const design::Design& design, const design::Row& row,
                     const design::Term& term);

struct GridPair {
  // Both have passed the rules on form (form.hpp) and outlive the pair.
  GridPair(const spec::Problem& problem, const design::Design& design, int precision);

  std::size_t inputs() const { return starts[1]; }
  std::size_t elements() const { return starts.back(); }
  std::size_t blocks() const { return starts.size() - 1; }  // the inputs included
  // Elements starts[b] .. starts[b + 1] - 1 are those of block b.
  const PairRow& row(std::size_t element) const { return rows[element - inputs()]; }

  const spec::Problem& problem;
  const design::Design& design;
  int precision;
  std::vector<std::size_t> starts;
  std::vector<PairRow> rows;
  std::vector<std::vector<Range>> functionals;  // coefficients, rounded outward
};

}  // namespace certifix::check
