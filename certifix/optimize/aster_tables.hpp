// The coefficients of the repaired recursion (aster.cpp): a table a layer, one entry a candidate.
#pragma once

#include <vector>

#include "certifix/num/exact/rational.hpp"
#include "certifix/optimize/aster_layers.hpp"
#include "certifix/optimize/quantize.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::optimize {

// Upper bounds, on the grid 2^-96, of exact quantities.
struct AsterTable {
  num::Rational gain;               // max over rows of the sum of |w|
  std::vector<int> source_bits;     // U of each element read
  std::vector<num::Rational> dot;   // per pi_dot = low .. high: weight and bias rounding
  std::vector<num::Rational> bias;  // per pi_bias = low .. high: rounding of the result
  num::Rational dot_slack;          // 2^U - magnitude of the sum of products: error it may have
  num::Rational result_slack;       // likewise of the result
};

struct AsterTables {
  std::vector<AsterTable> layers;
  // What the rounding of the inputs does to the first layer's sums of products.
  num::Rational input_error;
  std::vector<int> input_lsb;  // the inputs' grids
};

// eps: what the error at the outputs may be; it limits how far implemented values can stray.
AsterTables aster_tables(const spec::Problem& problem, const std::vector<AsterLayer>& layers,
                         const AsterOptions& options, const num::Rational& eps);

// The paper's extended fractional bits gb of the products, and a weight's grid for a source of
// integer bits U.
int extended_bits(int pi_dot, std::size_t columns);
int weight_lsb(int pi_dot, std::size_t columns, int source_bits);

}  // namespace certifix::optimize
