#include "bench/integer_network.hpp"

#include <algorithm>

namespace certifix::bench {
namespace {

using num::Integer;
using num::Rational;

Integer common_denominator(const net::Block& block) {
  Integer result = 1;
  const auto add = [&result](const Rational& value) {
    mpz_lcm(result.get_mpz_t(), result.get_mpz_t(), value.denominator().get_mpz_t());
  };
  for (const Rational& bias : block.bias) add(bias);
  for (const net::Source& source : block.sources)
    for (std::size_t i = 0; i < source.weights.rows(); ++i)
      for (const net::Entry& entry : source.weights.row(i)) add(entry.value);
  return result;
}

Integer integer(const Rational& value) {
  CERTIFIX_CHECK(value.is_integer(), "the scale is a multiple of every denominator");
  return value.numerator();
}

// How many points of z, z + slope, ... lie on the side that the neuron is on at the first, at most
// `limit`. A neuron that starts at 0 belongs to the side that it moves to; 0 itself is on both.
std::uint64_t points_on_side(const Integer& z, const Integer& slope, bool active,
                             std::uint64_t limit) {
  if (slope == 0 || (slope > 0) == active) return limit;
  Integer steps;  // |z| / |slope|, rounded down
  mpz_tdiv_q(steps.get_mpz_t(), z.get_mpz_t(), slope.get_mpz_t());
  mpz_abs(steps.get_mpz_t(), steps.get_mpz_t());
  ++steps;
  return steps < Integer(limit) ? steps.get_ui() : limit;
}

}  // namespace

IntegerNetwork::IntegerNetwork(const net::Network& network, const Integer& input_scale)
    : input_count_(network.input_count()), output_count_(network.output_count()) {
  std::vector<Integer> scale = {input_scale};
  std::vector<std::size_t> start = {0, network.input_count()};
  for (std::size_t b = 1; b < network.block_count(); ++b) {
    const net::Block& block = network.block(b);
    const Integer denominator = common_denominator(block);
    scale.push_back(scale.back() * denominator);
    start.push_back(start.back() + block.size());
    for (std::size_t i = 0; i < block.size(); ++i) {
      Row row{{}, integer(block.bias[i] * Rational(scale[b])), block.activation[i]};
      for (const net::Source& source : block.sources) {
        // From the scale of the source to that of this block.
        const Rational factor = Rational(scale[b], scale[source.block]);
        for (const net::Entry& entry : source.weights.row(i))
          row.terms.push_back({integer(entry.value * factor), start[source.block] + entry.column});
      }
      rows_.push_back(std::move(row));
    }
  }
  output_scale_ = scale.back();
}

Piece IntegerNetwork::piece(std::span<const Integer> x, std::span<const Integer> step,
                            std::uint64_t limit) const {
  CERTIFIX_CHECK(x.size() == input_count_ && step.size() == input_count_ && limit >= 1,
                 "a line has one value an input and at least one point");
  Piece result;
  result.count = limit;
  std::vector<Integer> value(x.begin(), x.end());
  std::vector<Integer> slope(step.begin(), step.end());
  for (const Row& row : rows_) {
    Integer z = row.bias;
    Integer along = 0;
    for (const Term& term : row.terms) {
      mpz_addmul(z.get_mpz_t(), term.weight.get_mpz_t(), value[term.element].get_mpz_t());
      mpz_addmul(along.get_mpz_t(), term.weight.get_mpz_t(), slope[term.element].get_mpz_t());
    }
    switch (row.activation) {
      case net::Activation::identity:
        break;
      case net::Activation::relu: {
        const bool active = z > 0 || (z == 0 && along > 0);
        result.count = points_on_side(z, along, active, result.count);
        if (!active) z = 0, along = 0;
        break;
      }
    }
    value.push_back(std::move(z));
    slope.push_back(std::move(along));
  }
  result.value.assign(value.end() - static_cast<std::ptrdiff_t>(output_count_), value.end());
  result.slope.assign(slope.end() - static_cast<std::ptrdiff_t>(output_count_), slope.end());
  return result;
}

}  // namespace certifix::bench
