// An ONNX file as plain values: what certifix/import/onnx/read_graph.cpp makes of the protobuf
// message. Names are the file's own bytes, whatever they are; messages quote them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "certifix/base/error.hpp"

namespace certifix::import::onnx {

using Shape = std::vector<std::int64_t>;

enum class ElementType { float32, float64, int32, int64, boolean, other };
// "float32"; for `other` the name comes from the file.
std::string type_name(ElementType type, int onnx_number);

// A stored tensor. `values` has one entry an element, row by row: doubles for float types, integers
// for integer types and booleans, and nothing for other types.
struct StoredTensor {
  std::string name;  // for messages: "tensor 'W'", printable
  ElementType type = ElementType::other;
  std::string type_text;
  Shape shape;
  std::variant<std::monostate, std::vector<double>, std::vector<std::int64_t>> values;
};

// An attribute of a kind that no supported operator has: "a subgraph".
struct OtherAttribute {
  std::string kind;
};
using AttributeValue = std::variant<std::int64_t, double, std::string, std::vector<std::int64_t>,
                                    std::vector<double>, StoredTensor, OtherAttribute>;
struct Attribute {
  std::string name;
  AttributeValue value;
};

struct Node {
  std::size_t index = 0;  // in the file
  std::string name;
  std::string domain;
  std::string op_type;
  std::vector<std::string> inputs;  // "" where an optional one is left out
  std::vector<std::string> outputs;
  std::vector<Attribute> attributes;  // no two of one name
};

// A graph input, a graph output or the declared type of another value.
struct ValueType {
  std::string name;
  ElementType type = ElementType::other;
  std::string type_text;
  // nullopt: no shape given; a dimension without value is symbolic.
  std::optional<std::vector<std::optional<std::int64_t>>> shape;
};

struct Graph {
  std::string file;
  std::string name;
  std::string producer;
  int opset = 0;                     // of the standard operators
  std::vector<std::string> domains;  // that the file imports, "" for the standard one
  std::vector<ValueType> inputs;     // without the initializers that are listed among them
  std::vector<ValueType> outputs;
  std::vector<ValueType> values;
  std::vector<StoredTensor> initializers;
  std::vector<std::string> initializer_names;
  std::vector<Node> nodes;
  std::size_t parameters = 0;  // floating-point numbers stored in the file

  // file: place
  Origin at(std::string place) const { return {file, std::move(place)}; }
  // file: node #7 'conv2' (Conv, opset 13)
  Origin at(const Node& node) const;
};

// Throws Error for anything malformed in the file as such (see
// certifix/import/onnx/read_graph.cpp).
Graph read_graph(const std::string& bytes, const std::filesystem::path& path);

}  // namespace certifix::import::onnx
