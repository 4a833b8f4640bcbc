#include "certifix/optimize/rounded_weights.hpp"

#include <bit>
#include <cmath>
#include <cstdint>

#include "certifix/error/analysis.hpp"
#include "certifix/split/parallel.hpp"

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

void compensate(const Subject& subject, Plan& plan, std::size_t b) {
  if (!subject.compensated().possible(b)) return;
  const net::Block& block = subject.problem().network.block(b);
  BlockPlan& to = plan.blocks[b - 1];
  to.value.assign(block.size(), {});
  split::parallel_for(block.size(), subject.threads(), [&](std::size_t i) {
    if (to.weight_lsb[i].empty()) return;
    const std::vector<double>& values = subject.compensated().row(b, i, -to.weight_lsb[i][0]);
    std::size_t first = 0;
    for (const net::Source& source : block.sources) {
      for (const net::Entry& entry : source.weights.row(i))
        to.value[i].push_back(values[first + entry.column]);
      first += source.weights.columns();
    }
  });
}

std::vector<Rounding> roundings(const Plan& plan) {
  std::vector<Rounding> result;
  for (const BlockPlan& block : plan.blocks)
    result.push_back(block.value.empty() ? Rounding::nearest : Rounding::compensated);
  return result;
}

Plan compensated_plan(const Subject& subject, Plan plan) {
  for (std::size_t b = 1; b <= plan.blocks.size(); ++b) compensate(subject, plan, b);
  return plan;
}

error::FloatDesign only_weights(const Subject& subject, const LeafSet& leaves, std::size_t b,
                                const std::vector<int>& bits, Rounding rounding) {
  std::vector<const std::vector<double>*> values;  // per row; empty: the nearest
  if (rounding == Rounding::compensated && subject.compensated().possible(b)) {
    values.resize(bits.size());
    split::parallel_for(values.size(), subject.threads(), [&](std::size_t i) {
      values[i] = &subject.compensated().row(b, i, bits[i]);
    });
  }
  std::size_t first = 0;  // column of the source among those of the block
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
      if (t == b) {
        for (std::size_t i = 0; i < to.implemented.size(); ++i) {
          const std::size_t row = i / source.columns;
          to.implemented[i] = values.empty() ? rounded(source.weights[i], bits[row])
                                             : (*values[row])[first + i % source.columns];
          to.difference[i] = to.implemented[i] - source.weights[i];
        }
        first += source.columns;
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
