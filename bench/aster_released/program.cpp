#include "bench/aster_released/program.hpp"

#include <cmath>
#include <utility>

#include "certifix/base/error.hpp"

namespace certifix::aster_released {
namespace {

__extension__ using Wide = __int128;

// The low `width` bits, read as two's complement.
std::int64_t wrapped(Wide value, int width) {
  __extension__ using Unsigned = unsigned __int128;
  const int unused = 128 - width;
  return static_cast<std::int64_t>(static_cast<Wide>(static_cast<Unsigned>(value) << unused) >>
                                   unused);
}

// value * 2^-fraction into the format: truncated, then wrapped.
std::int64_t assigned(Wide value, int fraction, const Fixed& format) {
  const int shift = fraction - format.fraction();
  return wrapped(shift >= 0 ? value >> shift : value << -shift, format.width);
}

std::int64_t constant(const num::Rational& value, const Fixed& format) {
  const num::Integer code = num::floor_to(value, -format.fraction());
  CERTIFIX_CHECK(num::bit_length(code) < 63, "a constant fits a machine word");
  return wrapped(code.get_si(), format.width);
}

// A word of the machine holds every code, and 128 bits every product before its truncation.
void require_machine_words(const LayerFormats& f) {
  for (std::size_t l = 0; l < f.source.size(); ++l) {
    CERTIFIX_CHECK(f.source[l].width + f.weight[l].width <= 126, "a product has at most 126 bits");
    for (const Fixed& format : {f.source[l], f.weight[l], f.product[l], f.partial[l]})
      CERTIFIX_CHECK(format.width >= 1 && format.width <= 64, "a format has at most 64 bits");
  }
  for (const Fixed& format : {f.dot, f.bias, f.result, f.activation})
    CERTIFIX_CHECK(format.width >= 1 && format.width <= 64, "a format has at most 64 bits");
}

}  // namespace

Program::Program(const net::Network& network, std::vector<LayerFormats> formats)
    : formats_(std::move(formats)) {
  for (std::size_t i = 0; i < formats_.size(); ++i) {
    const LayerFormats& f = formats_[i];
    require_machine_words(f);
    const net::Block& block = network.block(i + 1);
    layers_.emplace_back();
    for (std::size_t j = 0; j < block.size(); ++j) {
      Row row{{}, constant(block.bias[j], f.bias), block.activation[j] == net::Activation::relu};
      for (const net::Entry& entry : block.sources[0].weights.row(j))
        row.weights.push_back({entry.column, constant(entry.value, f.weight[entry.column])});
      layers_.back().push_back(std::move(row));
    }
  }
}

std::vector<std::int64_t> Program::run_codes(std::span<const double> x) const {
  std::vector<std::int64_t> values;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const Fixed& format = formats_[0].source[i];
    values.push_back(wrapped(
        static_cast<std::int64_t>(std::floor(std::ldexp(x[i], format.fraction()))), format.width));
  }
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const LayerFormats& f = formats_[i];
    std::vector<std::int64_t> next;
    for (const Row& row : layers_[i]) {
      std::int64_t sum = 0;
      for (const Weight& weight : row.weights) {
        const std::size_t l = weight.column;
        const std::int64_t product =
            assigned(static_cast<Wide>(weight.code) * values[l],
                     f.weight[l].fraction() + f.source[l].fraction(), f.product[l]);
        // Both have gb fractional bits.
        sum = wrapped(static_cast<Wide>(sum) + product, f.partial[l].width);
      }
      const std::int64_t dot = assigned(sum, f.partial.back().fraction(), f.dot);
      // dot + bias on the finer of the two grids.
      const int fraction = std::max(f.dot.fraction(), f.bias.fraction());
      const Wide exact = (static_cast<Wide>(dot) << (fraction - f.dot.fraction())) +
                         (static_cast<Wide>(row.bias) << (fraction - f.bias.fraction()));
      std::int64_t result = assigned(exact, fraction, f.result);
      if (row.relu && result < 0) result = 0;
      next.push_back(assigned(result, f.result.fraction(), f.activation));
    }
    values = std::move(next);
  }
  return values;
}

void Program::run(std::span<const double> x, std::span<double> y) const {
  const std::vector<std::int64_t> codes = run_codes(x);
  for (std::size_t o = 0; o < codes.size(); ++o)
    y[o] = std::ldexp(static_cast<double>(codes[o]), -formats_.back().activation.fraction());
}

std::vector<num::Rational> Program::run_exact(std::span<const double> x) const {
  std::vector<num::Rational> result;
  for (const std::int64_t code : run_codes(x))
    result.push_back(num::scaled(num::Rational(num::Integer(static_cast<long>(code))),
                                 -formats_.back().activation.fraction()));
  return result;
}

}  // namespace certifix::aster_released
