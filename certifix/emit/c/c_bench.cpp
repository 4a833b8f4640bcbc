#include <fmt/format.h>

#include "certifix/emit/c/c_writers.hpp"
#include "certifix/emit/text.hpp"

namespace certifix::emit {

std::string c_vectors(const CProgram& c, const TestVectors& vectors) {
  return fmt::format(
      "/* Input codes and the output codes that the design has for them. */\n"
      "#define {0}_VECTORS {1}\n"
      "static const {2}_input {2}_test_inputs[{1}][{3}] = {4};\n"
      "static const {2}_output {2}_test_outputs[{1}][{5}] = {6};\n",
      upper_case(c.name), vectors.count, c.name, c.program.inputs(),
      braced_rows(vectors.inputs, c.program.inputs()), c.program.outputs(),
      braced_rows(vectors.outputs, c.program.outputs()));
}

std::string c_bench(const CProgram& c) {
  const bool is_signed = c.output().is_signed;
  return fmt::format(
      "/* Compares {0}_infer with the expected codes; exit status 0 if all agree. */\n"
      "#include <stdio.h>\n"
      "\n"
      "#include \"{0}.h\"\n"
      "#include \"{0}_vectors.h\"\n"
      "\n"
      "int main(void)\n"
      "{{\n"
      "  int v, o;\n"
      "  for (v = 0; v < {1}_VECTORS; ++v) {{\n"
      "    {0}_output output[{1}_OUTPUTS];\n"
      "    {0}_infer({0}_test_inputs[v], output);\n"
      "    for (o = 0; o < {1}_OUTPUTS; ++o) {{\n"
      "      if (output[o] != {0}_test_outputs[v][o]) {{\n"
      "        printf(\"FAIL {0}: vector %d, output %d is {2}, expected {2}\\n\", v, o,\n"
      "               ({3})output[o], ({3}){0}_test_outputs[v][o]);\n"
      "        return 1;\n"
      "      }}\n"
      "    }}\n"
      "  }}\n"
      "  printf(\"PASS {0}: %d vectors\\n\", {1}_VECTORS);\n"
      "  return 0;\n"
      "}}\n",
      c.name, upper_case(c.name), is_signed ? "%lld" : "%llu",
      is_signed ? "long long" : "unsigned long long");
}

std::string c_makefile(const CProgram& c, bool float_wrapper) {
  std::string out = fmt::format(
      "# make test: compiles and runs the self-checking test bench.\n"
      "CC = cc\n"
      "CFLAGS = -std=c99 -O2 -Wall -Wextra -pedantic\n"
      "\n"
      "test: {0}_test\n"
      "\t./{0}_test\n"
      "\n"
      "{0}_test: {0}.c {0}.h {0}_test.c {0}_vectors.h\n"
      "\t$(CC) $(CFLAGS) -o $@ {0}.c {0}_test.c\n",
      c.name);
  if (float_wrapper)
    out += fmt::format(
        "\n"
        "# The float wrapper needs -lm.\n"
        "{0}_real.o: {0}_real.c {0}_real.h {0}.h\n"
        "\t$(CC) $(CFLAGS) -c -o $@ {0}_real.c\n",
        c.name);
  return out + fmt::format("\n.PHONY: test clean\nclean:\n\trm -f {0}_test {0}_real.o\n", c.name);
}

}  // namespace certifix::emit
