#include <fmt/format.h>

#include "certifix/emit/hls/hls_writers.hpp"
#include "certifix/emit/rom.hpp"
#include "certifix/emit/text.hpp"

namespace certifix::emit {

std::string hls_vectors(const Program& program, const TestVectors& vectors) {
  const std::string name = identifier(program.name);
  const auto rows = [&](const char* what, const CodeRange& codes,
                        const std::vector<num::Integer>& values, std::size_t columns) {
    return fmt::format("static const {} {}_test_{}[{}][{}] = {};\n", narrowest(codes).name(), name,
                       what, vectors.count, columns, braced_rows(values, columns));
  };
  return fmt::format(
             "// Input codes and the output codes that the design has for them.\n"
             "#include <stdint.h>\n"
             "#define {}_VECTORS {}\n",
             upper_case(name), vectors.count) +
         rows("inputs", program.input_codes, vectors.inputs, program.inputs()) +
         rows("outputs", program.layers.back().codes, vectors.outputs, program.outputs());
}

std::string hls_bench(const Program& program) {
  const std::string name = identifier(program.name);
  return fmt::format(
      "// Compares {0}_infer with the expected codes; exit status 0 if all agree.\n"
      "#include \"{0}.hpp\"\n"
      "\n"
      "#include <stdio.h>\n"
      "\n"
      "#include \"{0}_vectors.hpp\"\n"
      "\n"
      "static int {0}_test() {{\n"
      "  for (int v = 0; v < {1}_VECTORS; ++v) {{\n"
      "    {0}_input input[{1}_INPUTS];\n"
      "    {0}_output output[{1}_OUTPUTS];\n"
      "    for (int i = 0; i < {1}_INPUTS; ++i) input[i] = {0}_test_inputs[v][i];\n"
      "    {0}_infer(input, output);\n"
      "    for (int o = 0; o < {1}_OUTPUTS; ++o) {{\n"
      "      const {0}_output expected = {0}_test_outputs[v][o];\n"
      "      if (output[o] == expected) continue;\n"
      "      printf(\"FAIL {0}: vector %d, output %d is %.17g, expected %.17g\\n\", v, o,\n"
      "             output[o].to_double(), expected.to_double());\n"
      "      return 1;\n"
      "    }}\n"
      "  }}\n"
      "  printf(\"PASS {0}: %d vectors\\n\", {1}_VECTORS);\n"
      "  return 0;\n"
      "}}\n"
      "\n"
      "// The SystemC library brings its own main.\n"
      "#if defined(HLS_TYPES_SC)\n"
      "int sc_main(int, char**) {{ return {0}_test(); }}\n"
      "#else\n"
      "int main() {{ return {0}_test(); }}\n"
      "#endif\n",
      name, upper_case(name));
}

std::string hls_script(const Program& program, const EmitOptions& options) {
  return fmt::format(
      "# Vitis HLS: vitis_hls -f run_vitis.tcl\n"
      "set part {1}\n"
      "set clock_ns {2}\n"
      "\n"
      "open_project -reset {0}_vitis\n"
      "set_top {0}_infer\n"
      "add_files {0}.cpp\n"
      "add_files -tb {0}_test.cpp\n"
      "open_solution -reset solution1 -flow_target vivado\n"
      "set_part $part\n"
      "create_clock -period $clock_ns\n"
      "csim_design\n"
      "csynth_design\n"
      "exit\n",
      identifier(program.name), options.hls_part, options.hls_clock_ns);
}

std::string hls_makefile(const Program& program) {
  return fmt::format(
      "# make test: the self-checking test bench with SystemC's types (package libsystemc-dev).\n"
      "CXX = g++\n"
      "CXXFLAGS = -std=c++17 -O2 -Wall -Wno-unknown-pragmas\n"
      "\n"
      "test: {0}_test\n"
      "\t./{0}_test\n"
      "\n"
      "{0}_test: {0}.cpp {0}.hpp types_sc.hpp {0}_test.cpp {0}_vectors.hpp\n"
      "\t$(CXX) $(CXXFLAGS) -DHLS_TYPES_SC -o $@ {0}.cpp {0}_test.cpp -lsystemc\n"
      "\n"
      ".PHONY: test clean\n"
      "clean:\n"
      "\trm -f {0}_test\n",
      identifier(program.name));
}

}  // namespace certifix::emit
