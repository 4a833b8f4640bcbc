#include <fmt/format.h>

#include "certifix/base/error.hpp"
#include "certifix/emit/hls/hls_writers.hpp"
#include "certifix/emit/notation.hpp"
#include "certifix/emit/text.hpp"

namespace certifix::emit {
namespace {

std::string comment_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += fmt::format("//   {}\n", comment_text(line));
  return text;
}

std::vector<std::string> port_lines(const Program& program) {
  std::vector<std::string> inputs;
  for (std::size_t i = 0; i < program.inputs(); ++i) {
    const num::FixedFormat& format = program.input_formats[i];
    inputs.push_back(fmt::format("{}, {}", hls_notation(format),
                                 describe_codes(program.input_ranges[i], format.lsb)));
  }
  std::vector<std::string> outputs;
  for (const num::FixedFormat& format : program.layers.back().formats)
    outputs.push_back(
        fmt::format("{}, {}", hls_notation(format), describe_codes(codes_of(format), format.lsb)));
  std::vector<std::string> lines = runs("input", inputs);
  for (std::string& line : runs("output", outputs)) lines.push_back(std::move(line));
  return lines;
}

}  // namespace

std::string hls_code_type(const CodeRange& codes) {
  return hls_notation(num::FixedFormat::smallest(codes.min, codes.max, 0));
}

std::string hls_header(const Program& program, const std::vector<std::string>& statement) {
  const std::string name = identifier(program.name);
  std::string out = fmt::format("// Network '{}' in fixed-point arithmetic, written by Certifix.\n",
                                comment_text(program.name));
  if (!statement.empty()) out += "//\n// Proven:\n" + comment_lines(statement);
  out +=
      "//\n"
      "// The function computes with codes: a code's bits are those of the format named here.\n";
  out += comment_lines(port_lines(program));
  out += program.clamp
             ? "// Input codes outside these ranges are saturated to them.\n"
             : "// Input codes must lie in these ranges: outside them nothing is promised.\n";
  out += fmt::format(
      "// A real x becomes the code floor(x / 2^lsb + 1/2).\n"
      "#ifndef {1}_HPP\n"
      "#define {1}_HPP\n"
      "\n"
      "// Vitis and Vivado by default; HLS_TYPES_AC and HLS_TYPES_SC choose the other libraries.\n"
      "#if defined(HLS_TYPES_AC)\n"
      "#include \"types_ac.hpp\"\n"
      "#elif defined(HLS_TYPES_SC)\n"
      "#include \"types_sc.hpp\"\n"
      "#else\n"
      "#include \"types_ap.hpp\"\n"
      "#endif\n"
      "\n"
      "#define {1}_INPUTS {2}\n"
      "#define {1}_OUTPUTS {3}\n"
      "\n"
      "typedef hls_types::{4} {0}_input;\n"
      "typedef hls_types::{5} {0}_output;\n"
      "\n"
      "void {0}_infer(const {0}_input input[{1}_INPUTS], {0}_output output[{1}_OUTPUTS]);\n"
      "\n"
      "#endif\n",
      name, upper_case(name), program.inputs(), program.outputs(),
      hls_code_type(program.input_codes), hls_code_type(program.layers.back().codes));
  return out;
}

std::string hls_types(const std::string& library) {
  std::string comment;
  std::string include;
  std::string fixed;
  std::string ufixed;
  if (library == "ap") {
    comment = "Vitis HLS, Vivado HLS";
    include = "#include <ap_fixed.h>\n";
    fixed = "ap_fixed<W, I, AP_TRN, AP_WRAP>";
    ufixed = "ap_ufixed<W, I, AP_TRN, AP_WRAP>";
  } else if (library == "ac") {
    comment = "Catapult and others";
    include = "#include <ac_fixed.h>\n";
    fixed = "ac_fixed<W, I, true, AC_TRN, AC_WRAP>";
    ufixed = "ac_fixed<W, I, false, AC_TRN, AC_WRAP>";
  } else {
    CERTIFIX_CHECK(library == "sc", "the libraries are ap, ac and sc");
    comment = "SystemC";
    include =
        "#ifndef SC_INCLUDE_FX\n"
        "#define SC_INCLUDE_FX\n"
        "#endif\n"
        "#include <systemc>\n";
    fixed = "sc_dt::sc_fixed<W, I, sc_dt::SC_TRN, sc_dt::SC_WRAP>";
    ufixed = "sc_dt::sc_ufixed<W, I, sc_dt::SC_TRN, sc_dt::SC_WRAP>";
  }
  return fmt::format(
      "// Fixed-point types of {}: W bits, I before the binary point, truncating, wrapping.\n"
      "#ifndef HLS_TYPES_HPP\n"
      "#define HLS_TYPES_HPP\n"
      "\n"
      "{}"
      "\n"
      "namespace hls_types {{\n"
      "template <int W, int I> using fixed = {};\n"
      "template <int W, int I> using ufixed = {};\n"
      "}}\n"
      "\n"
      "#endif\n",
      comment, include, fixed, ufixed);
}

}  // namespace certifix::emit
