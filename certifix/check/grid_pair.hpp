// The network and the design side by side, on the grid: what all leaves share, read-only.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "certifix/check/certificate.hpp"
#include "certifix/check/grid.hpp"
#include "certifix/check/grid_network.hpp"
#include "certifix/design/design.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::check {

// A norm (units of v, rounded up) of the weights by which a block or a row reads one source.
struct SourceNorm {
  std::size_t source;  // a block
  Integer norm;
};
using SourceNorms = std::vector<SourceNorm>;

// The design's row (exact on the grid, R-PRECISION).
struct PairRow {
  Edges implemented;
  // Design minus network: dW and db (R-WEIGHT-DIFFERENCE).
  Edges difference;
  Integer bias_difference;
  // The error of the row's own rounding, rho (R-ROUNDING).
  Range rounding;
  SourceNorms norms;  // Euclidean, of the parts of `implemented`
  const design::Row* design;
};

// A term stands for weight * 2^weight_exponent.
long weight_exponent(const design::Design& design, const design::Row& row,
                     const design::Term& term);

struct GridPair {
  // `network` is what the design implements: the problem's, simplified. All have passed the rules
  // on form (form.hpp), the norms that on operator norms; problem and design outlive the pair.
  GridPair(const spec::Problem& problem, GridNetwork network, const design::Design& design,
           const std::vector<Norm>& norms);

  const PairRow& row(std::size_t element) const { return rows[element - real.inputs()]; }

  const spec::Problem& problem;
  const design::Design& design;
  GridNetwork real;
  Precision precision;
  bool in_words;  // every weight, difference and functional is made of Words
  std::vector<PairRow> rows;
  // Operator norms of the design's blocks, [b]; nothing where one is not known (R-NORM).
  std::vector<std::optional<SourceNorms>> norms;
  std::vector<std::vector<Range>> functionals;  // coefficients, rounded outward
};

}  // namespace certifix::check
