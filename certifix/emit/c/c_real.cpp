// The float wrapper: for simulation and for hosts with a floating-point unit. It rounds half up
// exactly, where floor(v + 0.5) in doubles would not.
#include <fmt/format.h>

#include "certifix/emit/c/c_writers.hpp"
#include "certifix/emit/text.hpp"

namespace certifix::emit {
namespace {

using num::Integer;

// The double nearest to x among those >= x (up) or <= x, as an integer.
Integer representable(const Integer& x, bool up) {
  const long excess = num::bit_length(x) - 53;
  if (excess <= 0) return x;
  const auto shift = static_cast<unsigned long>(excess);
  return (up ? num::ceil_shift(x, shift) : num::floor_shift(x, shift)) << shift;
}

std::vector<std::string> doubles(const std::vector<Integer>& values) {
  std::vector<std::string> elements;
  for (const Integer& value : values) elements.push_back(value.get_str() + ".0");
  return elements;
}

template <class F>
std::vector<Integer> per_input(const CProgram& c, F&& value) {
  std::vector<Integer> values;
  for (std::size_t i = 0; i < c.program.inputs(); ++i) values.push_back(value(i));
  return values;
}

std::vector<Integer> lsbs(const std::vector<num::FixedFormat>& formats) {
  std::vector<Integer> values;
  for (const num::FixedFormat& format : formats) values.emplace_back(format.lsb);
  return values;
}

}  // namespace

std::string c_real_header(const CProgram& c) {
  return fmt::format(
      "/* Doubles around {0}_infer, for hosts with floating point. See {0}.h. */\n"
      "#ifndef {1}_REAL_H\n"
      "#define {1}_REAL_H\n"
      "\n"
      "#ifdef __cplusplus\n"
      "extern \"C\" {{\n"
      "#endif\n"
      "\n"
      "/* Reads {2} and writes {3} numbers. Inputs are saturated to the box (NaN becomes the "
      "lower\n"
      " * end), then rounded half up to their grid. Outputs are exact, unless a code has more "
      "than\n"
      " * 53 significant bits. */\n"
      "void {0}_infer_real(const double *input, double *output);\n"
      "\n"
      "#ifdef __cplusplus\n"
      "}}\n"
      "#endif\n"
      "\n"
      "#endif\n",
      c.name, upper_case(c.name), c.program.inputs(), c.program.outputs());
}

std::string c_real_body(const CProgram& c) {
  const auto min = per_input(c, [&](std::size_t i) { return c.program.input_ranges[i].min; });
  const auto max = per_input(c, [&](std::size_t i) { return c.program.input_ranges[i].max; });
  const auto low = per_input(c, [&](std::size_t i) { return representable(min[i], true); });
  const auto high = per_input(c, [&](std::size_t i) { return representable(max[i], false); });
  const auto table = [](const std::string& type, const char* name, std::size_t size,
                        const std::string& text) {
    return fmt::format("static const {} {}[{}] =\n  {};\n", type, name, size, text);
  };
  const std::size_t n = c.program.inputs();
  const std::vector<Integer> output_lsb = lsbs(c.program.layers.back().formats);
  std::string out = fmt::format(
      "/* Doubles around {0}_infer, for hosts with floating point. See {0}.h. */\n"
      "#include \"{0}_real.h\"\n"
      "\n"
      "#include <math.h>\n"
      "\n"
      "#include \"{0}.h\"\n"
      "\n",
      c.name);
  out += table("int", "input_lsb", n, braced(lsbs(c.program.input_formats), "  "));
  out += table("int", "output_lsb", output_lsb.size(), braced(output_lsb, "  "));
  out += "\n/* The codes of the box, and the outermost doubles between them. */\n";
  out += table(c.name + "_input", "code_min", n, braced(min, "  "));
  out += table(c.name + "_input", "code_max", n, braced(max, "  "));
  out += table("double", "low", n, braced(doubles(low), "  "));
  out += table("double", "high", n, braced(doubles(high), "  "));
  out += fmt::format(
      "\n"
      "static {0}_input to_code(double x, int i)\n"
      "{{\n"
      "  const double v = ldexp(x, -input_lsb[i]);\n"
      "  double below;\n"
      "  if (!(v >= low[i])) return code_min[i];\n"
      "  if (v > high[i]) return code_max[i];\n"
      "  below = floor(v);\n"
      "  /* v - below is exact or rounds to 1; v + 0.5 could round up wrongly. */\n"
      "  return ({0}_input)(v - below >= 0.5 ? below + 1.0 : below);\n"
      "}}\n"
      "\n"
      "void {0}_infer_real(const double *input, double *output)\n"
      "{{\n"
      "  {0}_input codes[{1}];\n"
      "  {0}_output results[{2}];\n"
      "  int i;\n"
      "  for (i = 0; i < {1}; ++i) codes[i] = to_code(input[i], i);\n"
      "  {0}_infer(codes, results);\n"
      "  for (i = 0; i < {2}; ++i) output[i] = ldexp((double)results[i], output_lsb[i]);\n"
      "}}\n",
      c.name, n, c.program.outputs());
  return out;
}

}  // namespace certifix::emit
