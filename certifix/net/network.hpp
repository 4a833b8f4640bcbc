// The network: an immutable DAG of affine blocks with activations, with exact rational weights.
//
// Block 0 is the input vector. Block b >= 1 computes, for each of its rows i,
//     z_i = bias_i + sum over its sources s, over columns j:  W_s[i][j] * h_s[j]
//     h_i = activation_i(z_i)
// where h_s is the vector of an earlier block (s < b, every layer may be read by any later one).
// The outputs of the network are the rows of its last block.
//
// Example: relu(2x - 1) + x, one input.
//   Network net("example", 1, {
//       Block{"hidden", {{0, Matrix::sparse(1, {{{0, 2}}})}}, {-1}, {Activation::relu}, {}},
//       Block{"output", {{0, Matrix::sparse(1, {{{0, 1}}})}, {1, Matrix::sparse(1, {{{0, 1}}})}},
//             {0}, {Activation::identity}, {}}});
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "certifix/base/error.hpp"
#include "certifix/net/matrix.hpp"
#include "certifix/num/exact/rational.hpp"

namespace certifix::net {

// Closed: every place that depends on the activation switches over all of them without a default,
// so that the compiler lists the places when one is added (docs/adding-an-operator.md).
enum class Activation { identity, relu };

struct Source {
  std::size_t block;  // an earlier block; 0 is the input
  Matrix weights;     // rows of this block x size of that block
};

struct Block {
  std::string name;             // for messages and comments in emitted code
  std::vector<Source> sources;  // strictly increasing in `block`
  std::vector<num::Rational> bias;
  std::vector<Activation> activation;
  Origin origin;  // where it was read: file, node

  std::size_t size() const { return bias.size(); }
};

class Network {
 public:
  // Throws Bug when the blocks do not form such a DAG: importers hand over nothing malformed.
  Network(std::string name, std::size_t input_count, std::vector<Block> blocks);

  const std::string& name() const { return name_; }
  std::size_t input_count() const { return input_count_; }
  std::size_t output_count() const { return blocks_.back().size(); }
  // Blocks 0 (input) .. block_count() - 1.
  std::size_t block_count() const { return blocks_.size() + 1; }
  std::size_t size(std::size_t block) const {
    return block == 0 ? input_count_ : blocks_[block - 1].size();
  }
  // Block b >= 1.
  const Block& block(std::size_t b) const { return blocks_[b - 1]; }

 private:
  std::string name_;
  std::size_t input_count_;
  std::vector<Block> blocks_;
};

std::size_t multiplication_count(const Network& network);  // non-zero weights

}  // namespace certifix::net
