#include "tests/support/random_network.hpp"

#include "tests/support/dense.hpp"
#include "tests/support/random_design.hpp"

namespace certifix::test {

net::Network random_network(std::uint64_t seed, const std::vector<std::size_t>& layers) {
  Random random(seed);
  const auto thousandths = [&random](int limit) {
    return num::Rational(random.between(-limit, limit), 1000);
  };
  std::vector<net::Block> blocks;
  for (std::size_t b = 1; b < layers.size(); ++b) {
    const bool last = b + 1 == layers.size();
    std::vector<num::Rational> weights;
    for (std::size_t n = 0; n < layers[b] * layers[b - 1]; ++n)
      weights.push_back(random.chance(20) ? num::Rational(0) : thousandths(1500));
    net::Block block;
    block.name = "block" + std::to_string(b);
    block.sources = {{b - 1, test::dense(layers[b], layers[b - 1], std::move(weights))}};
    for (std::size_t i = 0; i < layers[b]; ++i) block.bias.push_back(thousandths(500));
    block.activation.assign(layers[b], last ? net::Activation::identity : net::Activation::relu);
    blocks.push_back(std::move(block));
  }
  return net::Network("random", layers[0], std::move(blocks));
}

}  // namespace certifix::test
