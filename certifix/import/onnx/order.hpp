// The order in which a graph's nodes are computed.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "certifix/import/onnx/graph.hpp"

namespace certifix::import::onnx {

struct Order {
  // The nodes that the output needs, each after those it reads; the file's order where that is one.
  std::vector<std::size_t> nodes;
  // How often each value is read by them, the graph's output counting as one reader.
  std::map<std::string, std::size_t> readers;
};

// Throws Error: duplicate_name for a value defined twice, missing_value for one that is read and
// defined nowhere, cyclic_graph, and unsupported_attribute unless there is one input and one
// output. Every node of the graph is looked at, needed or not.
Order order_of(const Graph& graph);

}  // namespace certifix::import::onnx
