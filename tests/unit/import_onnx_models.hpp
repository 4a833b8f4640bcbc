// ONNX models built in code, for tests: nothing is taken from a file.
#pragma once

#ifndef ONNX_NAMESPACE
#define ONNX_NAMESPACE onnx
#endif
#ifndef ONNX_ML
#define ONNX_ML 1
#endif
#include <onnx/onnx_pb.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace certifix::import {

using Dims = std::vector<std::int64_t>;

struct ModelBuilder {
  onnx::ModelProto model;

  explicit ModelBuilder(int opset = 13) {
    model.set_ir_version(7);
    model.set_producer_name("certifix tests");
    model.add_opset_import()->set_version(opset);
    graph().set_name("test");
  }

  onnx::GraphProto& graph() { return *model.mutable_graph(); }
  std::string bytes() const { return model.SerializeAsString(); }

  // A dimension of -1 is symbolic.
  static void type(onnx::ValueInfoProto* value, const std::string& name, const Dims& dims,
                   int element = onnx::TensorProto::FLOAT) {
    value->set_name(name);
    auto* tensor = value->mutable_type()->mutable_tensor_type();
    tensor->set_elem_type(element);
    tensor->mutable_shape();
    for (const std::int64_t d : dims) {
      auto* dimension = tensor->mutable_shape()->add_dim();
      if (d == -1)
        dimension->set_dim_param("N");
      else
        dimension->set_dim_value(d);
    }
  }
  ModelBuilder& input(const std::string& name, const Dims& dims,
                      int element = onnx::TensorProto::FLOAT) {
    type(graph().add_input(), name, dims, element);
    return *this;
  }
  ModelBuilder& output(const std::string& name, const Dims& dims = {}) {
    type(graph().add_output(), name, dims);
    return *this;
  }

  static onnx::TensorProto floats(const std::string& name, const Dims& dims,
                                  const std::vector<float>& values, bool raw = true) {
    onnx::TensorProto tensor = shaped(name, dims, onnx::TensorProto::FLOAT);
    if (raw)
      tensor.set_raw_data(values.data(), values.size() * sizeof(float));
    else
      for (const float x : values) tensor.add_float_data(x);
    return tensor;
  }
  static onnx::TensorProto doubles(const std::string& name, const Dims& dims,
                                   const std::vector<double>& values, bool raw = true) {
    onnx::TensorProto tensor = shaped(name, dims, onnx::TensorProto::DOUBLE);
    if (raw)
      tensor.set_raw_data(values.data(), values.size() * sizeof(double));
    else
      for (const double x : values) tensor.add_double_data(x);
    return tensor;
  }
  static onnx::TensorProto integers(const std::string& name, const Dims& dims, const Dims& values) {
    onnx::TensorProto tensor = shaped(name, dims, onnx::TensorProto::INT64);
    for (const std::int64_t x : values) tensor.add_int64_data(x);
    return tensor;
  }
  static onnx::TensorProto shaped(const std::string& name, const Dims& dims, int element) {
    onnx::TensorProto tensor;
    tensor.set_name(name);
    tensor.set_data_type(element);
    for (const std::int64_t d : dims) tensor.add_dims(d);
    return tensor;
  }
  ModelBuilder& weights(const onnx::TensorProto& tensor) {
    *graph().add_initializer() = tensor;
    return *this;
  }
  ModelBuilder& weights(const std::string& name, const Dims& dims,
                        const std::vector<float>& values) {
    return weights(floats(name, dims, values));
  }

  struct NodeBuilder {
    onnx::NodeProto* node;

    onnx::AttributeProto* attribute(const std::string& name,
                                    onnx::AttributeProto::AttributeType type) {
      auto* result = node->add_attribute();
      result->set_name(name);
      result->set_type(type);
      return result;
    }
    NodeBuilder& set(const std::string& name, int value) {
      attribute(name, onnx::AttributeProto::INT)->set_i(value);
      return *this;
    }
    NodeBuilder& set(const std::string& name, float value) {
      attribute(name, onnx::AttributeProto::FLOAT)->set_f(value);
      return *this;
    }
    NodeBuilder& set(const std::string& name, const char* value) {
      attribute(name, onnx::AttributeProto::STRING)->set_s(value);
      return *this;
    }
    NodeBuilder& set(const std::string& name, const Dims& values) {
      auto* list = attribute(name, onnx::AttributeProto::INTS);
      for (const std::int64_t x : values) list->add_ints(x);
      return *this;
    }
    NodeBuilder& set(const std::string& name, const onnx::TensorProto& value) {
      *attribute(name, onnx::AttributeProto::TENSOR)->mutable_t() = value;
      return *this;
    }
  };
  // The node is called "n_" + its first output.
  NodeBuilder node(const std::string& op_type, const std::vector<std::string>& inputs,
                   const std::vector<std::string>& outputs) {
    auto* result = graph().add_node();
    result->set_op_type(op_type);
    if (!outputs.empty()) result->set_name("n_" + outputs[0]);
    for (const std::string& name : inputs) result->add_input(name);
    for (const std::string& name : outputs) result->add_output(name);
    return {result};
  }
};

}  // namespace certifix::import
