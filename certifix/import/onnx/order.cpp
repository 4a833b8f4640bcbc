#include "certifix/import/onnx/order.hpp"

#include <algorithm>
#include <optional>

#include "certifix/import/text.hpp"

namespace certifix::import::onnx {
namespace {

constexpr const char* kExportAgain = "export the model again";

// Where each value comes from: a node, or (nullopt) the input or an initializer.
using Producers = std::map<std::string, std::optional<std::size_t>>;

Producers producers_of(const Graph& graph) {
  Producers producers;
  const auto define = [&](const std::string& name, std::optional<std::size_t> node,
                          const Origin& where) {
    if (!producers.emplace(name, node).second)
      throw Error(ErrorCode::duplicate_name, "the value " + in_quotes(name) + " is defined twice",
                  where, kExportAgain);
  };
  for (const std::string& name : graph.initializer_names)
    define(name, std::nullopt, graph.at("tensor " + in_quotes(name)));
  for (const ValueType& input : graph.inputs)
    define(input.name, std::nullopt, graph.at("input " + in_quotes(input.name)));
  for (const Node& node : graph.nodes)
    for (const std::string& name : node.outputs)
      if (!name.empty()) define(name, node.index, graph.at(node));
  return producers;
}

void expect_one(const Graph& graph, const std::vector<ValueType>& values, const char* what) {
  const std::string plural = std::string(what) + "s";
  if (values.empty())
    throw Error(ErrorCode::malformed_model, "the graph has no " + std::string(what),
                graph.at("graph"), kExportAgain);
  if (values.size() > 1)
    throw Error(
        ErrorCode::unsupported_attribute,
        "the graph has " + std::to_string(values.size()) + " " + plural + "; one is supported",
        graph.at(std::string(what) + " " + in_quotes(values[1].name)),
        "export a model with one " + std::string(what));
}

// Depth first, without recursion: a node is placed once everything it reads is.
class Sorter {
 public:
  Sorter(const Graph& graph, const Producers& producers)
      : graph_(graph), producers_(producers), state_(graph.nodes.size(), State::fresh) {}

  std::vector<std::size_t> sorted() {
    for (std::size_t root = 0; root < graph_.nodes.size(); ++root) {
      if (state_[root] == State::fresh) enter(root);
      while (!path_.empty()) step();
    }
    return std::move(result_);
  }

 private:
  enum class State { fresh, open, placed };
  struct Visit {
    std::size_t node;
    std::size_t next_input;
  };

  void enter(std::size_t node) {
    state_[node] = State::open;
    path_.push_back({node, 0});
  }

  void step() {
    Visit& visit = path_.back();
    const Node& node = graph_.nodes[visit.node];
    if (visit.next_input == node.inputs.size()) {
      state_[visit.node] = State::placed;
      result_.push_back(visit.node);
      path_.pop_back();
      return;
    }
    const std::string& name = node.inputs[visit.next_input++];
    if (name.empty()) return;
    const auto found = producers_.find(name);
    if (found == producers_.end())
      throw Error(ErrorCode::missing_value,
                  "the value " + in_quotes(name) + " is read, but nothing defines it",
                  graph_.at(node), kExportAgain);
    if (!found->second) return;
    const std::size_t before = *found->second;
    if (state_[before] == State::open)
      throw Error(ErrorCode::cyclic_graph,
                  "the graph has a cycle: " + in_quotes(name) + " depends on itself",
                  graph_.at(graph_.nodes[before]), "unroll the loop before export");
    if (state_[before] == State::fresh) enter(before);
  }

  const Graph& graph_;
  const Producers& producers_;
  std::vector<State> state_;
  std::vector<Visit> path_;
  std::vector<std::size_t> result_;
};

}  // namespace

Order order_of(const Graph& graph) {
  const Producers producers = producers_of(graph);
  expect_one(graph, graph.inputs, "input");
  expect_one(graph, graph.outputs, "output");
  const std::string& output = graph.outputs[0].name;
  if (!producers.contains(output))
    throw Error(ErrorCode::missing_value, "nothing defines the output " + in_quotes(output),
                graph.at("output " + in_quotes(output)), kExportAgain);

  Order order;
  order.nodes = Sorter(graph, producers).sorted();
  // Backwards: a node is needed if one of its outputs is read.
  order.readers[output] = 1;
  std::vector<bool> needed(graph.nodes.size(), false);
  for (auto n = order.nodes.rbegin(); n != order.nodes.rend(); ++n) {
    const Node& node = graph.nodes[*n];
    needed[*n] = std::any_of(node.outputs.begin(), node.outputs.end(),
                             [&](const auto& name) { return order.readers.contains(name); });
    if (!needed[*n]) continue;
    for (const std::string& name : node.inputs)
      if (!name.empty()) ++order.readers[name];
  }
  std::erase_if(order.nodes, [&](std::size_t n) { return !needed[n]; });
  return order;
}

}  // namespace certifix::import::onnx
