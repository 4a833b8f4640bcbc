// A graph traced from its input to its output: every node computes its value symbolically (see
// certifix/import/affine.hpp), and the network comes out at the end.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "certifix/import/limits.hpp"
#include "certifix/import/onnx/graph.hpp"
#include "certifix/import/onnx/operators.hpp"
#include "certifix/import/onnx/order.hpp"
#include "certifix/import/onnx/unsupported.hpp"
#include "certifix/import/readers.hpp"
#include "certifix/import/text.hpp"

namespace certifix::import {
namespace {

using onnx::Graph;
using onnx::Node;
using onnx::Shape;
using onnx::Tensor;

// The network's input: a symbolic or missing batch dimension, the first one, counts as 1.
Shape input_shape(const Graph& graph) {
  const onnx::ValueType& input = graph.inputs[0];
  const Origin where = graph.at("input " + in_quotes(input.name));
  if (input.type != onnx::ElementType::float32 && input.type != onnx::ElementType::float64)
    throw Error(ErrorCode::unsupported_type, "an input of " + input.type_text + " is not supported",
                where, "export in float32 or float64");
  if (!input.shape)
    throw Error(ErrorCode::bad_shape, "the input has no shape", where,
                "export with a fixed input shape");
  if (input.shape->size() > kMaxRank)
    throw Error(ErrorCode::bad_shape,
                "an input of " + std::to_string(input.shape->size()) + " dimensions", where,
                "use at most " + std::to_string(kMaxRank));
  Shape shape;
  for (const auto& dimension : *input.shape) {
    if (!dimension && !shape.empty())
      throw Error(ErrorCode::bad_shape,
                  "dimension " + std::to_string(shape.size()) + " of the input has no fixed size",
                  where, "export with a fixed input shape; only the batch may be left open");
    if (dimension && *dimension < 1)
      throw Error(ErrorCode::bad_shape,
                  "dimension " + std::to_string(shape.size()) + " of the input is " +
                      std::to_string(*dimension),
                  where, "export with a fixed input shape");
    shape.push_back(dimension.value_or(1));
  }
  onnx::element_count(shape, where);
  return shape;
}

bool means_unsupported(ErrorCode code) {
  return code == ErrorCode::unsupported_operator || code == ErrorCode::unsupported_attribute ||
         code == ErrorCode::unsupported_type || code == ErrorCode::not_affine;
}

// Each element becomes a form before any weight backs it: a file of few bytes may not ask for many.
std::size_t input_count(const Graph& graph, const Shape& shape) {
  const Origin where = graph.at("input " + in_quotes(graph.inputs[0].name));
  const std::size_t count = onnx::element_count(shape, where);
  if (count > kMaxInputs)
    throw Error(ErrorCode::too_large,
                "an input of " + std::to_string(count) + " elements; at most " +
                    std::to_string(kMaxInputs) + " are supported",
                where, "use a smaller network");
  return count;
}

class Tracer {
 public:
  // With `nodes`, notes there what each node gives, and goes on behind unsupported ones.
  Tracer(const Graph& graph, std::vector<ModelNode>* nodes)
      : graph_(graph),
        order_(onnx::order_of(graph)),
        input_shape_(input_shape(graph)),
        builder_(input_count(graph, input_shape_)),
        nodes_(nodes) {
    for (std::size_t i = 0; i < graph.initializers.size(); ++i)
      stored_.emplace(graph.initializer_names[i], &graph.initializers[i]);
  }

  const Shape& shape_of_input() const { return input_shape_; }

  // The value of the graph's output; nullopt where an unsupported node hides it.
  std::optional<Tensor> run() {
    Label label{graph_.inputs[0].name, graph_.at("input " + in_quotes(graph_.inputs[0].name))};
    keep(graph_.inputs[0].name, Tensor{input_shape_, builder_.inputs(), label});
    if (nodes_) note_all();
    for (const std::size_t n : order_.nodes) {
      const Node& node = graph_.nodes[n];
      if (nodes_)
        compute_and_note(node);
      else
        compute(node);
    }
    const std::string& output = graph_.outputs[0].name;
    const Origin where = graph_.at("output " + in_quotes(output));
    if (hidden_.contains(output)) return std::nullopt;
    Tensor result = read(output, where);
    if (result.is_integer())
      throw Error(ErrorCode::unsupported_type, "an output of integers is not supported", where,
                  "export a network with real outputs");
    if (result.size() == 0)
      throw Error(ErrorCode::bad_shape, "an output without elements", where,
                  "export the model again");
    return result;
  }

  net::Network finish(Tensor output) {
    const Label label = output.label;
    return builder_.finish(graph_.name, onnx::forms_of(std::move(output.elements)), label);
  }

 private:
  // The value of that name, for one of its readers; the last one gets the original.
  Tensor read(const std::string& name, const Origin& where) {
    if (const auto stored = stored_.find(name); stored != stored_.end()) {
      Tensor tensor = onnx::loaded(*stored->second, graph_);
      builder_.budget.spend(onnx::cost(tensor), where);
      return tensor;
    }
    const auto found = values_.find(name);
    if (found == values_.end())
      throw Error(ErrorCode::unsupported_operator,
                  "the value " + in_quotes(name) +
                      " is a second output, of which no operator has a supported one",
                  where, "export a model that uses first outputs only");
    std::size_t& readers = order_.readers.at(name);
    CERTIFIX_CHECK(readers > 0, "each reader reads once");
    if (--readers == 0) {
      Tensor tensor = std::move(found->second);
      values_.erase(found);
      return tensor;
    }
    builder_.budget.spend(onnx::cost(found->second), where);
    return found->second;
  }

  void keep(const std::string& name, Tensor tensor) {
    const auto readers = order_.readers.find(name);
    if (readers == order_.readers.end()) return;
    // Several readers would repeat the weights of every form with more than one term.
    if (readers->second > 1 && tensor.is_form())
      tensor.elements = builder_.shared(std::get<Forms>(std::move(tensor.elements)), tensor.label);
    constexpr std::size_t kUnitsToKeep = 8;  // memory, next to the work of computing it
    builder_.budget.spend(kUnitsToKeep * onnx::cost(tensor), tensor.label.origin);
    values_.insert_or_assign(name, std::move(tensor));
  }

  Label label_of(const Node& node) const {
    return {!node.name.empty() || node.outputs.empty() ? node.name : node.outputs[0],
            graph_.at(node)};
  }

  // False where an input is hidden; then nothing was computed. (Only with notes.)
  bool compute(const Node& node) {
    if (node.outputs.empty()) return true;
    onnx::Call call{graph_, node, builder_, label_of(node), {}};
    call.spend(1);
    for (const std::string& name : node.inputs)
      if (hidden_.contains(name)) return false;
    for (const std::string& name : node.inputs) {
      if (name.empty())
        call.inputs.push_back(std::nullopt);
      else
        call.inputs.push_back(read(name, call.where()));
    }
    shapes_.clear();
    for (const auto& input : call.inputs)
      shapes_.push_back(input ? std::optional(input->shape) : std::nullopt);
    Tensor result = onnx::apply(call);
    last_shape_ = result.shape;
    keep(node.outputs[0], std::move(result));
    return true;
  }

  void note_all() {
    for (const Node& node : graph_.nodes)
      nodes_->push_back({node.index, printable(node.name), printable(node.op_type), std::nullopt,
                         true, "its output is not used", ""});
  }

  void compute_and_note(const Node& node) {
    ModelNode& note = (*nodes_)[node.index];
    note.reason.clear();
    shapes_.assign(node.inputs.size(), std::nullopt);
    try {
      if (compute(node)) {
        note.output_shape = last_shape_;
        return;
      }
      // Its inputs are hidden, but the operator can still be looked at.
      onnx::refuse_unsupported({graph_, node, builder_, label_of(node), {}});
    } catch (const Error& error) {
      if (!means_unsupported(error.code())) throw;
      note.supported = false;
      note.reason = error.sentence();
      note.remedy = error.remedy();
    }
    hidden_.insert(node.outputs.begin(), node.outputs.end());
    note.output_shape = onnx::output_shape(graph_, node, shapes_);
    if (!note.output_shape || node.outputs.empty()) return;
    const Label label = label_of(node);
    const std::size_t count = onnx::element_count(*note.output_shape, label.origin);
    if (count == 0) return;
    hidden_.erase(node.outputs[0]);
    keep(node.outputs[0], Tensor{*note.output_shape, builder_.unknown(count), label});
  }

  const Graph& graph_;
  onnx::Order order_;
  Shape input_shape_;
  NetworkBuilder builder_;
  std::vector<ModelNode>* nodes_;
  std::map<std::string, const onnx::StoredTensor*> stored_;
  std::map<std::string, Tensor> values_;
  std::set<std::string> hidden_;              // behind an unsupported node, of unknown shape
  std::vector<std::optional<Shape>> shapes_;  // of the inputs of the last node
  Shape last_shape_;                          // of its output
};

}  // namespace

Imported import_onnx(const std::string& bytes, const std::filesystem::path& path) {
  const Graph graph = onnx::read_graph(bytes, path);
  Tracer tracer(graph, nullptr);
  std::optional<Tensor> output = tracer.run();
  CERTIFIX_CHECK(output.has_value(), "without notes, an unsupported node is an error");
  return {tracer.finish(std::move(*output)), std::nullopt, {}};
}

ModelSummary summarize_onnx(const std::string& bytes, const std::filesystem::path& path) {
  const Graph graph = onnx::read_graph(bytes, path);
  ModelSummary summary;
  summary.format = "ONNX";
  summary.producer = graph.producer;
  summary.opset = graph.opset;
  summary.parameters = graph.parameters;
  Tracer tracer(graph, &summary.nodes);
  const std::optional<Tensor> output = tracer.run();
  summary.element_type = graph.inputs[0].type_text;
  summary.input_shape = tracer.shape_of_input();
  if (output) summary.output_shape = output->shape;
  return summary;
}

}  // namespace certifix::import
