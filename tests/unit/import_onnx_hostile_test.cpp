// ONNX files meant to harm: nothing crashes, hangs, fills the memory or reads what it should not.
#include "certifix/import/import.hpp"
#include "certifix/import/readers.hpp"
#include "import_cases.hpp"
#include "import_onnx_models.hpp"

namespace certifix::import {
namespace {

using onnx::TensorProto;

class OnnxHostile : public testing::Test {
 protected:
  void refuse(const ModelBuilder& builder, ErrorCode code, const std::string& place) {
    refuse_bytes(builder.bytes(), code, place);
  }
  void refuse_bytes(const std::string& bytes, ErrorCode code, const std::string& place) {
    SCOPED_TRACE(place);
    const auto path = folder_.write("model.onnx", bytes);
    expect_error(error_of([&] { import_model(path); }), code, path, place);
  }
  TemporaryFolder folder_;
};

TEST_F(OnnxHostile, ExternalData) {
  std::filesystem::create_directory(folder_.path() / "model");
  folder_.write("secret.bin", std::string(24, 'x'));
  folder_.write("model/short.bin", "x");
  std::filesystem::create_symlink("../secret.bin", folder_.path() / "model" / "link.bin");
  std::filesystem::create_directory_symlink("..", folder_.path() / "model" / "up");
  const auto external = [&](std::vector<std::pair<std::string, std::string>> entries) {
    SCOPED_TRACE(entries.empty() ? "" : entries[0].second);
    ModelBuilder b(13);
    b.input("x", {1, 2}).output("y");
    b.node("MatMul", {"x", "W"}, {"y"});
    TensorProto tensor = ModelBuilder::shaped("W", {2, 3}, TensorProto::FLOAT);
    tensor.set_data_location(TensorProto::EXTERNAL);
    for (const auto& [key, value] : entries) {
      auto* entry = tensor.add_external_data();
      entry->set_key(key);
      entry->set_value(value);
    }
    b.weights(tensor);
    const auto path = folder_.write("model/model.onnx", b.bytes());
    expect_error(error_of([&] { import_model(path); }), ErrorCode::external_data, path,
                 "tensor 'W'");
  };
  external({});
  external({{"location", "../secret.bin"}});
  external({{"location", (folder_.path() / "secret.bin").string()}});
  external({{"location", "/etc/passwd"}});
  external({{"location", "link.bin"}});
  external({{"location", "up/secret.bin"}});
  external({{"location", "up/model/../secret.bin"}});
  external({{"location", "."}});
  external({{"location", "nothing.bin"}});
  external({{"location", std::string("a\0b", 3)}});
  external({{"location", "short.bin"}, {"length", "24"}});
  external({{"location", "short.bin"}, {"offset", "-1"}});
  external({{"location", "short.bin"}, {"length", "99999999999999999999999"}});
}

TEST_F(OnnxHostile, WorkIsBounded) {
  // Outer sums that would have 10^10 elements.
  ModelBuilder b(13);
  b.input("x", {1}).output("y");
  b.weights("row", {1, 100000}, std::vector<float>(100000, 1));
  b.weights("column", {100000, 1}, std::vector<float>(100000, 1));
  b.node("Add", {"row", "column"}, {"y"});
  refuse(b, ErrorCode::too_large, "node #0 'n_y' (Add, opset 13)");
  // Matrix products of 10^9 operations.
  b = ModelBuilder(13);
  b.input("x", {1}).output("y");
  b.weights("A", {1000, 1000}, std::vector<float>(1000000, 1));
  b.node("MatMul", {"A", "B"}, {"y"});
  b.weights("B", {1000, 900}, std::vector<float>(900000, 1));
  refuse(b, ErrorCode::too_large, "node #0 'n_y' (MatMul, opset 13)");
  // 2^(2^40) by squaring.
  b = ModelBuilder(13);
  b.input("x", {1}).output("y").weights("c0", {1}, {3});
  for (int i = 0; i < 40; ++i) {
    const std::string c = "c" + std::to_string(i);
    b.node("Mul", {c, c}, {"c" + std::to_string(i + 1)});
  }
  b.node("Mul", {"x", "c40"}, {"y"});
  refuse(b, ErrorCode::too_large, "node #15 'n_c16' (Mul, opset 13)");
  // Many large values at once.
  b = ModelBuilder(13);
  b.input("x", {1}).output("y").weights("row", {1, 1400}, std::vector<float>(1400, 1));
  b.weights("column", {1400, 1}, std::vector<float>(1400, 1));
  std::string last = "x";
  for (int i = 0; i < 100; ++i) {
    const std::string n = std::to_string(i);
    b.node("Add", {"row", "column"}, {"big" + n});
    b.node("Add", {i == 0 ? "big0" : "s" + std::to_string(i - 1), "big" + n}, {"s" + n});
  }
  b.node("Add", {"x", "s99"}, {"y"});
  const auto error = error_of([&] { import_model(folder_.write("model.onnx", b.bytes())); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::too_large);
}

TEST_F(OnnxHostile, InputsThatNoWeightBacksAreFew) {
  ModelBuilder b(13);
  b.input("x", {49, 2, 64, 86}).output("y").node("Relu", {"x"}, {"y"});
  refuse(b, ErrorCode::too_large, "input 'x'");
}

TEST_F(OnnxHostile, ManySmallPartsAreRefusedBeforeTheyAreBuilt) {
  // Two bytes an empty node; each would become an object of over a hundred bytes.
  std::string nodes;
  for (int i = 0; i < 1'000'001; ++i) nodes += std::string("\x0a\x00", 2);
  std::string bytes = "\x3a";  // field 7, the graph
  for (std::size_t length = nodes.size();; length >>= 7) {
    bytes += static_cast<char>((length & 127) | (length > 127 ? 128 : 0));
    if (length <= 127) break;
  }
  refuse_bytes(bytes + nodes, ErrorCode::too_large, "");
  // Graphs in attributes in graphs, deeper than any parser should follow.
  ModelBuilder b(13);
  onnx::GraphProto* graph = &b.graph();
  for (int i = 0; i < 500; ++i) graph = graph->add_node()->add_attribute()->mutable_g();
  refuse(b, ErrorCode::malformed_model, "");
}

TEST_F(OnnxHostile, TooLargeAFile) {
  const auto path = folder_.write("model.onnx", "");
  std::filesystem::resize_file(path, (std::uintmax_t{1} << 28) + 1);
  expect_error(error_of([&] { import_model(path); }), ErrorCode::file_too_large, path, "");
}

// A model with something of everything that the reader looks at.
ModelBuilder rich() {
  ModelBuilder b(13);
  b.input("x", {-1, 2}).output("y", {-1, 2});
  b.weights("W", {2, 3}, {1, 2, 3, 4, 5, 6});
  b.weights(ModelBuilder::floats("V", {2, 3}, {1, 2, 3, 4, 5, 6}, false));
  b.weights(ModelBuilder::doubles("c", {1}, {0.1}));
  b.weights(ModelBuilder::integers("shape", {3}, {0, -1, 1}));
  b.weights("K", {2, 3, 1}, {1, 2, 3, 4, 5, 6});
  b.node("Dropout", {"x"}, {"d"}).set("ratio", 0.5f);
  b.node("MatMul", {"d", "W"}, {"z"});
  b.node("Relu", {"z"}, {"h"});
  b.node("Reshape", {"h", "shape"}, {"r"});
  b.node("Conv", {"r", "K"}, {"k"})
      .set("group", 1)
      .set("pads", Dims{0, 0})
      .set("auto_pad", "VALID");
  b.node("Flatten", {"k"}, {"f"});
  b.node("Gemm", {"f", "V"}, {"g"}).set("alpha", 2.0f).set("transB", 0);
  b.node("Constant", {}, {"q"}).set("value", ModelBuilder::floats("", {3, 2}, {1, 2, 3, 4, 5, 6}));
  b.node("MatMul", {"g", "q"}, {"m"});
  b.node("Transpose", {"m"}, {"t"}).set("perm", Dims{1, 0});
  b.node("Sub", {"t", "c"}, {"y"});
  return b;
}

TEST_F(OnnxHostile, TruncatedAndChangedFilesNeverCrash) {
  const std::string bytes = rich().bytes();
  const auto harmless = [](const std::string& changed) {
    for (const bool summary : {false, true}) try {
        if (summary)
          EXPECT_EQ(summarize_onnx(changed, "model.onnx").format, "ONNX");
        else
          EXPECT_GE(import_onnx(changed, "model.onnx").network.output_count(), 1u);
      } catch (const Error& error) {
        EXPECT_FALSE(error.sentence().empty());
      }
  };
  ASSERT_EQ(import_onnx(bytes, "model.onnx").network.output_count(), 2u);
  for (std::size_t length = 0; length < bytes.size(); ++length) harmless(bytes.substr(0, length));
  unsigned long state = 1;
  const auto random = [&](std::size_t below) {
    state = state * 6364136223846793005ul + 1442695040888963407ul;
    return (state >> 33) % below;
  };
  for (int i = 0; i < 6000; ++i) {
    std::string changed = bytes;
    for (std::size_t k = 0; k <= random(3); ++k) {
      const std::size_t at = random(changed.size());
      switch (random(4)) {
        case 0:
          changed[at] = static_cast<char>(random(256));
          break;
        case 1:
          changed[at] = static_cast<char>(changed[at] ^ (1 << random(8)));
          break;
        case 2:
          changed[at] = static_cast<char>(random(20));
          break;
        default:
          changed.erase(at, random(4));
      }
    }
    harmless(changed);
  }
}

}  // namespace
}  // namespace certifix::import
