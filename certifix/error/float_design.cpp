#include "certifix/error/float_design.hpp"

#include <algorithm>
#include <cmath>

namespace certifix::error {
namespace {

using num::Enclosure;
using num::Integer;
using num::next_down;
using num::next_up;

bool fits_double(const Integer& x) {
  if (x == 0) return true;
  return num::bit_length(x) - static_cast<long>(mpz_scan1(x.get_mpz_t(), 0)) <= 53;
}

std::size_t source_position(DifferenceBlock& block, std::size_t source, std::size_t columns,
                            std::size_t rows) {
  for (std::size_t k = 0; k < block.sources.size(); ++k)
    if (block.sources[k].block == source) return k;
  const std::vector<double> zeros(rows * columns);
  block.sources.push_back({source, columns, zeros, zeros, zeros, 0});
  return block.sources.size() - 1;
}

// An upper bound of the norm of ŵ, from that of w (0 for a source that the network has not).
double implemented_norm(const DifferenceSource& source, double real_norm) {
  double squares = 0;
  for (std::size_t k = 0; k < source.difference.size(); ++k) {
    const double d = std::fabs(source.difference[k]) * (1 + 0x1p-50) + source.radius[k];
    squares += d * d;
  }
  const double frobenius =
      std::sqrt(next_up(squares + num::sum_error(source.difference.size() + 4, squares)));
  return next_up(real_norm + next_up(frobenius * (1 + 0x1p-50)));
}

DifferenceBlock difference_block(const net::Block& network, const range::FloatBlock& real,
                                 const std::vector<double>& norms, const design::Design& design,
                                 std::size_t b) {
  const std::vector<design::Row>& rows = design.blocks[b - 1].rows;
  DifferenceBlock result;
  result.activation = network.activation;
  for (const range::FloatSource& source : real.sources)
    source_position(result, source.block, source.columns, rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const design::Term& term : rows[i].terms) {
      const std::size_t columns = design.size(term.source);
      DifferenceSource& to =
          result.sources[source_position(result, term.source, columns, rows.size())];
      const std::size_t at = i * columns + term.index;
      const int exponent =
          term.shift + rows[i].accumulator_lsb - design.lsb(term.source, term.index);
      to.implemented[at] = std::ldexp(term.weight.get_d(), exponent);
      if (!fits_double(term.weight)) to.radius[at] = std::fabs(to.implemented[at]) * 0x1p-52;
    }
    const num::Rational bias = num::scaled(num::Rational(rows[i].bias), rows[i].accumulator_lsb);
    result.bias_difference.push_back(num::enclose(bias - network.bias[i]));
    result.rounding.push_back(output_rounding(rows[i].accumulator_lsb, rows[i].output.lsb));
  }
  for (DifferenceSource& to : result.sources) {
    const range::FloatSource* from = nullptr;
    double norm = 0;
    for (std::size_t k = 0; k < real.sources.size(); ++k)
      if (real.sources[k].block == to.block) {
        from = &real.sources[k];
        norm = norms[k];
      }
    for (std::size_t k = 0; k < to.implemented.size(); ++k) {
      const double weight = from != nullptr ? from->weights[k] : 0;
      to.difference[k] = to.implemented[k] - weight;
      if (from != nullptr && !from->exact[k])
        to.radius[k] = next_up(to.radius[k] + std::fabs(weight) * 0x1p-52);
    }
    to.norm = implemented_norm(to, norm);
  }
  return result;
}

}  // namespace

Enclosure input_rounding(const spec::InputConvention& convention, int lsb) {
  const double half = std::ldexp(1.0, lsb - 1);
  if (!convention.fraction_bits) return {-half, half};
  const int given = -*convention.fraction_bits;
  if (given >= lsb) return {0, 0};
  return {next_down(-half + std::ldexp(1.0, given)), half};
}

Enclosure output_rounding(int accumulator_lsb, int output_lsb) {
  if (output_lsb <= accumulator_lsb) return {0, 0};
  const double half = std::ldexp(1.0, output_lsb - 1);
  return {next_down(-half + std::ldexp(1.0, accumulator_lsb)), half};
}

FloatDesign to_float(const spec::Problem& problem, const range::FloatNetwork& float_network,
                     const Norms& norms, const design::Design& design) {
  FloatDesign result;
  for (std::size_t i = 0; i < design.inputs.size(); ++i) {
    const design::Input& input = design.inputs[i];
    // For an input that is a point the codes give the exact error.
    const num::Rational ulp = num::power_of_two(input.format.lsb);
    const Enclosure by_codes =
        num::enclose(num::Rational(input.code_min) * ulp - problem.box[i].upper(),
                     num::Rational(input.code_max) * ulp - problem.box[i].lower());
    result.input_error.push_back(
        num::intersection(input_rounding(problem.inputs[i], input.format.lsb), by_codes));
  }
  for (std::size_t b = 1; b < design.block_count(); ++b)
    result.blocks.push_back(difference_block(problem.network.block(b), float_network.block(b),
                                             norms[b - 1], design, b));
  return result;
}

}  // namespace certifix::error
