// The founding paper's recursion, repaired, written a second time: row by row, in exact rationals,
// from a plan and a network alone.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "certifix/optimize/plan.hpp"
#include "certifix/semantics/evaluate.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::optimize::test {

using net::Matrix;
using num::Integer;
using num::Interval;
using num::Rational;
using spec::Problem;

inline Rational rounded(const Rational& x, int lsb) {
  return num::scaled(Rational(num::round_half_up(x, lsb)), lsb);
}

// The grid of a row's accumulator: the finest product's, factors of two that all weights share
// taken out, but never coarser than the output.
inline int accumulator_lsb(std::span<const net::Entry> row, const std::vector<int>& weight_lsb,
                           const std::vector<int>& source_lsb, int output_lsb) {
  std::optional<int> finest;
  int common = 1000;
  for (std::size_t t = 0; t < row.size(); ++t) {
    const Integer code = num::round_half_up(row[t].value, weight_lsb[t]);
    if (code == 0) continue;
    common = std::min(common, static_cast<int>(mpz_scan1(code.get_mpz_t(), 0)));
    const int product = weight_lsb[t] + source_lsb[row[t].column];
    finest = finest ? std::min(*finest, product) : product;
  }
  return finest ? std::min(*finest + common, output_lsb) : output_lsb;
}

struct Recursion {
  Rational error;    // at the outputs
  bool fits = true;  // every result stays within the integer bits of its real range
};

// The recursion computed again, from the plan and the network alone.
inline Recursion recursion(const Problem& problem, const Plan& plan) {
  Recursion result;
  std::vector<Rational> magnitudes;  // of the real values, one a source element
  std::vector<Rational> errors;
  std::vector<int> lsb = plan.input_lsb;
  Interval hull = problem.box[0];
  for (std::size_t i = 0; i < problem.box.size(); ++i) {
    const Interval& x = problem.box[i];
    hull = {std::min(hull.lower(), x.lower()), std::max(hull.upper(), x.upper())};
    magnitudes.push_back(std::max(num::abs(x.lower()), num::abs(x.upper())));
    const auto declared = problem.inputs[i].fraction_bits;
    const bool exact = declared && -*declared >= lsb[i];
    errors.push_back(exact ? Rational(0) : num::power_of_two(lsb[i] - 1));
  }
  for (std::size_t b = 1; b < problem.network.block_count(); ++b) {
    const net::Block& block = problem.network.block(b);
    const BlockPlan& grids = plan.blocks[b - 1];
    Rational worst = 0;
    const Matrix& weights = block.sources[0].weights;
    const bool full = weights.entry_count() == weights.rows() * weights.columns();
    Rational low_weight = full ? weights.row(0)[0].value : Rational(0);
    Rational high_weight = low_weight;
    for (std::size_t i = 0; i < block.size(); ++i) {
      const int accumulator =
          accumulator_lsb(weights.row(i), grids.weight_lsb[i], lsb, grids.output_lsb[i]);
      Rational row = num::power_of_two(accumulator - 1);
      if (accumulator < grids.output_lsb[i]) row += num::power_of_two(grids.output_lsb[i] - 1);
      std::size_t t = 0;
      for (const net::Entry& entry : weights.row(i)) {
        const std::size_t j = entry.column;
        const int grid = grids.weight_lsb[i][t++];
        row += num::abs(entry.value) * errors[j];
        row += num::abs(rounded(entry.value, grid) - entry.value) * (magnitudes[j] + errors[j]);
        low_weight = std::min(low_weight, entry.value);
        high_weight = std::max(high_weight, entry.value);
      }
      worst = std::max(worst, row);
    }
    // The paper's ranges: n times the product of two intervals, plus the interval of the biases.
    const Rational n(Integer(static_cast<unsigned long>(problem.network.size(b - 1))));
    const std::vector<Rational> corners = {low_weight * hull.lower(), low_weight * hull.upper(),
                                           high_weight * hull.lower(), high_weight * hull.upper()};
    const Rational low = n * *std::min_element(corners.begin(), corners.end()) +
                         *std::min_element(block.bias.begin(), block.bias.end());
    const Rational high = n * *std::max_element(corners.begin(), corners.end()) +
                          *std::max_element(block.bias.begin(), block.bias.end());
    const Rational largest = std::max(num::abs(low), num::abs(high));
    const Rational room = num::power_of_two(num::bit_length(num::floor(largest))) - largest;
    result.fits = result.fits && worst <= room;
    hull = {semantics::apply(block.activation[0], low),
            semantics::apply(block.activation[0], high)};
    magnitudes.assign(block.size(), std::max(num::abs(hull.lower()), num::abs(hull.upper())));
    errors.assign(block.size(), worst);
    lsb = grids.output_lsb;
  }
  result.error = errors[0];
  return result;
}

}  // namespace certifix::optimize::test
