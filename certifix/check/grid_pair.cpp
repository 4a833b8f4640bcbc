#include "certifix/check/grid_pair.hpp"

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

// R-WEIGHTS: w~ and b~, and where they differ from w and b.
void add_network_row(const GridPair& pair, const net::Block& block, std::size_t i, PairRow& row) {
  for (const net::Source& source : block.sources) {
    for (const net::Entry& entry : source.weights.row(i)) {
      const std::size_t element = pair.starts[source.block] + entry.column;
      Integer weight = grid_nearest(entry.value, pair.precision);
      if (num::scaled(entry.value, pair.precision) != weight) row.changed.push_back(element);
      if (weight != 0) row.weights.push_back({element, std::move(weight)});
    }
  }
  row.bias = grid_nearest(block.bias[i], pair.precision);
  row.bias_changed = num::scaled(block.bias[i], pair.precision) != row.bias;
}

// R-ROUNDING: rho lies in [-2^(Q-1) + 2^A, 2^(Q-1)] if Q > A, and is 0 otherwise.
Range rounding(const design::Row& row, int precision) {
  if (row.output.lsb <= row.accumulator_lsb) return {0, 0};
  const Integer half = held(1, row.output.lsb - 1, precision);
  return {Integer(grid_below(num::power_of_two(row.accumulator_lsb), precision) - half), half};
}

void add_design_row(const GridPair& pair, const design::Row& from, PairRow& row) {
  for (const design::Term& term : from.terms)
    row.implemented.push_back(
        {pair.starts[term.source] + term.index,
         held(term.weight, weight_exponent(pair.design, from, term), pair.precision)});
  row.bias_difference = held(from.bias, from.accumulator_lsb, pair.precision) - row.bias;
  row.rounding = rounding(from, pair.precision);
  row.design = &from;
}

// design - network, element by element; an edge that only one of them has counts as 0 in the other.
Edges difference(const Edges& design, const Edges& network) {
  Edges result;
  auto d = design.begin();
  auto n = network.begin();
  while (d != design.end() || n != network.end()) {
    const bool take_d = n == network.end() || (d != design.end() && d->element <= n->element);
    const bool take_n = d == design.end() || (n != network.end() && n->element <= d->element);
    Edge edge{take_d ? d->element : n->element, 0};
    if (take_d) edge.weight += (d++)->weight;
    if (take_n) edge.weight -= (n++)->weight;
    if (edge.weight != 0) result.push_back(std::move(edge));
  }
  return result;
}

}  // namespace

long weight_exponent(const design::Design& design, const design::Row& row,
                     const design::Term& term) {
  return static_cast<long>(term.shift) + row.accumulator_lsb - design.lsb(term.source, term.index);
}

GridPair::GridPair(const spec::Problem& the_problem, const design::Design& the_design,
                   int the_precision)
    : problem(the_problem), design(the_design), precision(the_precision), starts{0} {
  const net::Network& network = problem.network;
  for (std::size_t b = 0; b < network.block_count(); ++b)
    starts.push_back(starts.back() + network.size(b));
  for (std::size_t b = 1; b < network.block_count(); ++b) {
    for (std::size_t i = 0; i < network.size(b); ++i) {
      PairRow row;
      row.activation = network.block(b).activation[i];
      add_network_row(*this, network.block(b), i, row);
      add_design_row(*this, design.blocks[b - 1].rows[i], row);
      row.difference = difference(row.implemented, row.weights);
      rows.push_back(std::move(row));
    }
  }
  for (const spec::Functional& functional : problem.functionals) {
    std::vector<Range> coefficients;
    for (const Rational& c : functional.coefficients)
      coefficients.push_back({grid_below(c, precision), grid_above(c, precision)});
    functionals.push_back(std::move(coefficients));
  }
}

}  // namespace certifix::check
