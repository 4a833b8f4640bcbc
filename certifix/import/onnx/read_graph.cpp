// Protobuf to plain values. Everything that can be wrong with the file as such is refused here:
// bytes that are no ONNX model, no graph, no opset, tensors whose data do not fill their shape,
// data outside the model's folder. No allocation here is larger than the file that asks for it.
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/stubs/logging.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <bit>
#include <set>
#include <utility>

#include "certifix/import/file.hpp"
#include "certifix/import/limits.hpp"
#include "certifix/import/onnx/graph.hpp"
#include "certifix/import/onnx/tensor.hpp"
#include "certifix/import/onnx/wire.hpp"
#include "certifix/import/text.hpp"

namespace certifix::import::onnx {
namespace {

using ::onnx::AttributeProto;
using ::onnx::GraphProto;
using ::onnx::ModelProto;
using ::onnx::NodeProto;
using ::onnx::TensorProto;
using ::onnx::ValueInfoProto;

// Opsets up to this one are known to mean what certifix/import/onnx implements.
constexpr int kNewestOpset = 23;

ElementType element_type(int number) {
  switch (number) {
    case TensorProto::FLOAT:
      return ElementType::float32;
    case TensorProto::DOUBLE:
      return ElementType::float64;
    case TensorProto::INT32:
      return ElementType::int32;
    case TensorProto::INT64:
      return ElementType::int64;
    case TensorProto::BOOL:
      return ElementType::boolean;
    default:
      return ElementType::other;
  }
}

// Little-endian bytes as numbers of `size` bytes each, extended by `decode`.
template <class Number, class Decode>
std::vector<Number> decoded(std::string_view bytes, std::size_t size, Decode decode) {
  std::vector<Number> result(bytes.size() / size);
  for (std::size_t i = 0; i < result.size(); ++i) {
    std::uint64_t bits = 0;
    for (std::size_t k = 0; k < size; ++k)
      bits |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i * size + k]))
              << (8 * k);
    result[i] = decode(bits);
  }
  return result;
}

class GraphReader {
 public:
  GraphReader(const std::filesystem::path& path) : path_(path) { graph_.file = path.string(); }

  Graph read(const std::string& bytes) {
    ModelProto model;
    parse(bytes, model);
    read_opsets(model);
    if (!model.has_graph())
      fail(ErrorCode::malformed_model, "the model has no graph", "top level", kExportAgain);
    if (model.functions_size() > 0)
      fail(ErrorCode::unsupported_operator, "functions defined in the model are not supported",
           "function " + in_quotes(model.functions(0).name()), "export with functions inlined");
    graph_.producer = printable(model.producer_name());
    read_graph_part(model.graph());
    return std::move(graph_);
  }

 private:
  static constexpr const char* kExportAgain = "export the model again; the file may be cut off";

  [[noreturn]] void fail(ErrorCode code, const std::string& sentence, const std::string& place,
                         const std::string& remedy) const {
    throw Error(code, sentence, graph_.at(place), remedy);
  }

  void parse(const std::string& bytes, ModelProto& model) const {
    refuse_too_many_parts(bytes, graph_.at(""));
    // Protobuf would log to stderr; the outcome is all that counts.
    const google::protobuf::LogSilencer silence;
    google::protobuf::io::CodedInputStream stream(
        reinterpret_cast<const std::uint8_t*>(bytes.data()), static_cast<int>(bytes.size()));
    if (!model.ParsePartialFromCodedStream(&stream) || !stream.ConsumedEntireMessage())
      fail(ErrorCode::malformed_model, "this is not a valid ONNX file", "", kExportAgain);
  }

  void read_opsets(const ModelProto& model) {
    for (const auto& import : model.opset_import()) {
      const std::string domain = import.domain() == "ai.onnx" ? "" : import.domain();
      if (std::find(graph_.domains.begin(), graph_.domains.end(), domain) != graph_.domains.end())
        fail(ErrorCode::duplicate_name,
             "the operator set " + in_quotes(domain) + " is imported twice", "opset_import",
             kExportAgain);
      graph_.domains.push_back(domain);
      if (!domain.empty()) continue;
      if (import.version() < 1 || import.version() > kNewestOpset)
        fail(ErrorCode::unsupported_operator,
             "opset " + std::to_string(import.version()) + " is not supported", "opset_import",
             "export with an opset from 6 to " + std::to_string(kNewestOpset));
      graph_.opset = static_cast<int>(import.version());
    }
    if (graph_.opset == 0)
      fail(ErrorCode::malformed_model, "the model does not say which opset it uses", "opset_import",
           kExportAgain);
  }

  void read_graph_part(const GraphProto& graph) {
    graph_.name = graph.name();
    if (graph.sparse_initializer_size() > 0)
      fail(ErrorCode::unsupported_type, "sparse initializers are not supported",
           "tensor " + in_quotes(graph.sparse_initializer(0).values().name()),
           "store the weights as dense tensors");
    std::set<std::string> initializers;
    for (const TensorProto& tensor : graph.initializer()) {
      const std::string place = "tensor " + in_quotes(tensor.name());
      if (tensor.name().empty())
        fail(ErrorCode::malformed_model, "an initializer has no name", place, kExportAgain);
      if (!initializers.insert(tensor.name()).second)
        fail(ErrorCode::duplicate_name,
             "two initializers have the name " + in_quotes(tensor.name()), place, kExportAgain);
      graph_.initializer_names.push_back(tensor.name());
      graph_.initializers.push_back(read_tensor(tensor, place));
    }
    for (const ValueInfoProto& input : graph.input())
      if (!initializers.contains(input.name())) graph_.inputs.push_back(read_type(input));
    for (const ValueInfoProto& output : graph.output()) graph_.outputs.push_back(read_type(output));
    for (const ValueInfoProto& value : graph.value_info())
      graph_.values.push_back(read_type(value));
    for (const NodeProto& node : graph.node()) read_node(node);
  }

  ValueType read_type(const ValueInfoProto& value) const {
    ValueType result;
    result.name = value.name();
    if (!value.type().has_tensor_type()) {
      result.type_text = "no tensor";
      return result;
    }
    const auto& tensor = value.type().tensor_type();
    result.type = element_type(tensor.elem_type());
    result.type_text = type_name(result.type, tensor.elem_type());
    if (!tensor.has_shape()) return result;
    result.shape.emplace();
    for (const auto& dimension : tensor.shape().dim()) {
      if (dimension.has_dim_value())
        result.shape->push_back(dimension.dim_value());
      else
        result.shape->push_back(std::nullopt);
    }
    return result;
  }

  void read_node(const NodeProto& node) {
    Node result;
    result.index = graph_.nodes.size();
    result.name = node.name();
    result.domain = node.domain() == "ai.onnx" ? "" : node.domain();
    result.op_type = node.op_type();
    result.inputs.assign(node.input().begin(), node.input().end());
    result.outputs.assign(node.output().begin(), node.output().end());
    const std::string place = graph_.at(result).place;
    std::set<std::string> names;
    for (const AttributeProto& attribute : node.attribute()) {
      if (!names.insert(attribute.name()).second)
        fail(ErrorCode::duplicate_name,
             "the attribute " + in_quotes(attribute.name()) + " is given twice", place,
             kExportAgain);
      result.attributes.push_back({attribute.name(), read_attribute(attribute, place)});
    }
    graph_.nodes.push_back(std::move(result));
  }

  AttributeValue read_attribute(const AttributeProto& attribute, const std::string& place) {
    const auto type = attribute.type();
    // Old writers leave the type out.
    const bool unknown = type == AttributeProto::UNDEFINED;
    if (type == AttributeProto::FLOAT || (unknown && attribute.has_f()))
      return static_cast<double>(attribute.f());
    if (type == AttributeProto::INT || (unknown && attribute.has_i())) return attribute.i();
    if (type == AttributeProto::STRING || (unknown && attribute.has_s())) return attribute.s();
    if (type == AttributeProto::TENSOR || (unknown && attribute.has_t()))
      return read_tensor(attribute.t(), place + ", attribute " + in_quotes(attribute.name()));
    if (type == AttributeProto::INTS || (unknown && attribute.ints_size() > 0))
      return std::vector<std::int64_t>(attribute.ints().begin(), attribute.ints().end());
    if (type == AttributeProto::FLOATS || (unknown && attribute.floats_size() > 0))
      return std::vector<double>(attribute.floats().begin(), attribute.floats().end());
    if (type == AttributeProto::GRAPH || type == AttributeProto::GRAPHS || attribute.has_g())
      return OtherAttribute{"a subgraph"};
    return OtherAttribute{"no number, string or tensor"};
  }

  // The number of elements, refused before anything of that size is allocated.
  std::size_t checked_count(const TensorProto& tensor, const std::string& place) {
    if (static_cast<std::size_t>(tensor.dims_size()) > kMaxRank)
      fail(ErrorCode::bad_shape,
           "a tensor of " + std::to_string(tensor.dims_size()) + " dimensions", place,
           "use at most " + std::to_string(kMaxRank));
    for (const std::int64_t dimension : tensor.dims())
      if (dimension < 0)
        fail(ErrorCode::bad_shape, "the dimension " + std::to_string(dimension) + " is negative",
             place, kExportAgain);
    return onnx::element_count(Shape(tensor.dims().begin(), tensor.dims().end()), graph_.at(place));
  }

  StoredTensor read_tensor(const TensorProto& tensor, const std::string& place) {
    StoredTensor result;
    result.name = place;
    result.shape.assign(tensor.dims().begin(), tensor.dims().end());
    result.type = element_type(tensor.data_type());
    result.type_text = type_name(result.type, tensor.data_type());
    const std::size_t count = checked_count(tensor, place);
    stored_numbers_ += count;
    if (stored_numbers_ > kMaxNumbers)
      fail(ErrorCode::too_large,
           "the model holds more than " + std::to_string(kMaxNumbers) + " numbers", place,
           "use a smaller network");
    if (tensor.has_segment())
      fail(ErrorCode::unsupported_type, "tensors stored in segments are not supported", place,
           "store the tensor in one piece");
    const bool is_external = tensor.data_location() == TensorProto::EXTERNAL;
    const std::string external = is_external ? external_data(tensor, place) : std::string();
    const bool is_raw = is_external || tensor.has_raw_data();
    const std::string& raw = is_external ? external : tensor.raw_data();
    const auto bytes = [&](std::size_t size) -> std::string_view {
      if (raw.size() % size != 0 || raw.size() / size != count)
        fail(ErrorCode::bad_shape,
             std::to_string(raw.size()) + " bytes of data for " + std::to_string(count) +
                 " elements of " + std::to_string(size) + " bytes",
             place, kExportAgain);
      return raw;
    };
    const auto checked = [&](auto values) {
      if (values.size() != count)
        fail(ErrorCode::bad_shape,
             std::to_string(values.size()) + " values for " + std::to_string(count) + " elements",
             place, kExportAgain);
      return values;
    };
    const auto from_int32 = [&] {
      return checked(
          std::vector<std::int64_t>(tensor.int32_data().begin(), tensor.int32_data().end()));
    };
    switch (result.type) {
      case ElementType::float32:
        graph_.parameters += count;
        if (is_raw)
          result.values = decoded<double>(bytes(4), 4, [](std::uint64_t bits) {
            return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
          });
        else
          result.values =
              checked(std::vector<double>(tensor.float_data().begin(), tensor.float_data().end()));
        break;
      case ElementType::float64:
        graph_.parameters += count;
        if (is_raw)
          result.values = decoded<double>(
              bytes(8), 8, [](std::uint64_t bits) { return std::bit_cast<double>(bits); });
        else
          result.values = checked(
              std::vector<double>(tensor.double_data().begin(), tensor.double_data().end()));
        break;
      case ElementType::int64:
        if (is_raw)
          result.values = decoded<std::int64_t>(
              bytes(8), 8, [](std::uint64_t bits) { return static_cast<std::int64_t>(bits); });
        else
          result.values = checked(
              std::vector<std::int64_t>(tensor.int64_data().begin(), tensor.int64_data().end()));
        break;
      case ElementType::int32:
        if (is_raw)
          result.values = decoded<std::int64_t>(
              bytes(4), 4, [](std::uint64_t bits) { return static_cast<std::int32_t>(bits); });
        else
          result.values = from_int32();
        break;
      case ElementType::boolean:
        if (is_raw)
          result.values = decoded<std::int64_t>(
              bytes(1), 1, [](std::uint64_t bits) { return static_cast<std::int64_t>(bits != 0); });
        else
          result.values = from_int32();
        break;
      case ElementType::other:
        break;
    }
    return result;
  }

  // Data in another file: read only where that file lies inside the model's folder, with every
  // symbolic link resolved.
  std::string external_data(const TensorProto& tensor, const std::string& place) const {
    std::string location;
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> length;
    const auto number = [&](const std::string& text) -> std::uint64_t {
      const bool digits =
          !text.empty() && text.size() <= 18 &&
          std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
      if (!digits)
        fail(ErrorCode::external_data, in_quotes(text) + " is no offset or length of external data",
             place, kExportAgain);
      return std::stoull(text);
    };
    for (const auto& entry : tensor.external_data()) {
      if (entry.key() == "location") location = entry.value();
      if (entry.key() == "offset") offset = number(entry.value());
      if (entry.key() == "length") length = number(entry.value());
    }
    const auto refuse = [&](const std::string& why) {
      fail(ErrorCode::external_data,
           "the data of the tensor lie in " + in_quotes(location) + ", " + why, place,
           "save the model in one file (onnx.save with save_as_external_data=False)");
    };
    if (location.empty() || location.find('\0') != std::string::npos) refuse("which names no file");
    const std::filesystem::path relative(location);
    if (relative.is_absolute()) refuse("outside the model's folder");
    std::error_code failure;
    const auto folder = std::filesystem::canonical(
        path_.has_parent_path() ? path_.parent_path() : std::filesystem::path("."), failure);
    if (failure) refuse("and the model's folder cannot be resolved");
    const auto file = std::filesystem::weakly_canonical(folder / relative, failure);
    if (failure) refuse("which cannot be resolved");
    const auto [in_folder, in_file] =
        std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
    if (in_folder != folder.end()) refuse("outside the model's folder");
    if (!std::filesystem::is_regular_file(file, failure)) refuse("which is not a readable file");
    const std::uint64_t size = std::filesystem::file_size(file, failure);
    if (failure || offset > size || length.value_or(0) > size - offset)
      refuse("which is too short");
    const std::uint64_t wanted = length.value_or(size - offset);
    // The largest tensor that can be read, in the widest type.
    if (wanted > kMaxNumbers * 8)
      fail(ErrorCode::too_large, "external data of " + std::to_string(wanted) + " bytes", place,
           "use a smaller network");
    return read_part(file, offset, wanted);
  }

  const std::filesystem::path& path_;
  Graph graph_;
  std::size_t stored_numbers_ = 0;
};

}  // namespace

std::string type_name(ElementType type, int onnx_number) {
  switch (type) {
    case ElementType::float32:
      return "float32";
    case ElementType::float64:
      return "float64";
    case ElementType::int32:
      return "int32";
    case ElementType::int64:
      return "int64";
    case ElementType::boolean:
      return "bool";
    case ElementType::other:
      break;
  }
  if (!::onnx::TensorProto_DataType_IsValid(onnx_number))
    return "type " + std::to_string(onnx_number);
  std::string name =
      ::onnx::TensorProto_DataType_Name(static_cast<::onnx::TensorProto_DataType>(onnx_number));
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return name;
}

Origin Graph::at(const Node& node) const {
  std::string place = "node #" + std::to_string(node.index);
  if (!node.name.empty()) place += " " + in_quotes(node.name);
  const std::string domain = node.domain.empty() ? "" : printable(node.domain) + "::";
  return at(place + " (" + domain + printable(node.op_type) + ", opset " + std::to_string(opset) +
            ")");
}

Graph read_graph(const std::string& bytes, const std::filesystem::path& path) {
  return GraphReader(path).read(bytes);
}

}  // namespace certifix::import::onnx
