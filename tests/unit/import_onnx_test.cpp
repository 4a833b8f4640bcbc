// Every spelling of a fully connected ReLU network that is supported, evaluated exactly.
#include "certifix/import/import.hpp"
#include "certifix/semantics/evaluate.hpp"
#include "import_cases.hpp"
#include "import_onnx_models.hpp"

namespace certifix::import {
namespace {

using net::Activation;
using num::Rational;
using Point = std::vector<Rational>;

const Point kX = {Rational(1, 3), -2};

class Onnx : public testing::Test {
 protected:
  Imported read(const ModelBuilder& builder) {
    return import_model(folder_.write("model.onnx", builder.bytes()));
  }
  Point at(const ModelBuilder& builder, const Point& x = kX) {
    return semantics::evaluate(read(builder).network, x);
  }
  TemporaryFolder folder_;
};

// x -> `body` -> y, with the weights W = [[1, 2, 3], [4, 5, 6]] (2 inputs, 3 outputs).
ModelBuilder with_weights(const Dims& x, int opset = 13) {
  ModelBuilder b(opset);
  b.input("x", x).output("y");
  b.weights("W", {2, 3}, {1, 2, 3, 4, 5, 6}).weights("Wt", {3, 2}, {1, 4, 2, 5, 3, 6});
  b.weights("c", {3}, {0.5f, 0.25f, -1}).weights("s", {}, {2});
  return b;
}
// x W = (x0 + 4 x1, 2 x0 + 5 x1, 3 x0 + 6 x1) at kX.
const Point kXW = {Rational(1, 3) - 8, Rational(2, 3) - 10, Rational(1) - 12};
const Point kXWc = {kXW[0] + Rational(1, 2), kXW[1] + Rational(1, 4), kXW[2] - 1};

TEST_F(Onnx, MatMulOnEitherSideAndAdd) {
  auto b = with_weights({1, 2});
  b.node("MatMul", {"x", "W"}, {"z"});
  b.node("Add", {"z", "c"}, {"y"});
  EXPECT_EQ(at(b), kXWc);
  b = with_weights({2});
  b.node("MatMul", {"Wt", "x"}, {"z"});
  b.node("Add", {"c", "z"}, {"y"});
  EXPECT_EQ(at(b), kXWc);
  b = with_weights({2});
  b.node("MatMul", {"x", "W"}, {"y"});
  EXPECT_EQ(at(b), kXW);
  b = with_weights({2, 1});
  b.node("MatMul", {"Wt", "x"}, {"y"});
  EXPECT_EQ(at(b), kXW);
  b = with_weights({-1, 1, 2});  // a stack of one matrix
  b.node("MatMul", {"x", "W"}, {"y"});
  EXPECT_EQ(at(b), kXW);
}

TEST_F(Onnx, GemmWithItsAttributes) {
  auto b = with_weights({-1, 2});
  b.node("Gemm", {"x", "W", "c"}, {"y"});
  EXPECT_EQ(at(b), kXWc);
  b = with_weights({1, 2});
  b.node("Gemm", {"x", "Wt", "c"}, {"y"}).set("transB", 1).set("alpha", 0.5f).set("beta", 2.0f);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(at(b)[i], kXW[i] / 2 + (kXWc[i] - kXW[i]) * 2);
  b = with_weights({2, 1});
  b.node("Gemm", {"x", "W"}, {"y"}).set("transA", 1);
  EXPECT_EQ(at(b), kXW);
  b = with_weights({2, 1});  // the weights on the left, transposed there
  b.node("Gemm", {"W", "x", "s"}, {"y"}).set("transA", 1);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(at(b)[i], kXW[i] + 2);
}

TEST_F(Onnx, Opset6BroadcastAndImageShapedGemm) {
  auto b = with_weights({1, 1, 1, 2}, 6);
  b.weights("mean", {1, 1, 1, 2}, {1, -1}).weights("column", {1}, {3});
  b.node("Sub", {"x", "mean"}, {"d"}).set("broadcast", 1);
  b.node("Mul", {"d", "column"}, {"e"}).set("broadcast", 1).set("axis", 2);
  b.node("Gemm", {"e", "Wt", "c"}, {"y"}).set("transB", 1).set("broadcast", 1);
  const Rational d0 = (kX[0] - 1) * 3, d1 = (kX[1] + 1) * 3;
  EXPECT_EQ(at(b), (Point{d0 + d1 * 4 + Rational(1, 2), d0 * 2 + d1 * 5 + Rational(1, 4),
                          d0 * 3 + d1 * 6 - 1}));
}

TEST_F(Onnx, ArithmeticWithConstantsAnywhere) {
  auto b = with_weights({1, 2});
  b.weights("two", {2}, {3, 8}).weights("column", {2, 1}, {1, 2});
  b.node("Sub", {"two", "x"}, {"a"});  // 3 - x0, 8 - x1
  b.node("Div", {"a", "two"}, {"q"});  // 1 - x0/3, 1 - x1/8
  b.node("Mul", {"s", "q"}, {"m"});    // doubled
  b.node("Neg", {"m"}, {"n"});
  b.node("Add", {"n", "column"}, {"t"});  // 2 x 2: rows + 1, + 2
  b.node("Identity", {"t"}, {"y"});
  const Rational u = -(Rational(1) - kX[0] / 3) * 2, v = -(Rational(1) - kX[1] / 8) * 2;
  EXPECT_EQ(at(b), (Point{u + 1, v + 1, u + 2, v + 2}));
}

TEST_F(Onnx, ConstantsAreFolded) {
  auto b = with_weights({1, 2});
  b.node("Constant", {}, {"k"}).set("value", ModelBuilder::floats("", {2, 2}, {0, 1, 1, 0}, false));
  b.node("MatMul", {"k", "W"}, {"V"});  // rows swapped
  b.node("Relu", {"c"}, {"r"});         // 0.5, 0.25, 0
  b.node("Gemm", {"x", "V", "r"}, {"y"});
  EXPECT_EQ(at(b), (Point{kX[0] * 4 + kX[1] + Rational(1, 2),
                          kX[0] * 5 + kX[1] * 2 + Rational(1, 4), kX[0] * 6 + kX[1] * 3}));
}

TEST_F(Onnx, ConvWhoseKernelCoversItsInput) {
  ModelBuilder b(8);
  b.input("x", {1, 2, 1, 2}).output("y");
  b.weights("W", {3, 2, 1, 2}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
      .weights("c", {3}, {1, 2, 3});
  b.weights("V", {1, 3, 1, 1}, {1, 1, 1});
  b.node("Conv", {"x", "W", "c"}, {"z"})
      .set("kernel_shape", Dims{1, 2})
      .set("pads", Dims{0, 0, 0, 0})
      .set("strides", Dims{1, 1})
      .set("dilations", Dims{1, 1})
      .set("group", 1);
  b.node("Relu", {"z"}, {"h"});
  b.node("Conv", {"h", "V"}, {"o"}).set("auto_pad", "VALID");
  b.node("Flatten", {"o"}, {"y"}).set("axis", 1);
  const Imported model = read(b);
  EXPECT_EQ(model.network.block_count(), 3u);
  EXPECT_EQ(semantics::evaluate(model.network, {1, 1, 1, 1}), Point{11 + 28 + 45});
  EXPECT_EQ(semantics::evaluate(model.network, {0, 0, 0, -1}), Point{0});
}

TEST_F(Onnx, ReluClosesABlockAndAdjacentAffineOperationsCompose) {
  auto b = with_weights({1, 2});
  b.weights("V", {3, 1}, {1, -1, 2});
  b.node("MatMul", {"x", "W"}, {"z"});
  b.node("Add", {"z", "c"}, {"zc"});
  b.node("Mul", {"zc", "s"}, {"zs"});
  b.node("Relu", {"zs"}, {"h"});
  b.node("MatMul", {"h", "V"}, {"o"});
  b.node("Sub", {"o", "s"}, {"y"});
  const Imported model = read(b);
  ASSERT_EQ(model.network.block_count(), 3u);
  const net::Block& hidden = model.network.block(1);
  EXPECT_EQ(hidden.name, "n_h");
  EXPECT_EQ(hidden.origin, (Origin{"model.onnx", "node #3 'n_h' (Relu, opset 13)"}));
  EXPECT_EQ(hidden.bias, (std::vector<Rational>{1, Rational(1, 2), -2}));
  EXPECT_EQ(hidden.activation, std::vector<Activation>(3, Activation::relu));
  EXPECT_EQ(hidden.sources[0].weights.row(0)[1].value, Rational(8));
  EXPECT_EQ(model.network.block(2).activation[0], Activation::identity);
  EXPECT_EQ(model.network.name(), "test");
  EXPECT_EQ(model.network.input_count(), 2u);
  EXPECT_FALSE(model.box);
  EXPECT_EQ(semantics::evaluate(model.network, {1, 0}),
            Point{Rational(3) - Rational(9, 2) + 8 - 2});
}

TEST_F(Onnx, AGraphThatEndsInReluEndsInAReluBlock) {
  auto b = with_weights({1, 2});
  b.node("MatMul", {"x", "W"}, {"z"});
  b.node("Relu", {"z"}, {"h"});
  b.node("Reshape", {"h", "shape"}, {"y"});
  b.weights(ModelBuilder::integers("shape", {2}, {0, -1}));
  const Imported model = read(b);
  ASSERT_EQ(model.network.block_count(), 2u);
  EXPECT_EQ(model.network.block(1).activation[0], Activation::relu);
}

TEST_F(Onnx, ShapesAreFollowed) {
  ModelBuilder b(13);
  b.input("x", {-1, 2, 3}).output("y");
  b.weights(ModelBuilder::integers("axes", {1}, {0}));
  b.weights(ModelBuilder::integers("shape", {3}, {3, -1, 1}));
  b.weights("W", {6, 1}, {1, 10, 100, 1000, 10000, 100000});
  b.node("Dropout", {"x"}, {"d", "mask"});
  b.node("Transpose", {"d"}, {"t"}).set("perm", Dims{0, 2, 1});  // 1 x 3 x 2
  b.node("Squeeze", {"t", "axes"}, {"q"});                       // 3 x 2
  b.node("Reshape", {"q", "shape"}, {"r"});                      // 3 x 2 x 1
  b.node("Unsqueeze", {"r", "axes"}, {"u"});                     // 1 x 3 x 2 x 1
  b.node("Cast", {"u"}, {"v"}).set("to", 11);
  b.node("Flatten", {"v"}, {"f"});
  b.node("MatMul", {"f", "W"}, {"y"});
  // x = [[0 1 2], [3 4 5]], transposed: 0 3 1 4 2 5
  EXPECT_EQ(at(b, {0, 1, 2, 3, 4, 5}), Point{524130});
  const Imported model = read(b);
  EXPECT_EQ(net::multiplication_count(model.network), 6u);
}

TEST_F(Onnx, OlderSpellingsOfShapeOperators) {
  ModelBuilder b(4);
  b.input("x", {1, 4}).output("y");
  b.node("Reshape", {"x"}, {"r"}).set("shape", Dims{2, 2});
  b.node("Transpose", {"r"}, {"t"});
  b.node("Unsqueeze", {"t"}, {"u"}).set("axes", Dims{0});
  b.node("Squeeze", {"u"}, {"s"});
  b.node("Dropout", {"s"}, {"y"}).set("is_test", 1);
  EXPECT_EQ(at(b, {1, 2, 3, 4}), (Point{1, 3, 2, 4}));
}

TEST_F(Onnx, ConstantsOfEveryKind) {
  ModelBuilder b(13);
  b.input("x", {1, 2}).output("y");
  b.node("Constant", {}, {"a"}).attribute("value_float", onnx::AttributeProto::FLOAT)->set_f(0.5f);
  auto* list =
      b.node("Constant", {}, {"l"}).attribute("value_floats", onnx::AttributeProto::FLOATS);
  list->add_floats(1);
  list->add_floats(2);
  b.node("Constant", {}, {"i"}).set("value_int", 4);
  b.node("Constant", {}, {"shape"}).set("value_ints", Dims{2});
  b.node("Cast", {"i"}, {"four"}).set("to", 1);
  b.node("Mul", {"x", "a"}, {"m"});
  b.node("Add", {"m", "l"}, {"n"});
  b.node("Sub", {"n", "four"}, {"o"});
  b.node("Reshape", {"o", "shape"}, {"y"});
  EXPECT_EQ(at(b), (Point{kX[0] / 2 - 3, kX[1] / 2 - 2}));
}

TEST_F(Onnx, WeightsAreTheExactValuesOfTheirFloats) {
  ModelBuilder b(13);
  b.input("x", {1, 1}, onnx::TensorProto::DOUBLE).output("y");
  b.weights(ModelBuilder::doubles("a", {1}, {0.1}))
      .weights(ModelBuilder::doubles("b", {1}, {0.1}, false));
  b.weights(ModelBuilder::floats("c", {1}, {0.1f}))
      .weights(ModelBuilder::floats("d", {1}, {0.1f}, false));
  b.weights(ModelBuilder::doubles("e", {1}, {5e-324}));
  for (const auto& [from, with, to] : {std::tuple("x", "a", "1"),
                                       {"1", "b", "2"},
                                       {"2", "c", "3"},
                                       {"3", "d", "4"},
                                       {"4", "e", "y"}})
    b.node("Add", {from, with}, {to});
  const Rational tenth_double = num::scaled(Rational(num::Integer("3602879701896397")), -55);
  const Rational tenth_float = num::scaled(Rational(13421773), -27);
  EXPECT_EQ(at(b, {0}), Point{tenth_double * 2 + tenth_float * 2 + num::power_of_two(-1074)});
}

TEST_F(Onnx, InitializersMayBeListedAmongTheInputs) {
  auto b = with_weights({1, 2});
  b.input("W", {2, 3}).input("c", {3});
  b.node("Gemm", {"x", "W", "c"}, {"y"});
  EXPECT_EQ(at(b), kXWc);
}

TEST_F(Onnx, NodesMayComeInAnyOrderAndUnusedOnesDoNotMatter) {
  auto b = with_weights({1, 2});
  b.node("Add", {"z", "c"}, {"y"});
  b.node("Softmax", {"z"}, {"unused"});
  b.node("MatMul", {"x", "W"}, {"z"});
  EXPECT_EQ(at(b), kXWc);
}

TEST_F(Onnx, ResidualConnectionsMakeADag) {
  ModelBuilder b(13);
  b.input("x", {1, 2}).output("y");
  b.weights("W", {2, 2}, {1, 2, 3, 4}).weights("V", {2, 2}, {1, 0, 0, -1});
  b.node("MatMul", {"x", "W"}, {"z"});
  b.node("Relu", {"z"}, {"h"});
  b.node("MatMul", {"h", "V"}, {"v"});
  b.node("Add", {"v", "x"}, {"y"});
  const Imported model = read(b);
  ASSERT_EQ(model.network.block_count(), 3u);
  ASSERT_EQ(model.network.block(2).sources.size(), 2u);
  EXPECT_EQ(model.network.block(2).sources[0].block, 0u);
  EXPECT_EQ(semantics::evaluate(model.network, {1, 1}), (Point{5, -5}));
}

TEST_F(Onnx, AValueWithSeveralReadersKeepsItsWeightsOnce) {
  ModelBuilder b(13);
  b.input("x", {1, 2}).output("y");
  b.weights("W", {2, 2}, {1, 2, 3, 4});
  b.node("MatMul", {"x", "W"}, {"z"});  // read twice
  b.node("Relu", {"z"}, {"h"});
  b.node("Add", {"h", "z"}, {"y"});
  const Imported model = read(b);
  EXPECT_EQ(model.network.block_count(), 4u);  // z, h, y
  EXPECT_EQ(net::multiplication_count(model.network), 4u + 2u + 4u);
  EXPECT_EQ(semantics::evaluate(model.network, {1, -1}), (Point{-2, -2}));
  EXPECT_EQ(semantics::evaluate(model.network, {1, 1}), (Point{8, 12}));
}

TEST_F(Onnx, TheInputItselfMayBeTheOutput) {
  ModelBuilder b(13);
  b.input("x", {1, 2}).output("x");
  EXPECT_EQ(at(b), kX);
}

TEST_F(Onnx, ExternalDataInsideTheModelsFolder) {
  const std::vector<float> values{1, 2, 3, 4, 5, 6};
  std::string bytes(4, 'x');
  bytes.append(reinterpret_cast<const char*>(values.data()), 24);
  std::filesystem::create_directory(folder_.path() / "data");
  folder_.write("data/weights.bin", bytes);
  ModelBuilder b(13);
  b.input("x", {1, 2}).output("y");
  onnx::TensorProto tensor = ModelBuilder::shaped("W", {2, 3}, onnx::TensorProto::FLOAT);
  tensor.set_data_location(onnx::TensorProto::EXTERNAL);
  for (const auto& [key, value] :
       {std::pair("location", "data/weights.bin"), {"offset", "4"}, {"length", "24"}}) {
    auto* entry = tensor.add_external_data();
    entry->set_key(key);
    entry->set_value(value);
  }
  b.weights(tensor);
  b.node("MatMul", {"x", "W"}, {"y"});
  EXPECT_EQ(at(b), kXW);
}

TEST_F(Onnx, BlockNamesAreDistinctAndPlain) {
  ModelBuilder b(13);
  b.input("x", {1, 2}).output("y");
  b.node("Relu", {"x"}, {"a"}).node->set_name("same name\xff");
  b.node("Neg", {"a"}, {"m"});
  b.node("Relu", {"m"}, {"b"}).node->set_name("same name\xff");
  b.node("Neg", {"b"}, {"n"});
  b.node("Relu", {"n"}, {"y"}).node->set_name("");
  b.graph().set_name("");
  const Imported model = read(b);
  EXPECT_EQ(model.network.name(), "network");
  EXPECT_EQ(model.network.block(1).name, "same_name_");
  EXPECT_EQ(model.network.block(2).name, "same_name__2");
  EXPECT_EQ(model.network.block(3).name, "y");
  EXPECT_EQ(model.network.block(1).origin.place, "node #0 'same name\\xff' (Relu, opset 13)");
}

TEST_F(Onnx, SummaryNamesEveryUnsupportedNode) {
  ModelBuilder b(13);
  b.input("x", {-1, 2}).output("y", {1, 3});
  b.weights("W", {2, 3}, {1, 2, 3, 4, 5, 6}).weights("V", {3, 3}, std::vector<float>(9, 1));
  b.node("MatMul", {"x", "W"}, {"z"});
  b.node("Sigmoid", {"z"}, {"h"});
  b.node("MatMul", {"h", "V"}, {"v"});
  b.node("Secret", {"v"}, {"s"}).node->set_domain("com.example");
  b.model.add_opset_import()->set_domain("com.example");
  b.node("Relu", {"s"}, {"r"});
  b.node("Softmax", {"r"}, {"y"});
  b.node("Tanh", {"x"}, {"unused"});
  const ModelSummary summary = summarize_model(folder_.write("model.onnx", b.bytes()));
  EXPECT_EQ(summary.format, "ONNX");
  EXPECT_EQ(summary.producer, "certifix tests");
  EXPECT_EQ(summary.opset, 13);
  EXPECT_EQ(summary.element_type, "float32");
  EXPECT_EQ(summary.input_shape, (Dims{1, 2}));
  EXPECT_EQ(summary.output_shape, (Dims{1, 3}));  // as declared
  EXPECT_EQ(summary.parameters, 15u);
  EXPECT_FALSE(summary.supported());
  ASSERT_EQ(summary.nodes.size(), 7u);
  std::vector<bool> supported;
  for (const ModelNode& node : summary.nodes) {
    supported.push_back(node.supported);
    EXPECT_EQ(node.supported, node.remedy.empty()) << node.op_type;
  }
  EXPECT_EQ(supported, (std::vector<bool>{true, false, true, false, true, false, true}));
  EXPECT_EQ(summary.nodes[0].output_shape, (Dims{1, 3}));
  EXPECT_EQ(summary.nodes[2].output_shape, (Dims{1, 3}));  // behind a Sigmoid, which keeps shapes
  EXPECT_EQ(summary.nodes[4].output_shape, std::nullopt);  // behind the unknown operator
  EXPECT_NE(summary.nodes[6].reason.find("not used"), std::string::npos);
}

}  // namespace
}  // namespace certifix::import
