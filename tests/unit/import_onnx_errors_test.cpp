// Everything an ONNX file can have wrong: code, place and exit code. (What is meant to harm is in
// import_onnx_hostile_test.cpp.)
#include <cmath>
#include <limits>

#include "certifix/import/import.hpp"
#include "import_cases.hpp"
#include "import_onnx_models.hpp"

namespace certifix::import {
namespace {

using onnx::AttributeProto;
using onnx::TensorProto;

// x (1 x 2) -> MatMul W (2 x 3) -> z -> Add c (3) -> y
ModelBuilder good() {
  ModelBuilder b(13);
  b.input("x", {1, 2}).output("y");
  b.weights("W", {2, 3}, {1, 2, 3, 4, 5, 6}).weights("c", {3}, {1, 2, 3});
  b.node("MatMul", {"x", "W"}, {"z"});
  b.node("Add", {"z", "c"}, {"y"});
  return b;
}

class OnnxErrors : public testing::Test {
 protected:
  void refuse(const ModelBuilder& builder, ErrorCode code, const std::string& place) {
    refuse_bytes(builder.bytes(), code, place);
  }
  void refuse_bytes(const std::string& bytes, ErrorCode code, const std::string& place) {
    SCOPED_TRACE(place);
    const auto path = folder_.write("model.onnx", bytes);
    expect_error(error_of([&] { import_model(path); }), code, path, place);
  }
  // x -> one node -> y, at opset 13.
  void refuse_node(const std::string& op_type, const std::vector<std::string>& inputs,
                   const std::function<void(ModelBuilder::NodeBuilder)>& change, ErrorCode code) {
    ModelBuilder b(13);
    b.input("x", {1, 2}).output("y");
    b.weights("W", {2, 3}, {1, 2, 3, 4, 5, 6}).weights("c", {3}, {0, 1, 2});
    b.weights(ModelBuilder::integers("i", {2}, {1, 2}));
    change(b.node(op_type, inputs, {"y"}));
    refuse(b, code, "node #0 'n_y' (" + op_type + ", opset 13)");
  }
  TemporaryFolder folder_;
};
const auto kAsItIs = [](ModelBuilder::NodeBuilder) {};

TEST_F(OnnxErrors, GoodModelIsGood) {
  EXPECT_EQ(import_model(folder_.write("model.onnx", good().bytes())).network.output_count(), 3u);
}

TEST_F(OnnxErrors, NotAModel) {
  refuse_bytes("{\"layers\": []}", ErrorCode::malformed_model, "");
  refuse_bytes(std::string(1000, '\xff'), ErrorCode::malformed_model, "");
  const std::string bytes = good().bytes();
  refuse_bytes(bytes.substr(0, bytes.size() - 3), ErrorCode::malformed_model, "");
  refuse_bytes("PK\x03\x04zip", ErrorCode::malformed_model, "byte 0");
  refuse_bytes("", ErrorCode::malformed_model, "byte 0");
  ModelBuilder b(13);
  b.model.clear_graph();
  refuse(b, ErrorCode::malformed_model, "top level");
}

TEST_F(OnnxErrors, OperatorSets) {
  auto b = good();
  b.model.clear_opset_import();
  refuse(b, ErrorCode::malformed_model, "opset_import");
  b.model.add_opset_import()->set_domain("ai.onnx.ml");
  refuse(b, ErrorCode::malformed_model, "opset_import");
  b = ModelBuilder(99);
  refuse(b, ErrorCode::unsupported_operator, "opset_import");
  b = good();
  b.model.add_opset_import()->set_version(12);
  refuse(b, ErrorCode::duplicate_name, "opset_import");
  b = good();
  b.graph().mutable_node(1)->set_domain("com.example");
  refuse(b, ErrorCode::malformed_model, "node #1 'n_y' (com.example::Add, opset 13)");
  b.model.add_opset_import()->set_domain("com.example");
  refuse(b, ErrorCode::unsupported_operator, "node #1 'n_y' (com.example::Add, opset 13)");
  b = good();
  b.model.add_functions()->set_name("f");
  refuse(b, ErrorCode::unsupported_operator, "function 'f'");
}

TEST_F(OnnxErrors, Tensors) {
  const auto with = [](const TensorProto& tensor) {
    auto b = good();
    *b.graph().mutable_initializer(0) = tensor;
    return b;
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  const auto floats = ModelBuilder::floats;
  refuse(with(floats("W", {2, 3}, {1, 2, 3, 4, nan, 6}, true)), ErrorCode::bad_number,
         "tensor 'W', element 4");
  refuse(with(ModelBuilder::doubles("W", {2, 3}, {1, 2, 3, 4, 5, -inf}, false)),
         ErrorCode::bad_number, "tensor 'W', element 5");
  refuse(with(floats("W", {2, 3}, {1, 2, 3, 4, 5}, true)), ErrorCode::bad_shape, "tensor 'W'");
  refuse(with(floats("W", {2, 3}, {1, 2, 3, 4, 5, 6, 7}, false)), ErrorCode::bad_shape,
         "tensor 'W'");
  refuse(with(floats("W", {2, -3}, {1}, true)), ErrorCode::bad_shape, "tensor 'W'");
  refuse(with(floats("W", Dims(9, 1), {1}, true)), ErrorCode::bad_shape, "tensor 'W'");
  refuse(with(floats("W", {std::int64_t{1} << 40, 3}, {1}, true)), ErrorCode::too_large,
         "tensor 'W'");
  refuse(with(floats("W", {std::int64_t{1} << 62, 4}, {}, true)), ErrorCode::too_large,
         "tensor 'W'");
  refuse(with(floats("W", {std::int64_t{1} << 62, 4, 0}, {}, true)), ErrorCode::too_large,
         "tensor 'W'");
  TensorProto half = ModelBuilder::shaped("W", {2, 3}, TensorProto::FLOAT16);
  half.set_raw_data(std::string(12, '\0'));
  refuse(with(half), ErrorCode::unsupported_type, "tensor 'W'");
  half.set_data_type(TensorProto::BFLOAT16);
  refuse(with(half), ErrorCode::unsupported_type, "tensor 'W'");
  half.set_data_type(77);
  refuse(with(half), ErrorCode::unsupported_type, "tensor 'W'");
  TensorProto segment = floats("W", {2, 3}, {1, 2, 3, 4, 5, 6}, true);
  segment.mutable_segment()->set_begin(0);
  refuse(with(segment), ErrorCode::unsupported_type, "tensor 'W'");
  refuse(with(floats("", {2, 3}, {1, 2, 3, 4, 5, 6}, true)), ErrorCode::malformed_model,
         "tensor ''");
  auto b = good();
  b.graph().add_sparse_initializer()->mutable_values()->set_name("S");
  refuse(b, ErrorCode::unsupported_type, "tensor 'S'");
}

TEST_F(OnnxErrors, MoreNumbersThanTheLimitAreRefusedBeforeTheyAreRead) {
  auto b = good();
  for (int i = 0; i < 2; ++i)
    b.weights(ModelBuilder::shaped("big" + std::to_string(i), {1'100'000}, TensorProto::FLOAT));
  refuse(b, ErrorCode::bad_shape, "tensor 'big0'");  // no data for them
  for (int i = 2; i < 4; ++i) {
    auto* tensor = b.graph().mutable_initializer(i);
    tensor->set_raw_data(std::string(4'400'000, '\0'));
  }
  refuse(b, ErrorCode::too_large, "tensor 'big1'");
}

TEST_F(OnnxErrors, NamesAndOrder) {
  auto b = good();
  b.weights("W", {1}, {1});
  refuse(b, ErrorCode::duplicate_name, "tensor 'W'");
  b = good();
  b.node("Relu", {"x"}, {"z"});
  refuse(b, ErrorCode::duplicate_name, "node #2 'n_z' (Relu, opset 13)");
  b = good();
  b.node("Relu", {"x"}, {"W"});
  refuse(b, ErrorCode::duplicate_name, "node #2 'n_W' (Relu, opset 13)");
  b = good();
  b.input("x", {1, 2});
  refuse(b, ErrorCode::duplicate_name, "input 'x'");
  b = good();
  b.graph().mutable_node(0)->set_input(1, "missing\n");
  refuse(b, ErrorCode::missing_value, "node #0 'n_z' (MatMul, opset 13)");
  b = good();
  b.graph().mutable_initializer()->DeleteSubrange(1, 1);
  refuse(b, ErrorCode::missing_value, "node #1 'n_y' (Add, opset 13)");
  b = good();
  b.graph().mutable_output(0)->set_name("nowhere");
  refuse(b, ErrorCode::missing_value, "output 'nowhere'");
  b = good();
  b.graph().mutable_node(0)->set_input(0, "y");
  refuse(b, ErrorCode::cyclic_graph, "node #0 'n_z' (MatMul, opset 13)");
  b = good();
  b.node("Relu", {"self"}, {"self"});  // not even needed
  refuse(b, ErrorCode::cyclic_graph, "node #2 'n_self' (Relu, opset 13)");
}

TEST_F(OnnxErrors, InputsAndOutputs) {
  auto b = good();
  b.input("second", {1});
  refuse(b, ErrorCode::unsupported_attribute, "input 'second'");
  b = good();
  b.output("z");
  refuse(b, ErrorCode::unsupported_attribute, "output 'z'");
  b = good();
  b.graph().clear_output();
  refuse(b, ErrorCode::malformed_model, "graph");
  b = good();
  b.graph().clear_input();
  refuse(b, ErrorCode::malformed_model, "graph");
  const auto input = [&](const Dims& dims, int type, ErrorCode code) {
    auto c = good();
    c.graph().clear_input();
    c.input("x", dims, type);
    refuse(c, code, "input 'x'");
  };
  input({1, -1}, TensorProto::FLOAT, ErrorCode::bad_shape);
  input({1, 0}, TensorProto::FLOAT, ErrorCode::bad_shape);
  input({-5, 2}, TensorProto::FLOAT, ErrorCode::bad_shape);
  input(Dims(9, 1), TensorProto::FLOAT, ErrorCode::bad_shape);
  input({1000000, 1000000}, TensorProto::FLOAT, ErrorCode::too_large);
  input({1, 2}, TensorProto::INT64, ErrorCode::unsupported_type);
  input({1, 2}, TensorProto::FLOAT16, ErrorCode::unsupported_type);
  b = good();
  b.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->clear_shape();
  refuse(b, ErrorCode::bad_shape, "input 'x'");
  b.graph().mutable_input(0)->mutable_type()->mutable_sequence_type();
  refuse(b, ErrorCode::unsupported_type, "input 'x'");
  b = ModelBuilder(13);
  b.input("x", {1}).output("i").weights(ModelBuilder::integers("i", {1}, {3}));
  refuse(b, ErrorCode::unsupported_type, "output 'i'");
  b = ModelBuilder(13);
  b.input("x", {1}).output("e").weights("e", {0}, {});
  refuse(b, ErrorCode::bad_shape, "output 'e'");
}

TEST_F(OnnxErrors, OperatorsAndAttributes) {
  refuse_node("Sigmoid", {"x"}, kAsItIs, ErrorCode::unsupported_operator);
  refuse_node(
      "If", {"x"},
      [](auto n) { n.attribute("then_branch", AttributeProto::GRAPH)->mutable_g()->set_name("g"); },
      ErrorCode::unsupported_operator);
  refuse_node("", {"x"}, kAsItIs, ErrorCode::unsupported_operator);
  refuse_node(
      "Relu", {"x"}, [](auto n) { n.set("slope", 1.0f); }, ErrorCode::unsupported_attribute);
  refuse_node(
      "Relu", {"x"},
      [](auto n) { n.attribute("body", AttributeProto::GRAPH)->mutable_g()->set_name("g"); },
      ErrorCode::unsupported_attribute);
  refuse_node("Relu", {"x", "c"}, kAsItIs, ErrorCode::malformed_model);
  refuse_node("Relu", {""}, kAsItIs, ErrorCode::missing_value);
  refuse_node("Add", {"x"}, kAsItIs, ErrorCode::malformed_model);
  refuse_node(
      "Gemm", {"x", "W"}, [](auto n) { n.set("alpha", 1); }, ErrorCode::unsupported_attribute);
  refuse_node(
      "Gemm", {"x", "W"}, [](auto n) { n.set("alpha", INFINITY); }, ErrorCode::bad_number);
  refuse_node(
      "Gemm", {"x", "W"}, [](auto n) { n.set("transB", 0).set("transB", 1); },
      ErrorCode::duplicate_name);
  refuse_node(
      "Add", {"x", "c"}, [](auto n) { n.set("broadcast", 1); }, ErrorCode::unsupported_attribute);
  refuse_node(
      "Cast", {"x"}, [](auto n) { n.set("to", 7); }, ErrorCode::unsupported_attribute);
  refuse_node("Dropout", {"x", "", "i"}, kAsItIs, ErrorCode::unsupported_attribute);
  refuse_node("Constant", {}, kAsItIs, ErrorCode::malformed_model);
  refuse_node(
      "Constant", {}, [](auto n) { n.set("value_string", "x"); }, ErrorCode::unsupported_attribute);
}

TEST_F(OnnxErrors, Arithmetic) {
  refuse_node("Mul", {"x", "x"}, kAsItIs, ErrorCode::not_affine);
  refuse_node("MatMul", {"x", "x"}, kAsItIs, ErrorCode::bad_shape);
  refuse_node(
      "Gemm", {"x", "x"}, [](auto n) { n.set("transB", 1); }, ErrorCode::not_affine);
  refuse_node("Div", {"c", "x"}, kAsItIs, ErrorCode::not_affine);
  refuse_node("Div", {"x", "c"}, kAsItIs, ErrorCode::bad_number);
  refuse_node("Add", {"x", "c"}, kAsItIs, ErrorCode::bad_shape);
  refuse_node("Add", {"x", "i"}, kAsItIs, ErrorCode::unsupported_type);
  refuse_node("MatMul", {"x", "i"}, kAsItIs, ErrorCode::unsupported_type);
  refuse_node("Relu", {"i"}, kAsItIs, ErrorCode::unsupported_type);
  refuse_node("MatMul", {"W", "x"}, kAsItIs, ErrorCode::bad_shape);
  refuse_node("Gemm", {"c", "W"}, kAsItIs, ErrorCode::bad_shape);
  refuse_node("Gemm", {"x", "W", "x"}, kAsItIs, ErrorCode::bad_shape);
  ModelBuilder b(6);
  b.input("x", {1, 2}).output("y").weights("c", {2}, {1, 2});
  b.node("Add", {"x", "c"}, {"y"});
  refuse(b, ErrorCode::bad_shape, "node #0 'n_y' (Add, opset 6)");
  b.graph().mutable_node(0)->Clear();
  b = ModelBuilder(6);
  b.input("x", {1, 2}).output("y").weights("c", {2}, {1, 2});
  b.node("Add", {"x", "c"}, {"y"}).set("broadcast", 1).set("axis", 0);
  refuse(b, ErrorCode::bad_shape, "node #0 'n_y' (Add, opset 6)");
}

TEST_F(OnnxErrors, Shapes) {
  refuse_node(
      "Reshape", {"x", "i"}, [](auto n) { n.set("allowzero", 1.0f); },
      ErrorCode::unsupported_attribute);
  refuse_node("Reshape", {"x", "c"}, kAsItIs, ErrorCode::unsupported_attribute);
  refuse_node("Reshape", {"x"}, kAsItIs, ErrorCode::missing_value);
  for (const Dims& shape : {Dims{3}, Dims{-1, -1}, Dims{-2, 2}, Dims{-1, 0, 0}, Dims{1, 2, 0},
                            Dims{std::int64_t{1} << 62, 4}, Dims{-1, 3}})
    refuse_node(
        "Reshape", {"x"}, [&](auto n) { n.set("shape", shape); }, ErrorCode::bad_shape);
  refuse_node(
      "Flatten", {"x"}, [](auto n) { n.set("axis", 3); }, ErrorCode::bad_shape);
  refuse_node(
      "Transpose", {"x"},
      [](auto n) {
        n.set("perm", Dims{0, 0});
      },
      ErrorCode::bad_shape);
  refuse_node(
      "Transpose", {"x"},
      [](auto n) {
        n.set("perm", Dims{0, 7});
      },
      ErrorCode::bad_shape);
  refuse_node(
      "Transpose", {"x"}, [](auto n) { n.set("perm", Dims{0}); }, ErrorCode::bad_shape);
  refuse_node(
      "Squeeze", {"x"}, [](auto n) { n.set("axes", Dims{1}); }, ErrorCode::bad_shape);
  refuse_node(
      "Unsqueeze", {"x"},
      [](auto n) {
        n.set("axes", Dims{1, 1});
      },
      ErrorCode::bad_shape);
  refuse_node(
      "Unsqueeze", {"x"}, [](auto n) { n.set("axes", Dims(20, 0)); }, ErrorCode::bad_shape);
}

TEST_F(OnnxErrors, Convolutions) {
  const auto conv = [&](const Dims& x, const Dims& w, std::size_t bias,
                        const std::function<void(ModelBuilder::NodeBuilder)>& change,
                        ErrorCode code) {
    ModelBuilder b(13);
    std::size_t count = 1;
    for (const std::int64_t d : w) count *= static_cast<std::size_t>(d);
    b.input("x", x).output("y").weights("W", w, std::vector<float>(count, 1));
    b.weights("c", {static_cast<std::int64_t>(bias)}, std::vector<float>(bias, 1));
    change(b.node("Conv", {"x", "W", "c"}, {"y"}));
    refuse(b, code, "node #0 'n_y' (Conv, opset 13)");
  };
  using N = ModelBuilder::NodeBuilder;
  conv({1, 1, 4, 4}, {2, 1, 3, 3}, 2, kAsItIs, ErrorCode::unsupported_attribute);
  conv(
      {1, 2, 1, 1}, {2, 1, 1, 1}, 2, [](N n) { n.set("group", 2); },
      ErrorCode::unsupported_attribute);
  conv(
      {1, 1, 2, 2}, {2, 1, 2, 2}, 2,
      [](N n) {
        n.set("pads", Dims{1, 1, 1, 1});
      },
      ErrorCode::unsupported_attribute);
  conv(
      {1, 1, 2, 2}, {2, 1, 2, 2}, 2, [](N n) { n.set("auto_pad", "SAME_UPPER"); },
      ErrorCode::unsupported_attribute);
  conv(
      {1, 1, 2, 2}, {2, 1, 2, 2}, 2,
      [](N n) {
        n.set("dilations", Dims{2, 2});
      },
      ErrorCode::unsupported_attribute);
  conv(
      {1, 1, 2, 2}, {2, 1, 2, 2}, 2,
      [](N n) {
        n.set("kernel_shape", Dims{3, 3});
      },
      ErrorCode::bad_shape);
  conv({1, 1, 2, 2}, {2, 3, 2, 2}, 2, kAsItIs, ErrorCode::bad_shape);
  conv({1, 1, 2, 2}, {2, 1, 2, 2}, 3, kAsItIs, ErrorCode::bad_shape);
  conv({1, 2}, {2, 2}, 2, kAsItIs, ErrorCode::bad_shape);
}

TEST_F(OnnxErrors, CastsThatRoundAndSecondOutputs) {
  ModelBuilder b(13);
  b.input("x", {1}).output("y").weights(ModelBuilder::doubles("d", {1}, {0.1}));
  b.node("Cast", {"d"}, {"f"}).set("to", 1);
  b.node("Add", {"x", "f"}, {"y"});
  refuse(b, ErrorCode::unsupported_attribute, "node #0 'n_f' (Cast, opset 13)");
  b = ModelBuilder(13);
  b.input("x", {1}).output("y");
  b.node("Dropout", {"x"}, {"d", "mask"});
  b.node("Add", {"d", "mask"}, {"y"});
  refuse(b, ErrorCode::unsupported_operator, "node #1 'n_y' (Add, opset 13)");
}

}  // namespace
}  // namespace certifix::import
