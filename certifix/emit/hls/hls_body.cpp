// The HLS source: integer ROMs and one loop nest a layer.
//
// Only operations that mean the same in ap_fixed, ac_fixed and sc_fixed are used: construction from
// integers, exact products, sums and differences assigned to a wrapping type, comparison with 0,
// and shifts whose result is assigned to a type without fractional bits: right shifts are floors
// (dropped bits in ap and ac, truncation by the assignment in sc), left shifts are taken in the
// type of the result, modulo its width.
#include <fmt/format.h>

#include <algorithm>

#include "certifix/emit/hls/hls_writers.hpp"
#include "certifix/emit/notation.hpp"
#include "certifix/emit/rom.hpp"
#include "certifix/emit/text.hpp"

namespace certifix::emit {
namespace {

using num::Integer;

constexpr int kChunkBits = 62;  // of a constant that no integer type holds

std::string accumulator_type(const Layer& layer) {
  return hls_code_type(codes_of({true, layer.accumulator_width - 1, 0}));
}

bool clamps(const Program& program) { return program.clamp && program.reads_inputs(); }

std::string part_suffix(std::size_t b, const Part& part) {
  return fmt::format("{}_{}", b, part.source);
}

// The biases as tables of words: bias<b>, then from the top bias<b>_1 and so on, `kChunkBits` each.
std::vector<std::vector<Integer>> bias_chunks(const Layer& layer) {
  std::vector<Integer> rest;
  for (const Integer& bias : layer.bias) rest.push_back(residue(bias, layer.accumulator_width));
  std::vector<std::vector<Integer>> chunks;
  for (CodeRange range = range_of(rest); num::signed_width(range.min, range.max) > 64;
       range = range_of(rest)) {
    std::vector<Integer> low;
    for (Integer& bias : rest) {
      const Integer high = num::floor_shift(bias, kChunkBits);
      low.push_back(bias - (high << kChunkBits));
      bias = high;
    }
    chunks.push_back(std::move(low));
  }
  chunks.push_back(std::move(rest));
  std::reverse(chunks.begin(), chunks.end());
  return chunks;
}

std::string bias_name(std::size_t b, std::size_t chunk) {
  return chunk == 0 ? fmt::format("bias{}", b) : fmt::format("bias{}_{}", b, chunk);
}

std::string layer_tables(const Layer& layer, std::size_t b) {
  Tables out;
  for (const Part& part : layer.parts)
    out += part_tables(part_suffix(b, part), part, narrowest(range_of(part.weights)));
  const auto chunks = bias_chunks(layer);
  for (std::size_t c = 0; c < chunks.size(); ++c) out += table(bias_name(b, c), chunks[c]);
  out += row_tables(layer, b);
  return out.text;
}

std::string part_loop(const Layer& layer, std::size_t b, const Part& part) {
  const std::string suffix = part_suffix(b, part);
  const std::string element = part.dense ? "[i][k]" : "[k]";
  const std::string code = part.dense ? fmt::format("h{}[k]", part.source)
                                      : fmt::format("h{}[column{}[k]]", part.source, suffix);
  std::string product = fmt::format("{}(weight{}{}) * {}", hls_code_type(range_of(part.weights)),
                                    suffix, element, code);
  if (!part.shifts.empty())
    product = fmt::format("{}({}) << int(shift{}[k])", accumulator_type(layer), product, suffix);
  const std::string range =
      part.dense ? fmt::format("int k = 0; k < {}; ++k", part.columns)
                 : fmt::format("int k = start{0}[i]; k < int(start{0}[i + 1]); ++k", suffix);
  return fmt::format("    for ({}) sum += {};\n", range, product);
}

std::string output_code(const Layer& layer, std::size_t b) {
  const auto amount = [&](const std::vector<int>& shifts, const char* name) {
    const auto all = common(shifts);
    return all ? std::to_string(*all) : fmt::format("int({}{}[i])", name, b);
  };
  std::string code = "sum";
  if (common(layer.right) != 0) code = fmt::format("sum >> {}", amount(layer.right, "right"));
  std::string out = fmt::format("    out[i] = {};\n", code);
  if (common(layer.left) != 0)
    out += fmt::format("    out[i] = out[i] << {};\n", amount(layer.left, "left"));
  return out;
}

std::string layer_comment(const Layer& layer, std::size_t b) {
  std::string out = fmt::format(
      "\n// Block {} '{}': rows {}, accumulators of {} bits{}.\n", b, comment_text(layer.name),
      layer.rows, layer.accumulator_width,
      layer.modular ? " (modulo 2^" + std::to_string(layer.accumulator_width) + ")" : "");
  std::vector<std::string> formats;
  for (std::size_t i = 0; i < layer.rows; ++i)
    formats.push_back(hls_notation(layer.formats[i]) + (layer.relu[i] ? ", relu" : ""));
  for (const std::string& line : runs("row", formats)) out += fmt::format("//   {}\n", line);
  return out;
}

std::string pragmas(const Layer& layer, std::size_t b) {
  std::string out = "#pragma HLS PIPELINE II=1\n";
  for (const Part& part : layer.parts)
    if (part.dense)
      out += fmt::format("#pragma HLS ARRAY_PARTITION variable=weight{} complete dim=2\n",
                         part_suffix(b, part));
  return out;
}

std::string layer_function(const Program& program, std::size_t b, const EmitOptions& options) {
  const Layer& layer = program.layers[b - 1];
  std::string out = fmt::format("\nstatic void layer{}(", b);
  for (const Part& part : layer.parts)
    out += fmt::format("const {} h{}[{}], ", hls_code_type(program.codes(part.source)), part.source,
                       part.columns);
  out += fmt::format("{} out[{}]) {{\n", hls_code_type(layer.codes), layer.rows);
  out += fmt::format("  for (int i = 0; i < {}; ++i) {{\n", layer.rows);
  if (options.hls_pragmas) out += pragmas(layer, b);
  out += fmt::format("    {} sum = {}[i];\n", accumulator_type(layer), bias_name(b, 0));
  for (std::size_t c = 1; c < bias_chunks(layer).size(); ++c)
    out += fmt::format("    sum = sum << {};\n    sum += {}({}[i]);\n", kChunkBits,
                       hls_notation({false, kChunkBits - 1, 0}), bias_name(b, c));
  for (const Part& part : layer.parts) out += part_loop(layer, b, part);
  const auto relu = common(layer.relu);
  if (!relu)
    out += fmt::format("    if (relu{}[i] && sum < 0) sum = 0;\n", b);
  else if (*relu)
    out += "    if (sum < 0) sum = 0;\n";
  return out + output_code(layer, b) + "  }\n}\n";
}

std::string clamp_tables(const Program& program) {
  std::vector<Integer> low;
  std::vector<Integer> high;
  for (const CodeRange& range : program.input_ranges) {
    low.push_back(range.min);
    high.push_back(range.max);
  }
  return "\n// The codes of the box.\n" + table("input_min", low).text +
         table("input_max", high).text;
}

std::string infer_function(const Program& program, const EmitOptions& options) {
  const std::string name = identifier(program.name);
  const std::size_t blocks = program.layers.size() + 1;
  const auto array = [&](std::size_t block) {
    if (block + 1 == blocks) return std::string("output");
    return block == 0 && !clamps(program) ? "input" : fmt::format("h{}", block);
  };
  const auto partition = [&](const std::string& variable) {
    return options.hls_pragmas
               ? fmt::format("#pragma HLS ARRAY_PARTITION variable={} complete\n", variable)
               : "";
  };
  std::string out = fmt::format(
      "\nvoid {0}_infer(const {0}_input input[{1}_INPUTS], {0}_output output[{1}_OUTPUTS]) {{\n"
      "  using namespace {0}_layers;\n",
      name, upper_case(name));
  out += partition("input") + partition("output");
  for (std::size_t b = clamps(program) ? 0 : 1; b + 1 < blocks; ++b)
    out += fmt::format("  hls_types::{} h{}[{}];\n", hls_code_type(program.codes(b)), b,
                       program.size(b)) +
           partition(fmt::format("h{}", b));
  if (clamps(program))
    out += fmt::format(
        "  for (int i = 0; i < {0}; ++i) {{\n"
        "{2}"
        "    const {1}_input low = input_min[i];\n"
        "    const {1}_input high = input_max[i];\n"
        "    h0[i] = input[i];\n"
        "    if (input[i] < low) h0[i] = low;\n"
        "    if (input[i] > high) h0[i] = high;\n"
        "  }}\n",
        program.inputs(), name, options.hls_pragmas ? "#pragma HLS UNROLL\n" : "");
  for (std::size_t b = 1; b < blocks; ++b) {
    out += fmt::format("  layer{}(", b);
    for (const Part& part : program.layers[b - 1].parts) out += array(part.source) + ", ";
    out += array(b) + ");\n";
  }
  if (!program.reads_inputs()) out += "  (void)input;\n";
  return out + "}\n";
}

}  // namespace

std::string hls_body(const Program& program, const EmitOptions& options) {
  const std::string name = identifier(program.name);
  std::string out = fmt::format(
      "// Network '{0}' in fixed-point arithmetic, written by Certifix. See {1}.hpp.\n"
      "#include \"{1}.hpp\"\n"
      "\n"
      "#include <stdint.h>\n"
      "\n"
      "namespace {1}_layers {{\n"
      "\n"
      "using hls_types::fixed;\n"
      "using hls_types::ufixed;\n",
      comment_text(program.name), name);
  if (clamps(program)) out += clamp_tables(program);
  for (std::size_t b = 1; b <= program.layers.size(); ++b) {
    const Layer& layer = program.layers[b - 1];
    out += layer_comment(layer, b) + layer_tables(layer, b) + layer_function(program, b, options);
  }
  out += fmt::format("\n}}  // namespace {}_layers\n", name);
  return out + infer_function(program, options);
}

}  // namespace certifix::emit
