#include "certifix/import/import.hpp"

#include <algorithm>
#include <utility>

#include "certifix/import/file.hpp"
#include "certifix/import/readers.hpp"
#include "certifix/import/text.hpp"

namespace certifix::import {
namespace {

enum class ModelFormat { onnx, nnet, json };

ModelFormat model_format(const std::filesystem::path& path) {
  const std::string name = ending(path);
  if (name == ".onnx") return ModelFormat::onnx;
  if (name == ".nnet") return ModelFormat::nnet;
  if (name == ".json") return ModelFormat::json;
  throw Error(ErrorCode::unsupported_type, "no model format ends in " + in_quotes(name),
              Origin{path.string(), ""}, "give a .onnx, .nnet or .json file");
}

}  // namespace

bool ModelSummary::supported() const {
  return std::all_of(nodes.begin(), nodes.end(), [](const ModelNode& n) { return n.supported; });
}

Imported import_model(const std::filesystem::path& path) {
  const ModelFormat format = model_format(path);
  const std::string bytes = read_file(path, ErrorCode::malformed_model);
  switch (format) {
    case ModelFormat::onnx:
      return import_onnx(bytes, path);
    case ModelFormat::nnet:
      return read_nnet(bytes, path.string()).imported;
    case ModelFormat::json:
      return read_json_model(bytes, path.string()).imported;
  }
  throw Bug(__FILE__, __LINE__, "unknown model format");
}

ModelSummary summarize_model(const std::filesystem::path& path) {
  const ModelFormat format = model_format(path);
  const std::string bytes = read_file(path, ErrorCode::malformed_model);
  switch (format) {
    case ModelFormat::onnx:
      return summarize_onnx(bytes, path);
    case ModelFormat::nnet:
      return read_nnet(bytes, path.string()).summary;
    case ModelFormat::json:
      return read_json_model(bytes, path.string()).summary;
  }
  throw Bug(__FILE__, __LINE__, "unknown model format");
}

ImportedBox read_box(const std::filesystem::path& path, std::size_t input_count) {
  const std::string name = ending(path);
  if (name != ".vnnlib" && name != ".json")
    throw Error(ErrorCode::unsupported_box, "no box format ends in " + in_quotes(name),
                Origin{path.string(), ""}, "give a .vnnlib or .json file");
  const std::string bytes = read_file(path, ErrorCode::malformed_box);
  return name == ".json" ? read_json_box(bytes, path.string(), input_count)
                         : read_vnnlib(bytes, path.string(), input_count);
}

}  // namespace certifix::import
