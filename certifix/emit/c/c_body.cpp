// The C source: tables and one loop nest a layer.
//
// Nothing here is undefined in C99: exact sums were proven to fit, modular ones are unsigned, right
// shifts of negative numbers and conversions to signed types are implementation-defined and
// asserted at compile time, left shifts are of unsigned operands.
#include <fmt/format.h>

#include "certifix/emit/c/c_writers.hpp"
#include "certifix/emit/notation.hpp"
#include "certifix/emit/text.hpp"

namespace certifix::emit {
namespace {

// weight * code, in the narrowest type that is proven to hold it.
std::string product(const CProgram& c, std::size_t b, const Part& part, const std::string& weight,
                    const std::string& code) {
  const CType sum = c.sum(b);
  // Codes and table entries of 32 bits give a 32-bit product more cheaply than 64-bit operands.
  if (products_fit(range_of(part.weights), c.program.codes(part.source), 32)) {
    const std::string narrow = fmt::format("(int32_t){} * (int32_t){}", weight, code);
    return sum == CType{32, true} ? narrow : fmt::format("({})({})", sum.name(), narrow);
  }
  return fmt::format("({0}){1} * ({0}){2}", sum.name(), weight, code);
}

std::string part_loop(const CProgram& c, std::size_t b, std::size_t p) {
  const Part& part = c.program.layers[b - 1].parts[p];
  const std::string suffix = part_suffix(b, part);
  const std::string total = c.program.layers[b - 1].modular ? "total" : "sum";
  if (part.dense) {
    const std::string row = fmt::format("weight{}[i]", suffix);
    const std::string codes = fmt::format("h{}", part.source);
    const std::string loop =
        fmt::format("    for (k = 0; k < {}; ++k)\n      {} += {};\n", part.columns, total,
                    product(c, b, part, row + "[k]", codes + "[k]"));
    if (!multiplies_pairs(c, b, p)) return loop;
    return "#ifdef MULTIPLIES_PAIRS\n" + pair_loop(c.sum(b), total, row, codes, part.columns) +
           "#else\n" + loop + "#endif\n";
  }
  return fmt::format("    for (k = start{0}[i]; k < start{0}[i + 1]; ++k)\n      {1} += {2};\n",
                     suffix, total,
                     product(c, b, part, fmt::format("weight{}[k]", suffix),
                             fmt::format("h{}[column{}[k]]", part.source, suffix)));
}

// "sum" shifted to the output grid, as an expression of the type of the output codes.
std::string output_code(const CProgram& c, std::size_t b) {
  const Layer& layer = c.program.layers[b - 1];
  const CType type = c.codes[b];
  const auto amount = [&](const std::vector<int>& shifts, const char* name, int most) {
    const auto all = common(shifts);
    return all ? std::to_string(std::min(*all, most)) : fmt::format("{}{}[i]", name, b);
  };
  const bool shifts_right = common(layer.right) != 0;
  const bool shifts_left = common(layer.left) != 0;
  std::string code = "sum";
  if (shifts_right) code = fmt::format("(sum >> {})", amount(layer.right, "right", 63));
  if (!shifts_left) return fmt::format("({}){}", type.name(), code);
  const CType wide{std::max(c.accumulator[b - 1], type.bits), false};
  return fmt::format("({})(({}){} << {})", type.name(), wide.name(), code,
                     amount(layer.left, "left", wide.bits - 1));
}

std::string layer_comment(const CProgram& c, std::size_t b) {
  const Layer& layer = c.program.layers[b - 1];
  std::string out =
      fmt::format("\n/* Block {} '{}': rows {}, accumulators of {} bits{}.\n", b,
                  comment_text(layer.name), layer.rows, layer.accumulator_width,
                  layer.modular ? ", modulo 2^" + std::to_string(c.accumulator[b - 1]) : "");
  std::vector<std::string> formats;
  for (std::size_t i = 0; i < layer.rows; ++i)
    formats.push_back(q_notation(layer.formats[i]) + (layer.relu[i] ? ", relu" : ""));
  for (const std::string& line : runs("row", formats)) out += fmt::format(" *   {}\n", line);
  return out + " */\n";
}

std::string layer_function(const CProgram& c, std::size_t b) {
  const Layer& layer = c.program.layers[b - 1];
  const CType sum{c.accumulator[b - 1], true};
  std::string out = fmt::format("\nLAYER layer{}(", b);
  bool uses_k = false;
  std::size_t largest = layer.rows;
  for (const Part& part : layer.parts) {
    out += fmt::format("const {} *h{}, ", c.codes[part.source].name(), part.source);
    uses_k = true;
    largest = std::max({largest, part.columns, part.weights.size()});
  }
  out += fmt::format("{} *out)\n{{\n  {} i{};\n  for (i = 0; i < {}; ++i) {{\n", c.codes[b].name(),
                     index_type(largest), uses_k ? ", k" : "", layer.rows);
  if (layer.modular) {
    const std::string total = CType{sum.bits, false}.name();
    out += fmt::format("    {0} total = ({0})bias{1}[i];\n    {2} sum;\n", total, b, sum.name());
  } else {
    out += fmt::format("    {} sum = bias{}[i];\n", sum.name(), b);
  }
  for (std::size_t p = 0; p < layer.parts.size(); ++p) out += part_loop(c, b, p);
  if (layer.modular) out += fmt::format("    sum = ({})total;\n", sum.name());
  const auto relu = common(layer.relu);
  if (!relu)
    out += fmt::format("    if (relu{}[i] && sum < 0) sum = 0;\n", b);
  else if (*relu)
    out += "    if (sum < 0) sum = 0;\n";
  out += fmt::format("    out[i] = {};\n  }}\n}}\n", output_code(c, b));
  return out;
}

// Compile-time assertions, one per assumption about the compiler.
std::string assertions(const CProgram& c) {
  std::string out =
      "\n/* Assumptions, checked at compile time. */\n"
      "typedef char assert_two_s_complement[((-1 & 3) == 3) ? 1 : -1];\n"
      "typedef char assert_8_bit_bytes[((unsigned char)-1 == 255) ? 1 : -1];\n";
  std::vector<int> widths = {32};
  for (const int bits : c.accumulator)
    if (bits == 64) widths = {32, 64};
  for (const CType& type : c.codes)
    if (type.bits == 64) widths = {32, 64};
  for (const int bits : {8, 16, 32, 64}) {
    if (bits == 64 && widths.size() == 1) continue;
    out += fmt::format(
        "typedef char assert_int{0}_size[(sizeof(int{0}_t) == {1}) ? 1 : -1];\n"
        "typedef char assert_int{0}_conversion_wraps[((int{0}_t)(uint{0}_t)-1 == -1) ? 1 : -1];\n",
        bits, bits / 8);
  }
  for (const int bits : widths)
    out += fmt::format(
        "typedef char assert_int{0}_shifts_arithmetically[(((int{0}_t)-7 >> 1) == -4) ? 1 : -1];\n",
        bits);
  return out;
}

std::string infer_function(const CProgram& c) {
  const std::size_t blocks = c.program.layers.size() + 1;
  std::string out =
      fmt::format("\nvoid {0}_infer(const {0}_input *input, {0}_output *output)\n{{\n", c.name);
  for (std::size_t i = 0; i < c.buffers.size(); ++i)
    out += fmt::format("  {} buffer{}[{}];\n", c.buffers[i].type.name(), i, c.buffers[i].size);
  const auto array = [&](std::size_t block) -> std::string {
    if (block + 1 == blocks) return "output";
    if (block == 0 && !c.clamps()) return "input";
    return fmt::format("buffer{}", c.buffer_of[block]);
  };
  if (c.clamps())
    out += fmt::format(
        "  {0} i;\n"
        "  for (i = 0; i < {1}; ++i)\n"
        "    {2}[i] = input[i] < input_min[i] ? input_min[i]\n"
        "      : input[i] > input_max[i] ? input_max[i] : input[i];\n",
        index_type(c.program.inputs()), c.program.inputs(), array(0));
  for (std::size_t b = 1; b < blocks; ++b) {
    out += fmt::format("  layer{}(", b);
    for (const Part& part : c.program.layers[b - 1].parts) out += array(part.source) + ", ";
    out += array(b) + ");\n";
  }
  if (!c.program.reads_inputs()) out += "  (void)input;\n";
  return out + "}\n";
}

}  // namespace

std::string c_body(const CProgram& c) {
  std::string out = fmt::format(
      "/* Network '{}' in fixed-point arithmetic, written by Certifix. See {}.h. */\n"
      "#include \"{}.h\"\n",
      comment_text(c.program.name), c.name, c.name);
  out += assertions(c);
  out +=
      "\n"
      "/* Layers stay functions of their own: inlined into one, their loops compile to more "
      "instructions. */\n"
      "#ifdef __GNUC__\n"
      "#define LAYER static __attribute__((noinline)) void\n"
      "#else\n"
      "#define LAYER static void\n"
      "#endif\n";
  out += pair_support(c);
  if (c.clamps()) out += "\n/* The codes of the box. */\n" + box_tables(c).text;
  for (std::size_t b = 1; b <= c.program.layers.size(); ++b)
    out += layer_comment(c, b) + layer_tables(c, b).text + layer_function(c, b);
  return out + infer_function(c);
}

}  // namespace certifix::emit
