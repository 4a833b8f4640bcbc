#include "certifix/import/layer.hpp"

#include <utility>

namespace certifix::import {

Forms apply_layer(NetworkBuilder& builder, Forms operand, const Label& operand_label,
                  const Layer& layer) {
  const auto row_weights = [&](std::size_t row, std::vector<NetworkBuilder::Weighted>& terms) {
    for (std::size_t j = 0; j < layer.weights[row].size(); ++j)
      terms.push_back({j, &layer.weights[row][j]});
  };
  Forms z = builder.combine(std::move(operand), operand_label, layer.weights.size(), row_weights,
                            layer.label);
  for (std::size_t i = 0; i < z.size(); ++i) z[i].constant += layer.bias[i];
  switch (layer.activation) {
    case net::Activation::identity:
      return z;
    case net::Activation::relu:
      return builder.relu(std::move(z), layer.label);
  }
  throw Bug(__FILE__, __LINE__, "unknown activation");
}

}  // namespace certifix::import
