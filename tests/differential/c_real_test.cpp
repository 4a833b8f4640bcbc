// The float wrapper of the emitted C rounds and saturates real inputs as the executor does, where
// doubles make it hardest: half codes and their neighbours, the ends of the box, huge and tiny
// numbers, infinities, NaN.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <limits>

#include "../support/emitted_code.hpp"
#include "../support/random_design.hpp"
#include "certifix/emit/c/c_source.hpp"
#include "certifix/executor/executor.hpp"
#include "certifix/import/float_value.hpp"

namespace certifix::emit {
namespace {

using num::Integer;
using num::Rational;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string c_double(double x) {
  if (std::isnan(x)) return "NAN";
  if (std::isinf(x)) return x > 0 ? "INFINITY" : "-INFINITY";
  char text[64];
  std::snprintf(text, sizeof text, "%a", x);
  return text;
}

// The code that the wrapper must take for x: NaN and infinities go to the ends.
Integer expected_code(const executor::Executor& executor, double x, std::size_t i) {
  const design::Input& input = executor.design().inputs[i];
  if (std::isnan(x) || x == -kInfinity) return input.code_min;
  if (x == kInfinity) return input.code_max;
  return std::clamp(executor.quantize_input(import::float_value(x), i), input.code_min,
                    input.code_max);
}

// As C converts an integer: mpz_class::get_d truncates.
double nearest(const Integer& code) { return static_cast<double>(code.get_si()); }

// Doubles around the decisions of input i.
std::vector<double> hard_points(const design::Input& input) {
  const double ulp = std::ldexp(1.0, input.format.lsb);
  std::vector<double> points = {0.0,    -0.0,      5e-324,     -5e-324,     1e300,
                                -1e300, kInfinity, -kInfinity, std::nan("")};
  const Integer middle = (input.code_min + input.code_max) / 2;
  for (const Integer& code :
       {input.code_min, input.code_max, Integer(0), Integer(-1), Integer(1), middle}) {
    for (const double offset : {-1.0, -0.5, 0.0, 0.5, 1.0}) {
      const double x = (code.get_d() + offset) * ulp;
      for (const double near : {x, std::nextafter(x, -kInfinity), std::nextafter(x, kInfinity)})
        points.push_back(near);
    }
  }
  return points;
}

// The codes themselves as outputs, so that no wrong code hides behind a rounding.
design::Design identity(std::string name, std::vector<design::Input> inputs) {
  design::Design design;
  design.name = std::move(name);
  design.inputs = std::move(inputs);
  design.blocks = {{"output", {}}};
  for (std::size_t i = 0; i < design.inputs.size(); ++i) {
    const num::FixedFormat& format = design.inputs[i].format;
    design::Row row;
    row.terms = {{0, i, 1, 0}};
    row.accumulator_lsb = format.lsb;
    row.accumulator_width = format.width() + 1;
    row.output = format;
    design.blocks[0].rows.push_back(row);
  }
  return design;
}

// Tables of inputs and expected outputs, and a function that counts the wrong ones.
std::string check_function(const design::Design& design) {
  const executor::Executor executor(design);
  const std::size_t n = design.inputs.size();
  std::string inputs;
  std::string outputs;
  std::size_t count = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (const double x : hard_points(design.inputs[i])) {
      ++count;
      inputs += "  {";
      outputs += "  {";
      for (std::size_t j = 0; j < n; ++j) {
        const int lsb = design.inputs[j].format.lsb;
        const double y = j == i ? x : std::ldexp(design.inputs[j].code_max.get_d(), lsb);
        inputs += c_double(y) + ", ";
        outputs += c_double(std::ldexp(nearest(expected_code(executor, y, j)), lsb)) + ", ";
      }
      inputs += "},\n";
      outputs += "},\n";
    }
  }
  return fmt::format(
      "static int check_{0}(void)\n{{\n"
      "  static const double x[{1}][{2}] = {{{3}}}, y[{1}][{2}] = {{{4}}};\n"
      "  double out[{2}];\n"
      "  int v, o, wrong = 0;\n"
      "  for (v = 0; v < {1}; ++v) {{\n"
      "    {0}_infer_real(x[v], out);\n"
      "    for (o = 0; o < {2}; ++o) wrong += out[o] != y[v][o];\n"
      "  }}\n"
      "  return wrong;\n}}\n",
      design.name, count, n, inputs, outputs);
}

TEST(CReal, RoundsAndSaturatesAsTheExecutorDoes) {
  std::vector<design::Design> designs;
  for (std::uint64_t seed = 1; seed <= 8; ++seed)
    designs.push_back(identity("inputs" + std::to_string(seed), test::random_design(seed).inputs));
  // Codes that doubles cannot hold, at the ends. Without the clamp behind it the wrapper alone
  // keeps codes inside.
  designs.push_back(
      identity("wide", {{{true, 62, 0}, -(Integer(1) << 62) + 512, (Integer(1) << 62) - 512},
                        {{true, 39, -20}, -(Integer(1) << 58) - 1, (Integer(1) << 59) - 1},
                        {{false, 61, 0}, 3, (Integer(1) << 60) + 1}}));

  designs.back().clamp = false;
  std::string driver = "#include <math.h>\n#include <stdio.h>\n";
  std::string checks;
  std::string calls;
  std::string sources;
  const test::ScratchFolder folder;
  EmitOptions options;
  options.vectors = 4;
  for (const design::Design& design : designs) {
    test::write_files(folder.path(), c_files(design, {}, options));
    driver += "#include \"c/" + design.name + "_real.h\"\n";
    checks += check_function(design);
    calls += "  wrong += check_" + design.name + "();\n";
    sources += " c/" + design.name + ".c c/" + design.name + "_real.c";
  }
  driver += checks + "int main(void)\n{\n  int wrong = 0;\n" + calls +
            "  printf(\"%d wrong\\n\", wrong);\n  return wrong != 0;\n}\n";
  test::write_files(folder.path(), {{"driver.c", driver}});
  const test::Outcome outcome =
      test::run_command("cd '" + folder.path().string() +
                        "' && gcc -std=c99 -O1 -Wall -Wextra -Werror -pedantic -fsanitize=undefined"
                        " -fno-sanitize-recover=all -o check driver.c" +
                        sources + " -lm && ./check");
  EXPECT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_EQ(outcome.output, "0 wrong\n");
}

}  // namespace
}  // namespace certifix::emit
