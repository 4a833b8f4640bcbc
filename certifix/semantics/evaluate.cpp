#include "certifix/semantics/evaluate.hpp"

#include <utility>

namespace certifix::semantics {

using net::Activation;
using net::Block;
using net::Entry;
using net::Network;
using net::Source;
using num::Rational;

Rational apply(Activation activation, const Rational& z) {
  switch (activation) {
    case Activation::identity:
      return z;
    case Activation::relu:
      return z.sign() < 0 ? Rational(0) : z;
  }
  throw Bug(__FILE__, __LINE__, "unknown activation");
}

std::vector<std::vector<Rational>> evaluate_blocks(const Network& network,
                                                   const std::vector<Rational>& x) {
  CERTIFIX_CHECK(x.size() == network.input_count(), "one value an input");
  std::vector<std::vector<Rational>> values{x};
  for (std::size_t b = 1; b < network.block_count(); ++b) {
    const Block& block = network.block(b);
    std::vector<Rational> h(block.size());
    for (std::size_t i = 0; i < block.size(); ++i) {
      Rational z = block.bias[i];
      for (const Source& source : block.sources)
        for (const Entry& entry : source.weights.row(i))
          z += entry.value * values[source.block][entry.column];
      h[i] = apply(block.activation[i], z);
    }
    values.push_back(std::move(h));
  }
  return values;
}

std::vector<Rational> evaluate(const Network& network, const std::vector<Rational>& x) {
  return evaluate_blocks(network, x).back();
}

std::size_t parameter_count(const Network& network) {
  std::size_t count = 0;
  for (std::size_t b = 1; b < network.block_count(); ++b) {
    count += network.block(b).size();
    for (const Source& source : network.block(b).sources)
      count += source.weights.rows() * source.weights.columns();
  }
  return count;
}

}  // namespace certifix::semantics
