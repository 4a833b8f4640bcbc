#include "certifix/import/readers.hpp"

namespace certifix::import {

Imported import_onnx(const std::string&, const std::filesystem::path& path) {
  throw Error(ErrorCode::not_in_this_version, "ONNX is not read yet", Origin{path.string(), ""}, "");
}

ModelSummary summarize_onnx(const std::string&, const std::filesystem::path& path) {
  throw Error(ErrorCode::not_in_this_version, "ONNX is not read yet", Origin{path.string(), ""}, "");
}

}  // namespace certifix::import
