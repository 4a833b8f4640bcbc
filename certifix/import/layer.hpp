// A fully connected layer as the text formats write it.
#pragma once

#include <vector>

#include "certifix/import/affine.hpp"
#include "certifix/net/network.hpp"

namespace certifix::import {

struct Layer {
  std::vector<std::vector<num::Rational>> weights;  // one row a neuron, as long as the layer before
  std::vector<num::Rational> bias;                  // one a neuron
  net::Activation activation = net::Activation::identity;
  Label label;
};

// The layer applied to `operand`, which came from `operand_label`.
Forms apply_layer(NetworkBuilder& builder, Forms operand, const Label& operand_label,
                  const Layer& layer);

}  // namespace certifix::import
