// Sums of products of 16-bit operands, two at a time where the processor can (Armv7E-M: SMLAD and
// SMLALD). Both paths give the same bits: the instructions add two exact products to the sum modulo
// 2^32 or 2^64, and the portable path adds them one by one, where every partial sum was proven to
// fit, or where the type is unsigned and wraps likewise.
#include <fmt/format.h>

#include "certifix/emit/c/c_writers.hpp"

namespace certifix::emit {
namespace {

bool any_dual(const CProgram& c) {
  for (std::size_t b = 1; b <= c.program.layers.size(); ++b)
    for (std::size_t p = 0; p < c.program.layers[b - 1].parts.size(); ++p)
      if (multiplies_pairs(c, b, p)) return true;
  return false;
}

}  // namespace

bool multiplies_pairs(const CProgram& c, std::size_t b, std::size_t p) {
  const Part& part = c.program.layers[b - 1].parts[p];
  return part.dense && part.columns >= 4 && c.weights[b - 1][p] == kInt16 &&
         c.codes[part.source] == kInt16;
}

std::string pair_support(const CProgram& c) {
  if (!any_dual(c)) return "";
  return "\n"
         "/* Armv7E-M (Cortex-M4, M7) and Armv8-M with DSP: two 16-bit products in one "
         "instruction,\n"
         " * with the same results bit by bit. */\n"
         "#if defined(__GNUC__) && defined(__ARM_FEATURE_DSP) && defined(__ARM_FEATURE_SIMD32)\n"
         "#define MULTIPLIES_PAIRS\n"
         "#include <arm_acle.h>\n"
         "static inline int16x2_t pair(const int16_t *p)\n"
         "{\n"
         "  int16x2_t both;\n"
         "  __builtin_memcpy(&both, p, sizeof both);\n"
         "  return both;\n"
         "}\n"
         "#endif\n";
}

std::string pair_loop(const CType& sum, const std::string& total, const std::string& weights,
                      const std::string& codes, std::size_t columns) {
  const auto step = [&](const std::string& k) {
    const std::string operands = fmt::format("pair({} + {}), pair({} + {})", weights, k, codes, k);
    const char* instruction = sum.bits == 32 ? "__smlad" : "__smlald";
    if (sum.is_signed) return fmt::format("{0} = {1}({2}, {0});\n", total, instruction, operands);
    return fmt::format("{0} = ({3}){1}({2}, ({4}){0});\n", total, instruction, operands, sum.name(),
                       CType{sum.bits, true}.name());
  };
  std::string out;
  const std::size_t fours = columns - columns % 4;
  out += fmt::format("    for (k = 0; k < {}; k += 4) {{\n      {}      {}    }}\n", fours,
                     step("k"), step("k + 2"));
  if (columns % 4 >= 2) out += "    " + step(std::to_string(fours));
  if (columns % 2 != 0)
    out += fmt::format("    {} += ({})((int32_t){}[{}] * (int32_t){}[{}]);\n", total, sum.name(),
                       weights, columns - 1, codes, columns - 1);
  return out;
}

}  // namespace certifix::emit
