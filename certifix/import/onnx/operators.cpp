#include "certifix/import/onnx/operators.hpp"

#include <algorithm>
#include <utility>

#include "certifix/import/float_value.hpp"
#include "certifix/import/onnx/unsupported.hpp"
#include "certifix/import/text.hpp"

namespace certifix::import::onnx {
namespace {

struct Operator {
  std::string_view name;
  std::size_t fewest_inputs;
  std::size_t most_inputs;
  std::vector<std::string_view> attributes;
  Tensor (*apply)(Call&);
};

const std::vector<Operator>& operators() {
  static const std::vector<Operator> table = {
      {"Add", 2, 2, {"axis", "broadcast", "consumed_inputs"}, add},
      {"Cast", 1, 1, {"to", "saturate"}, cast},
      {"Constant",
       0,
       0,
       {"value", "value_float", "value_floats", "value_int", "value_ints"},
       constant},
      {"Conv",
       2,
       3,
       {"auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"},
       convolution},
      {"Div", 2, 2, {"axis", "broadcast", "consumed_inputs"}, divide},
      {"Dropout", 1, 3, {"ratio", "seed", "is_test", "consumed_inputs"}, dropout},
      {"Flatten", 1, 1, {"axis"}, flatten},
      {"Gemm", 2, 3, {"alpha", "beta", "transA", "transB", "broadcast"}, gemm},
      {"Identity", 1, 1, {}, identity},
      {"MatMul", 2, 2, {}, matrix_product},
      {"Mul", 2, 2, {"axis", "broadcast", "consumed_inputs"}, multiply},
      {"Neg", 1, 1, {"consumed_inputs"}, negate},
      {"Relu", 1, 1, {"consumed_inputs"}, relu},
      {"Reshape", 1, 2, {"allowzero", "shape", "consumed_inputs"}, reshape},
      {"Squeeze", 1, 2, {"axes"}, squeeze},
      {"Sub", 2, 2, {"axis", "broadcast", "consumed_inputs"}, subtract},
      {"Transpose", 1, 1, {"perm"}, transpose},
      {"Unsqueeze", 1, 2, {"axes"}, unsqueeze},
  };
  return table;
}

}  // namespace

namespace {

const Operator& supported_operator(const Call& call) {
  const Node& node = call.node;
  const auto& domains = call.graph.domains;
  if (std::find(domains.begin(), domains.end(), node.domain) == domains.end())
    call.fail(ErrorCode::malformed_model,
              "the model does not import the operator set " + in_quotes(node.domain),
              "export the model again");
  const auto& table = operators();
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const Operator& op) { return op.name == node.op_type; });
  if (!node.domain.empty() || found == table.end())
    call.fail(ErrorCode::unsupported_operator,
              "the operator " + printable(node.op_type) + " is not supported", remedy_for(node));
  for (const Attribute& attribute : node.attributes)
    if (std::find(found->attributes.begin(), found->attributes.end(), attribute.name) ==
        found->attributes.end())
      call.fail(ErrorCode::unsupported_attribute,
                "the attribute " + in_quotes(attribute.name) + " of " + node.op_type +
                    " is not supported",
                "export without it");
  if (node.inputs.size() < found->fewest_inputs || node.inputs.size() > found->most_inputs)
    call.fail(ErrorCode::malformed_model,
              node.op_type + " with " + std::to_string(node.inputs.size()) + " inputs",
              "export the model again");
  return *found;
}

}  // namespace

void refuse_unsupported(const Call& call) { supported_operator(call); }

Tensor apply(Call& call) { return supported_operator(call).apply(call); }

void Call::fail(ErrorCode code, const std::string& sentence, const std::string& remedy) const {
  throw Error(code, sentence, where(), remedy);
}

Tensor Call::take(std::size_t i) {
  if (!has_input(i))
    fail(ErrorCode::missing_value, "input " + std::to_string(i) + " is left out",
         "export the model again");
  return *std::exchange(inputs[i], std::nullopt);
}

const Attribute* Call::attribute(std::string_view name) const {
  const auto found = std::find_if(node.attributes.begin(), node.attributes.end(),
                                  [&](const Attribute& a) { return a.name == name; });
  return found == node.attributes.end() ? nullptr : &*found;
}

namespace {

template <class T>
const T* value_of(const Call& call, std::string_view name, const char* kind) {
  const Attribute* attribute = call.attribute(name);
  if (!attribute) return nullptr;
  const T* value = std::get_if<T>(&attribute->value);
  if (!value)
    call.fail(ErrorCode::unsupported_attribute,
              "the attribute " + in_quotes(name) + " is not " + kind, "export the model again");
  return value;
}

}  // namespace

std::int64_t Call::integer(std::string_view name, std::int64_t otherwise) const {
  const auto* value = value_of<std::int64_t>(*this, name, "an integer");
  return value ? *value : otherwise;
}

num::Rational Call::real(std::string_view name, int otherwise) const {
  const auto* value = value_of<double>(*this, name, "a number");
  if (!value) return otherwise;
  try {
    return float_value(*value);
  } catch (const Error& error) {
    fail(error.code(), "the attribute " + in_quotes(name) + ": " + error.sentence(),
         "export the model again");
  }
}

std::string Call::text(std::string_view name, std::string_view otherwise) const {
  const auto* value = value_of<std::string>(*this, name, "a string");
  return value ? *value : std::string(otherwise);
}

std::optional<Integers> Call::integers(std::string_view name) const {
  const auto* value = value_of<Integers>(*this, name, "a list of integers");
  return value ? std::optional(*value) : std::nullopt;
}

std::optional<Integers> Call::integers_or_input(std::string_view name, std::size_t i) {
  if (!has_input(i)) return integers(name);
  Tensor tensor = take(i);
  if (!tensor.is_integer())
    fail(
        ErrorCode::unsupported_attribute,
        "input " + std::to_string(i) + " (" + std::string(name) + ") is not a constant of integers",
        "export with a fixed input shape, so that shapes are constants");
  return std::get<Integers>(std::move(tensor.elements));
}

std::size_t Call::axis(std::int64_t axis, std::size_t rank) const {
  const auto dimensions = static_cast<std::int64_t>(rank);
  if (axis < -dimensions || axis >= dimensions)
    fail(ErrorCode::bad_shape,
         "the axis " + std::to_string(axis) + " of a tensor with " + std::to_string(rank) +
             " dimensions",
         "export the model again");
  return static_cast<std::size_t>(axis < 0 ? axis + dimensions : axis);
}

}  // namespace certifix::import::onnx
