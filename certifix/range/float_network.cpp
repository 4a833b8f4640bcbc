#include "certifix/range/float_network.hpp"

#include "certifix/num/outward/enclosure.hpp"

namespace certifix::range {

FloatNetwork to_float(const net::Network& network) {
  FloatNetwork result;
  result.input_count = network.input_count();
  for (std::size_t b = 1; b < network.block_count(); ++b) {
    const net::Block& block = network.block(b);
    FloatBlock out;
    out.activation = block.activation;
    for (const num::Rational& bias : block.bias) {
      const num::NearDouble near = num::near_double(bias);
      out.bias.push_back(near.value);
      out.bias_exact.push_back(near.exact);
    }
    for (const net::Source& source : block.sources) {
      const std::size_t columns = source.weights.columns();
      FloatSource to{source.block, columns, std::vector<double>(block.size() * columns),
                     std::vector<char>(block.size() * columns, 1)};
      for (std::size_t i = 0; i < block.size(); ++i) {
        for (const net::Entry& entry : source.weights.row(i)) {
          const num::NearDouble near = num::near_double(entry.value);
          to.weights[i * columns + entry.column] = near.value;
          to.exact[i * columns + entry.column] = near.exact;
        }
      }
      out.terms += columns;
      out.sources.push_back(std::move(to));
    }
    result.blocks.push_back(std::move(out));
  }
  return result;
}

}  // namespace certifix::range
