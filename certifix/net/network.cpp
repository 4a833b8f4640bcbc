#include "certifix/net/network.hpp"

#include <utility>

namespace certifix::net {

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

std::size_t multiplication_count(const Network& network) {
  std::size_t count = 0;
  for (std::size_t b = 1; b < network.block_count(); ++b)
    for (const Source& source : network.block(b).sources) count += source.weights.entry_count();
  return count;
}

}  // namespace certifix::net
