// The door of the import stage: files of other tools in, exact values out.
//
//   const Imported model = import_model("ctrl.onnx");
//   const ImportedBox box = read_box("ctrl.vnnlib", model.network.input_count());
//   for (const ModelNode& node : summarize_model("ctrl.onnx").nodes) show(node);
//
// Models, told apart by the name's ending (any case):
//   .onnx   fully connected ReLU networks in the spellings that docs/formats.md lists; a weight is
//           the exact value of its float. The elements of the input tensor, row by row, are the
//           inputs; a symbolic batch dimension counts as 1.
//   .nnet   with its normalisation, composed into the first and last layer: inputs and outputs are
//   in
//           the file's raw units. The header's minima and maxima are the box.
//   .json   {"name": "...", "input": [["lo", "hi"], ...],
//            "layers": [{"weights": [["1.5", ...], ...], "bias": ["0", ...], "activation":
//            "relu"}]}
//           activation: "relu" or "linear"; "name" and "input" may be missing.
// Boxes:
//   .vnnlib VNN-LIB 1.0; output constraints are passed over, and of input disjunctions the hull is
//           taken, both with a warning.
//   .json   {"inputs": [["lo", "hi"], ...]}
// Cost models: docs/cost-models.md.
// Decimals, quoted or not, are read from their literal text and are exactly the rational they
// print.
//
// Adjacent affine operations compose exactly into one block, unless that would need more weights
// than they have apart; then an identity block stays between them. The network's name and its
// blocks' names use A-Z a-z 0-9 _ . - only.
//
// Everything that a file can have wrong is an Error with the file, the place in it, and a remedy.
// Memory and time are bounded by the size of the file and the limits in certifix/import/limits.hpp,
// whatever the file says about itself. Nothing outside the file is read, except external tensor
// data inside the model's own folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "certifix/cost/model.hpp"
#include "certifix/net/network.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::import {

struct Imported {
  net::Network network;
  std::optional<spec::Box> box;  // the model's own: .nnet and .json
  std::vector<std::string> warnings;
};

// The network of a model file. Stops at the first thing it cannot import.
Imported import_model(const std::filesystem::path& path);

struct ModelNode {
  std::size_t index = 0;  // position in the file, from 0
  std::string name;       // may be empty; printable
  std::string op_type;
  // Shape of the first output; nullopt where an unsupported node before it hides it.
  std::optional<std::vector<std::int64_t>> output_shape;
  bool supported = true;
  std::string reason;  // of an unsupported node: what is wrong with it
  std::string remedy;  // and what to do about it
};

struct ModelSummary {
  std::string format;        // "ONNX", ".nnet", "JSON"
  std::string producer;      // may be empty
  int opset = 0;             // ONNX only
  std::string element_type;  // "float32", "float64", "decimal"
  std::vector<std::int64_t> input_shape;
  std::optional<std::vector<std::int64_t>> output_shape;
  std::size_t parameters = 0;  // numbers stored in the file's weights and constants
  std::vector<ModelNode> nodes;
  std::optional<spec::Box> box;
  std::vector<std::string> warnings;

  bool supported() const;  // no unsupported node
};

// What a model file holds. Names every unsupported node, not only the first; throws Error only
// where the file is malformed as such.
ModelSummary summarize_model(const std::filesystem::path& path);

struct ImportedBox {
  spec::Box box;
  std::vector<std::string> warnings;
};

// The box of a network with input_count inputs.
ImportedBox read_box(const std::filesystem::path& path, std::size_t input_count);

// A cost model of the user's own. Its numbers are rounded to the nearest double.
cost::Model read_cost_model(const std::filesystem::path& path);

}  // namespace certifix::import
