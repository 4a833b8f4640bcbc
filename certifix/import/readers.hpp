// The readers behind the door (certifix/import/import.hpp), one a format. `bytes` is the file's
// contents; `file` names it in messages.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "certifix/import/import.hpp"

namespace certifix::import {

// What a text format holds: the network, and what `info` says about it.
struct LayeredModel {
  Imported imported;
  ModelSummary summary;
};

LayeredModel read_json_model(std::string_view bytes, const std::string& file);
LayeredModel read_nnet(std::string_view bytes, const std::string& file);

// `path` is the model file, for external tensor data beside it.
Imported import_onnx(const std::string& bytes, const std::filesystem::path& path);
ModelSummary summarize_onnx(const std::string& bytes, const std::filesystem::path& path);

ImportedBox read_json_box(std::string_view bytes, const std::string& file, std::size_t input_count);
ImportedBox read_vnnlib(std::string_view bytes, const std::string& file, std::size_t input_count);

cost::Model read_json_cost(std::string_view bytes, const std::string& file);

}  // namespace certifix::import
