#include <fmt/format.h>

#include "certifix/emit/c/c_writers.hpp"
#include "certifix/emit/notation.hpp"
#include "certifix/emit/text.hpp"

namespace certifix::emit {
namespace {

std::vector<std::string> input_lines(const Program& program) {
  std::vector<std::string> descriptions;
  for (std::size_t i = 0; i < program.inputs(); ++i) {
    const num::FixedFormat& format = program.input_formats[i];
    descriptions.push_back(fmt::format("{}, {}", q_notation(format),
                                       describe_codes(program.input_ranges[i], format.lsb)));
  }
  return runs("input", descriptions);
}

std::vector<std::string> output_lines(const Program& program) {
  std::vector<std::string> descriptions;
  for (const num::FixedFormat& format : program.layers.back().formats)
    descriptions.push_back(
        fmt::format("{}, {}", q_notation(format), describe_codes(codes_of(format), format.lsb)));
  return runs("output", descriptions);
}

std::string comment_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += fmt::format(" *   {}\n", comment_text(line));
  return text;
}

std::size_t stack_bytes(const CProgram& c) {
  std::size_t bytes = 0;
  for (const Buffer& buffer : c.buffers)
    bytes += buffer.size * static_cast<std::size_t>(buffer.type.bits / 8);
  return bytes;
}

std::size_t table_bytes(const CProgram& c) {
  std::size_t bytes = c.clamps() ? box_tables(c).bytes : 0;
  for (std::size_t b = 1; b <= c.program.layers.size(); ++b) bytes += layer_tables(c, b).bytes;
  return bytes;
}

}  // namespace

std::string c_header(const CProgram& c, const std::vector<std::string>& statement) {
  const Program& program = c.program;
  const std::string upper = upper_case(c.name);
  std::string out = fmt::format("/* Network '{}' in fixed-point arithmetic, written by Certifix.\n",
                                comment_text(program.name));
  if (!statement.empty()) out += " *\n * Proven:\n" + comment_lines(statement);
  out += " *\n * A code n stands for the real number n * 2^lsb; Qm.f has lsb = -f.\n";
  out += comment_lines(input_lines(program)) + comment_lines(output_lines(program));
  out += " *\n";
  out += program.clamp
             ? " * Input codes outside these ranges are saturated to them.\n"
             : " * Input codes must lie in these ranges: outside them nothing is promised.\n";
  out += fmt::format(
      " * A real x becomes the code floor(x / 2^lsb + 1/2).\n"
      " * {0}_infer reads {1} and writes {2} codes; the arrays must not overlap.\n"
      " *\n"
      " * Memory: {7} bytes of constant tables (flash) beside the code, no static variables (RAM), "
      "{3} "
      "bytes\n"
      " * of stack for buffers beside the frames of two functions.\n"
      " */\n"
      "#ifndef {4}_H\n"
      "#define {4}_H\n"
      "\n"
      "#include <stdint.h>\n"
      "\n"
      "#ifdef __cplusplus\n"
      "extern \"C\" {{\n"
      "#endif\n"
      "\n"
      "#define {4}_INPUTS {1}\n"
      "#define {4}_OUTPUTS {2}\n"
      "\n"
      "typedef {5} {0}_input;\n"
      "typedef {6} {0}_output;\n"
      "\n"
      "void {0}_infer(const {0}_input *input, {0}_output *output);\n"
      "\n"
      "#ifdef __cplusplus\n"
      "}}\n"
      "#endif\n"
      "\n"
      "#endif\n",
      c.name, program.inputs(), program.outputs(), stack_bytes(c), upper, c.input().name(),
      c.output().name(), table_bytes(c));
  return out;
}

}  // namespace certifix::emit
