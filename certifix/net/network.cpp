#include "certifix/net/network.hpp"

#include <utility>

namespace certifix::net {

using num::Rational;

Network::Network(std::string name, std::size_t input_count, std::vector<Block> blocks)
    : name_(std::move(name)), input_count_(input_count), blocks_(std::move(blocks)) {
  CERTIFIX_CHECK(input_count_ > 0, "a network needs an input");
  CERTIFIX_CHECK(!blocks_.empty(), "a network needs a block");
  for (std::size_t b = 1; b <= blocks_.size(); ++b) {
    const Block& block = blocks_[b - 1];
    CERTIFIX_CHECK(block.size() > 0, "a block needs a row");
    CERTIFIX_CHECK(block.activation.size() == block.size(), "one activation a row");
    for (std::size_t s = 0; s < block.sources.size(); ++s) {
      const Source& source = block.sources[s];
      CERTIFIX_CHECK(source.block < b, "a block reads earlier blocks only");
      CERTIFIX_CHECK(s == 0 || block.sources[s - 1].block < source.block,
                     "the sources of a block must increase");
      CERTIFIX_CHECK(source.weights.rows() == block.size(), "one row of weights a row");
      CERTIFIX_CHECK(source.weights.columns() == size(source.block),
                     "one column of weights an element of the source");
    }
  }
}

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

std::size_t multiplication_count(const Network& network) {
  std::size_t count = 0;
  for (std::size_t b = 1; b < network.block_count(); ++b)
    for (const Source& source : network.block(b).sources) count += source.weights.entry_count();
  return count;
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

}  // namespace certifix::net
