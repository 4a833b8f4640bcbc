// The coefficients of the repaired recursion (aster.cpp): a table a layer, one entry a candidate.
#pragma once

#include <vector>

#include "certifix/num/exact/rational.hpp"
#include "certifix/optimize/aster_layers.hpp"
#include "certifix/optimize/aster_model.hpp"
#include "certifix/optimize/quantize.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::optimize {

// The tables hold upper bounds, on the grid 2^-96, of exact quantities: gain is the largest sum of
// |w| over the rows, dot the rounding of weights and biases, bias the rounding of the result.
struct RepairedTables {
  AsterTables tables;
  std::vector<std::vector<int>> source_bits;  // per layer: U of each element read
  std::vector<int> input_lsb;                 // the inputs' grids
};

// eps: what the error at the outputs may be; it limits how far implemented values can stray.
RepairedTables repaired_tables(const spec::Problem& problem, const std::vector<AsterLayer>& layers,
                               const AsterOptions& options, const num::Rational& eps);

// The paper's extended fractional bits gb of the products, and a weight's grid for a source of
// integer bits U.
int extended_bits(int pi_dot, std::size_t columns);
int weight_lsb(int pi_dot, std::size_t columns, int source_bits);

}  // namespace certifix::optimize
