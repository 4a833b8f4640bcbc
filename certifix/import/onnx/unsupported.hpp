// What can be said about nodes that are not supported: a remedy, and how to go on behind them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "certifix/import/onnx/graph.hpp"

namespace certifix::import::onnx {

// What to do about an operator that is not supported.
std::string remedy_for(const Node& node);

// The shape of the node's first output, as far as the shapes of its inputs (nullopt: unknown), its
// attributes and the file's own declarations tell. Never wrong, often silent.
std::optional<Shape> output_shape(const Graph& graph, const Node& node,
                                  const std::vector<std::optional<Shape>>& inputs);

}  // namespace certifix::import::onnx
