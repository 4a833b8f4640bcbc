#include "certifix/optimize/aster_tables.hpp"

#include <algorithm>
#include <optional>

namespace certifix::optimize {
namespace {

using num::Integer;
using num::Rational;

// Bounds are kept on this grid, rounded up: sums of many rationals would otherwise collect
// denominators. It is far below every quantity that a format of at most 64 bits can show.
constexpr long kGrid = -96;

Rational rounded_up(const Rational& x) {
  return num::scaled(Rational(num::ceil_to(x, kGrid)), kGrid);
}

// 2^-(F+1) for an input rounded half up to F fractional bits, 0 for one on such a grid already.
Rational input_rounding(const spec::InputConvention& input, int lsb) {
  if (input.fraction_bits && -*input.fraction_bits >= lsb) return 0;
  return num::power_of_two(lsb - 1);
}

// Of layer i, seen from the elements it reads: their integer bits, bounds of the *implemented*
// values, and the coarsest grid they may have.
struct Sources {
  std::vector<int> bits;
  std::vector<Rational> implemented;
  std::vector<int> lsb;
};

// What one row adds when its weights are rounded for pi_dot = p.
struct RowError {
  Rational weights;                 // sum of |ŵ - w| m
  std::optional<long> accumulator;  // coarsest grid of the products; none: all weights round to 0
};

RowError row_error(std::span<const net::Entry> row, const Sources& sources, std::size_t columns,
                   int p) {
  RowError result;
  mp_bitcnt_t common = 0;  // factors of two that all rounded weights share
  for (const net::Entry& entry : row) {
    const int lsb = weight_lsb(p, columns, sources.bits[entry.column]);
    const Integer code = num::round_half_up(entry.value, lsb);
    const Rational difference = num::abs(num::scaled(Rational(code), lsb) - entry.value);
    if (difference.sign() != 0)
      result.weights += rounded_up(difference * sources.implemented[entry.column]);
    if (code == 0) continue;
    const mp_bitcnt_t zeros = mpz_scan1(code.get_mpz_t(), 0);
    const long product = lsb + sources.lsb[entry.column];
    common = result.accumulator ? std::min(common, zeros) : zeros;
    result.accumulator = result.accumulator ? std::min(*result.accumulator, product) : product;
  }
  if (result.accumulator) *result.accumulator += static_cast<long>(common);
  return result;
}

Rational gain(const net::Matrix& matrix) {
  Rational largest = 0;
  for (std::size_t i = 0; i < matrix.rows(); ++i) {
    Rational sum = 0;
    for (const net::Entry& entry : matrix.row(i)) sum += rounded_up(num::abs(entry.value));
    largest = std::max(largest, sum);
  }
  return largest;
}

AsterTable table(const net::Matrix& matrix, const AsterLayer& layer, const Sources& sources,
                 const AsterOptions& options) {
  AsterTable result;
  result.gain = gain(matrix);
  // The bias is rounded on the accumulator's grid 2^A, A = min(products' grid, output's grid). With
  // A the output's, nothing is rounded afterwards. Otherwise 2^(A-1) adds to the output's rounding:
  // a hair beside T, entered with pi_dot; or, where weights are multiples of a large power of two,
  // it may be much more, and is entered with the pi_bias whose grid is coarser than A.
  constexpr int kHair = 8;
  std::vector<long> coarse;
  for (int p = options.fraction_low; p <= options.fraction_high; ++p) {
    Rational largest = 0;
    for (std::size_t i = 0; i < matrix.rows(); ++i) {
      RowError row = row_error(matrix.row(i), sources, layer.columns, p);
      if (row.accumulator && *row.accumulator < -p - kHair)
        row.weights += num::power_of_two(*row.accumulator - 1);
      else if (row.accumulator)
        coarse.push_back(*row.accumulator);
      largest = std::max(largest, row.weights);
    }
    result.dot.push_back(largest);
  }
  for (int q = options.fraction_low; q <= options.fraction_high; ++q) {
    Rational constant = 0;
    for (const long a : coarse)
      if (a < -q) constant = std::max(constant, num::power_of_two(a - 1));
    result.bias.push_back(num::power_of_two(-q - 1) + constant);
  }
  const auto slack = [](const num::Interval& range) {
    const Rational r = magnitude(range);
    return num::power_of_two(integer_bits(r)) - r;
  };
  result.dot_slack = slack(layer.dot);
  result.result_slack = slack(layer.result);
  return result;
}

// The largest error that the activations of each layer can have in a feasible assignment.
std::vector<Rational> largest_errors(const std::vector<AsterLayer>& layers,
                                     const std::vector<Rational>& gains, const Rational& eps) {
  std::vector<Rational> result(layers.size());
  Rational downstream = 1;  // product of the gains of the layers after i
  for (std::size_t i = layers.size(); i-- > 0;) {
    const Rational r = magnitude(layers[i].result);
    result[i] = num::power_of_two(integer_bits(r)) - r;
    if (downstream.sign() > 0) result[i] = rounded_up(std::min(result[i], eps / downstream));
    downstream *= gains[i];
  }
  return result;
}

}  // namespace

int extended_bits(int pi_dot, std::size_t columns) { return pi_dot + ceil_log2(columns) + 1; }

int weight_lsb(int pi_dot, std::size_t columns, int source_bits) {
  return -(extended_bits(pi_dot, columns) + source_bits);
}

RepairedTables repaired_tables(const spec::Problem& problem, const std::vector<AsterLayer>& layers,
                               const AsterOptions& options, const Rational& eps) {
  RepairedTables result;
  Sources sources;
  std::vector<Rational> input_rounding_of;
  for (std::size_t j = 0; j < problem.box.size(); ++j) {
    const std::optional<int> declared = problem.inputs[j].fraction_bits;
    const int lsb =
        -(declared ? std::min(*declared, options.input_fraction) : options.input_fraction);
    result.input_lsb.push_back(lsb);
    const Rational r = magnitude(problem.box[j]);
    const Rational rounding = input_rounding(problem.inputs[j], lsb);
    sources.bits.push_back(integer_bits(r));
    sources.implemented.push_back(r + rounding);
    sources.lsb.push_back(lsb);
    input_rounding_of.push_back(rounding);
  }
  const net::Matrix& first = problem.network.block(1).sources[0].weights;
  for (std::size_t i = 0; i < first.rows(); ++i) {
    Rational sum = 0;
    for (const net::Entry& entry : first.row(i))
      sum += rounded_up(num::abs(entry.value) * input_rounding_of[entry.column]);
    result.tables.input_error = std::max(result.tables.input_error, sum);
  }

  std::vector<Rational> gains;
  for (std::size_t b = 1; b < problem.network.block_count(); ++b)
    gains.push_back(gain(problem.network.block(b).sources[0].weights));
  const std::vector<Rational> errors = largest_errors(layers, gains, eps);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (i > 0) {
      const Rational r = magnitude(layers[i - 1].activation);
      sources.bits.assign(layers[i].columns, integer_bits(r));
      sources.implemented.assign(layers[i].columns, rounded_up(r + errors[i - 1]));
      sources.lsb.assign(layers[i].columns, -options.fraction_low);
    }
    result.source_bits.push_back(sources.bits);
    result.tables.layers.push_back(
        table(problem.network.block(i + 1).sources[0].weights, layers[i], sources, options));
  }
  return result;
}

}  // namespace certifix::optimize
