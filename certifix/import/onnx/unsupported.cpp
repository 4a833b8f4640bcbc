#include "certifix/import/onnx/unsupported.hpp"

#include <algorithm>
#include <string_view>

#include "certifix/import/limits.hpp"

namespace certifix::import::onnx {
namespace {

struct Advice {
  std::string_view op_type;
  std::string_view remedy;
  bool keeps_shape;
};

constexpr Advice kAdvice[] = {
    {"Abs", "only affine operations and Relu are supported", true},
    {"BatchNormalization", "fold it into the layer before it when exporting (inference mode)",
     true},
    {"Clip", "only Relu is supported as an activation in this version", true},
    {"Elu", "only Relu is supported as an activation in this version", true},
    {"Erf", "only Relu is supported as an activation in this version", true},
    {"Exp", "only affine operations and Relu are supported", true},
    {"Gelu", "only Relu is supported as an activation in this version", true},
    {"HardSigmoid", "only Relu is supported as an activation in this version", true},
    {"HardSwish", "only Relu is supported as an activation in this version", true},
    {"LeakyRelu", "only Relu is supported as an activation in this version", true},
    {"LogSoftmax", "export the logits, without the LogSoftmax", true},
    {"PRelu", "only Relu is supported as an activation in this version", true},
    {"Pow", "only affine operations and Relu are supported", true},
    {"Selu", "only Relu is supported as an activation in this version", true},
    {"Sigmoid",
     "only Relu is supported as an activation in this version; of a classifier, export the "
     "values before the Sigmoid",
     true},
    {"Softmax", "export the logits, without the Softmax", true},
    {"Softplus", "only Relu is supported as an activation in this version", true},
    {"Sqrt", "only affine operations and Relu are supported", true},
    {"Tanh", "only Relu is supported as an activation in this version", true},
    {"AveragePool", "pooling is not supported in this version; use fully connected layers", false},
    {"GlobalAveragePool", "pooling is not supported in this version; use fully connected layers",
     false},
    {"GlobalMaxPool", "pooling is not supported in this version; use fully connected layers",
     false},
    {"MaxPool", "pooling is not supported in this version; use fully connected layers", false},
    {"Pad", "padding is not supported in this version; use fully connected layers", false},
    {"Concat", "joining values is not supported in this version", false},
    {"Gather", "export with a fixed input shape, so that shapes are constants", false},
    {"Shape", "export with a fixed input shape, so that shapes are constants", false},
    {"Slice", "picking values is not supported in this version", false},
    {"Split", "picking values is not supported in this version", false},
    {"If", "export the model without control flow", false},
    {"Loop", "export the model without control flow", false},
    {"Scan", "export the model without control flow", false},
    {"GRU", "recurrent networks are not supported", false},
    {"LSTM", "recurrent networks are not supported", false},
    {"RNN", "recurrent networks are not supported", false},
    {"DequantizeLinear", "export the network before quantization", false},
    {"QLinearMatMul", "export the network before quantization", false},
    {"QuantizeLinear", "export the network before quantization", true},
};

const Advice* advice_for(const Node& node) {
  if (!node.domain.empty()) return nullptr;
  const auto found = std::find_if(std::begin(kAdvice), std::end(kAdvice),
                                  [&](const Advice& a) { return a.op_type == node.op_type; });
  return found == std::end(kAdvice) ? nullptr : found;
}

template <class T>
std::optional<T> attribute(const Node& node, std::string_view name) {
  for (const Attribute& a : node.attributes)
    if (a.name == name)
      if (const T* value = std::get_if<T>(&a.value)) return *value;
  return std::nullopt;
}

bool is_small(std::int64_t x) { return x >= 0 && x <= static_cast<std::int64_t>(kMaxNumbers); }

// The spatial dimensions after sliding a window over them.
std::optional<Shape> slid(const Node& node, const Shape& input, const Shape& window) {
  const std::size_t spatial = input.size() - 2;
  const Shape strides = attribute<Shape>(node, "strides").value_or(Shape(spatial, 1));
  const Shape dilations = attribute<Shape>(node, "dilations").value_or(Shape(spatial, 1));
  const Shape pads = attribute<Shape>(node, "pads").value_or(Shape(2 * spatial, 0));
  const std::string padding = attribute<std::string>(node, "auto_pad").value_or("NOTSET");
  if (padding != "NOTSET" || attribute<std::int64_t>(node, "ceil_mode").value_or(0) != 0 ||
      window.size() != spatial || strides.size() != spatial || dilations.size() != spatial ||
      pads.size() != 2 * spatial)
    return std::nullopt;
  Shape result;
  for (std::size_t d = 0; d < spatial; ++d) {
    for (const std::int64_t x : {window[d], strides[d], dilations[d], pads[d], pads[spatial + d]})
      if (!is_small(x)) return std::nullopt;
    const std::int64_t reach = dilations[d] * (window[d] - 1) + 1;
    const std::int64_t room = input[d + 2] + pads[d] + pads[spatial + d] - reach;
    if (room < 0 || strides[d] == 0) return std::nullopt;
    result.push_back(room / strides[d] + 1);
  }
  return result;
}

std::optional<Shape> computed_shape(const Node& node,
                                    const std::vector<std::optional<Shape>>& inputs) {
  if (inputs.empty() || !inputs[0] || !node.domain.empty()) return std::nullopt;
  const Shape& x = *inputs[0];
  const Advice* advice = advice_for(node);
  if (advice && advice->keeps_shape) return x;
  const bool is_image = x.size() >= 3;
  Shape result = x;
  if (node.op_type == "Conv" && is_image && inputs.size() > 1 && inputs[1] &&
      inputs[1]->size() == x.size()) {
    const auto after = slid(node, x, Shape(inputs[1]->begin() + 2, inputs[1]->end()));
    if (!after) return std::nullopt;
    result[1] = (*inputs[1])[0];
    std::copy(after->begin(), after->end(), result.begin() + 2);
    return result;
  }
  if ((node.op_type == "AveragePool" || node.op_type == "MaxPool") && is_image) {
    const auto window = attribute<Shape>(node, "kernel_shape");
    const auto after = window ? slid(node, x, *window) : std::nullopt;
    if (!after) return std::nullopt;
    std::copy(after->begin(), after->end(), result.begin() + 2);
    return result;
  }
  if (node.op_type == "Pad") {
    const auto pads = attribute<Shape>(node, "pads");
    if (!pads || pads->size() != 2 * x.size()) return std::nullopt;
    for (std::size_t d = 0; d < x.size(); ++d) {
      if (!is_small((*pads)[d]) || !is_small((*pads)[x.size() + d])) return std::nullopt;
      result[d] += (*pads)[d] + (*pads)[x.size() + d];
    }
    return result;
  }
  return std::nullopt;
}

// What the file itself says about the shape; a symbolic first dimension is a batch of 1.
std::optional<Shape> declared_shape(const Graph& graph, const Node& node) {
  if (node.outputs.empty()) return std::nullopt;
  for (const auto* values : {&graph.values, &graph.outputs})
    for (const ValueType& value : *values) {
      if (value.name != node.outputs[0] || !value.shape) continue;
      Shape shape;
      for (const auto& dimension : *value.shape) {
        if (!dimension && !shape.empty()) return std::nullopt;
        shape.push_back(dimension.value_or(1));
        if (shape.back() < 1) return std::nullopt;
      }
      return shape;
    }
  return std::nullopt;
}

}  // namespace

std::string remedy_for(const Node& node) {
  const Advice* advice = advice_for(node);
  if (advice) return std::string(advice->remedy);
  return "express it by Gemm, MatMul, Add, Sub, Mul, Div by constants and Relu";
}

std::optional<Shape> output_shape(const Graph& graph, const Node& node,
                                  const std::vector<std::optional<Shape>>& inputs) {
  const auto computed = computed_shape(node, inputs);
  return computed ? computed : declared_shape(graph, node);
}

}  // namespace certifix::import::onnx
