// ONNX models: what is imported, `info` calls supported, and the checker reads.
#include "../harness.hpp"
#include "../promises.hpp"
#include "certifix/import/readers.hpp"

void certifix::fuzz::read(std::string_view bytes) {
  const std::string model(bytes);
  const std::string path = "folder-that-is-not-there/model.onnx";
  const import::ModelSummary summary = import::summarize_onnx(model, path);
  const import::Imported imported = import::import_onnx(model, path);
  require(summary.supported(), "imported, but not supported");
  require_readable(imported.network);
}
