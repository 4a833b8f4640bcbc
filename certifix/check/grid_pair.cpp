#include "certifix/check/grid_pair.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "certifix/base/error.hpp"

namespace certifix::check {
namespace {

// value * 2^exponent, which R-PRECISION has shown to be on the grid.
Integer held(const Integer& value, long exponent, int precision) {
  std::optional<Integer> result = on_grid(value, exponent, precision);
  CERTIFIX_CHECK(result.has_value(), "R-PRECISION has been checked");
  return *std::move(result);
}

// R-ROUNDING: rho lies in [-2^(Q-1) + 2^A, 2^(Q-1)] if Q > A, and is 0 otherwise.
Range rounding(const design::Row& row, int precision) {
  if (row.output.lsb <= row.accumulator_lsb) return {0, 0};
  const Integer half = held(1, row.output.lsb - 1, precision);
  return {Integer(grid_below(num::power_of_two(row.accumulator_lsb), precision) - half), half};
}

// design - network, element by element; an edge that only one of them has counts as 0 in the other.
Edges difference(const Edges& design, const Edges& network) {
  Edges result;
  auto d = design.begin();
  auto n = network.begin();
  while (d != design.end() || n != network.end()) {
    const bool take_d = n == network.end() || (d != design.end() && d->element <= n->element);
    const bool take_n = d == design.end() || (n != network.end() && n->element <= d->element);
    const std::size_t element = take_d ? d->element : n->element;
    Integer weight = 0;
    if (take_d) weight += (d++)->weight;
    if (take_n) weight -= (n++)->weight;
    if (weight != 0) result.emplace_back(element, std::move(weight));
  }
  return result;
}

// The block in which an element lies.
std::size_t block_of(const GridNetwork& network, std::size_t element) {
  const auto& starts = network.starts;
  return static_cast<std::size_t>(std::upper_bound(starts.begin(), starts.end(), element) -
                                  starts.begin() - 1);
}

// Sums of squares of weights, by the block that they read.
using Squares = std::map<std::size_t, Integer>;
void add_squares(const GridNetwork& network, const Edges& edges, Squares& squares) {
  for (const Edge& edge : edges)
    add_product(squares[block_of(network, edge.element)], edge.weight, edge.weight);
}

SourceNorms euclidean(const Squares& squares) {
  SourceNorms result;
  for (const auto& [source, sum] : squares) result.push_back({source, ceil_sqrt(sum)});
  return result;
}

PairRow pair_row(const GridPair& pair, const design::Row& design, const RealRow& real) {
  PairRow row;
  for (const design::Term& term : design.terms)
    row.implemented.push_back(
        {pair.real.starts[term.source] + term.index,
         held(term.weight, weight_exponent(pair.design, design, term), pair.precision.weights)});
  row.difference = difference(row.implemented, real.weights);
  row.bias_difference =
      held(design.bias, design.accumulator_lsb, pair.precision.values) - real.bias;
  row.rounding = rounding(design, pair.precision.values);
  Squares squares;
  add_squares(pair.real, row.implemented, squares);
  row.norms = euclidean(squares);
  row.design = &design;
  return row;
}

// R-OPERATOR-NORM: |w^| <= sigma + |dW|, the Frobenius norm, for every source of the block; a
// source that the network does not read has sigma = 0. Nothing if a claim is missing.
std::optional<SourceNorms> block_norms(const GridPair& pair, std::size_t block,
                                       const std::vector<Norm>& claims) {
  std::map<std::size_t, std::optional<Integer>> sigma;  // by source
  Squares differences;
  for (std::size_t e = pair.real.starts[block]; e < pair.real.starts[block + 1]; ++e) {
    for (const Edge& edge : pair.real.row(e).weights) sigma[block_of(pair.real, edge.element)];
    add_squares(pair.real, pair.row(e).difference, differences);
  }
  for (const Norm& claim : claims)
    if (claim.block == block) sigma[claim.source] = grid_above(claim.sigma, pair.precision.weights);
  for (const auto& [source, squares] : differences)
    sigma.try_emplace(source, Integer(0));  // the design alone reads it
  SourceNorms result;
  for (const auto& [source, norm] : sigma) {
    if (!norm) return std::nullopt;
    result.push_back({source, Integer(*norm + ceil_sqrt(differences[source]))});
  }
  return result;
}

}  // namespace

long weight_exponent(const design::Design& design, const design::Row& row,
                     const design::Term& term) {
  return static_cast<long>(term.shift) + row.accumulator_lsb - design.lsb(term.source, term.index);
}

GridPair::GridPair(const spec::Problem& the_problem, GridNetwork network,
                   const design::Design& the_design, const std::vector<Norm>& claims)
    : problem(the_problem),
      design(the_design),
      real(std::move(network)),
      precision(real.precision),
      in_words(real.in_words),
      norms(real.blocks()) {
  for (std::size_t b = 1; b < real.blocks(); ++b)
    for (std::size_t i = 0; i < real.size(b); ++i)
      rows.push_back(pair_row(*this, design.blocks[b - 1].rows[i], real.row(real.starts[b] + i)));
  for (const PairRow& row : rows)
    in_words = in_words && fit_in_words(row.implemented) && fit_in_words(row.difference);
  for (std::size_t b = 1; b < real.blocks(); ++b) norms[b] = block_norms(*this, b, claims);
  for (const spec::Functional& functional : problem.functionals) {
    std::vector<Range> coefficients;
    for (const Rational& c : functional.coefficients) {
      coefficients.push_back({grid_below(c, precision.weights), grid_above(c, precision.weights)});
      in_words = in_words && is_word(coefficients.back().lower);
    }
    functionals.push_back(std::move(coefficients));
  }
}

}  // namespace certifix::check
