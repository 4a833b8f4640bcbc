#include "certifix/optimize/rounded_weights.hpp"

#include <bit>
#include <cmath>
#include <cstdint>

#include "certifix/error/analysis.hpp"

namespace certifix::optimize {

double rounded(double w, int bits) {
  return std::ldexp(std::floor(std::ldexp(w, bits) + 0.5), -bits);
}

int rounded_width(double w, int bits) {
  const double code = std::floor(std::ldexp(w, bits) + 0.5);
  const double magnitude = code < 0 ? -code - 1 : code;
  return magnitude < 1 ? 1 : std::ilogb(magnitude) + 2;
}

int rounded_digits(double w, int bits) {
  const double code = std::fabs(std::floor(std::ldexp(w, bits) + 0.5));
  if (code == 0) return 0;
  // Its 53 significant bits as an integer: powers of two do not change the digits.
  int exponent = 0;
  const auto x = static_cast<std::uint64_t>(std::ldexp(std::frexp(code, &exponent), 53));
  return std::popcount(x ^ (3 * x));
}

error::FloatDesign only_weights(const Subject& subject, const LeafSet& leaves, std::size_t b,
                                const std::vector<int>& bits) {
  error::FloatDesign image;
  image.input_error.resize(subject.network().input_count);
  for (std::size_t t = 1; t < subject.network().block_count(); ++t) {
    const range::FloatBlock& block = subject.network().block(t);
    error::DifferenceBlock out;
    out.activation = block.activation;
    out.bias_difference.resize(block.size());
    out.rounding.resize(block.size());
    for (std::size_t k = 0; k < block.sources.size(); ++k) {
      const range::FloatSource& source = block.sources[k];
      const std::vector<double> zeros(source.weights.size());
      error::DifferenceSource to{source.block, source.columns, source.weights,
                                 zeros,        zeros,          subject.norms()[t - 1][k]};
      if (t == b)
        for (std::size_t i = 0; i < to.implemented.size(); ++i) {
          to.implemented[i] = rounded(source.weights[i], bits[i / source.columns]);
          to.difference[i] = to.implemented[i] - source.weights[i];
        }
      out.sources.push_back(std::move(to));
    }
    image.blocks.push_back(std::move(out));
  }
  const std::vector<num::Enclosure> sources = error::weight_sources(image, b, leaves.hull);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const double middle = sources[i].midpoint();
    image.blocks[b - 1].bias_difference[i] = {-middle, -middle};
  }
  return image;
}

}  // namespace certifix::optimize
