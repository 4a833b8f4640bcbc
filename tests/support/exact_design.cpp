#include "tests/support/exact_design.hpp"

#include <algorithm>

namespace certifix::test {

using num::Integer;
using num::Rational;

std::vector<std::vector<ExactRow>> evaluate_design(const design::Design& design,
                                                   const std::vector<Rational>& x) {
  const Rational half(1, 2);
  std::vector<std::vector<ExactRow>> result(1);
  for (std::size_t i = 0; i < design.inputs.size(); ++i) {
    const design::Input& input = design.inputs[i];
    Integer code = num::floor(x[i] / num::power_of_two(input.format.lsb) + half);
    if (design.clamp) code = std::clamp(code, input.code_min, input.code_max);
    const Rational value = Rational(code) * num::power_of_two(input.format.lsb);
    result[0].push_back({code, value, value, {}});
  }
  for (const design::Block& block : design.blocks) {
    std::vector<ExactRow> rows;
    for (const design::Row& row : block.rows) {
      ExactRow out;
      Rational sum(row.bias);
      for (const design::Term& term : row.terms) {
        const Rational product = Rational(term.weight) *
                                 Rational(result[term.source][term.index].code) *
                                 num::power_of_two(term.shift);
        sum += product;
        out.summands.push_back(product.numerator());
      }
      const int r = row.output.lsb - row.accumulator_lsb;
      Rational constant(row.bias);
      if (r > 0) constant += num::power_of_two(r - 1);
      out.summands.push_back(constant.numerator());
      const Rational scaled = sum / num::power_of_two(r);
      out.code = r > 0 ? num::floor(scaled + half) : scaled.numerator();
      out.pre = Rational(out.code) * num::power_of_two(row.output.lsb);
      switch (row.activation) {
        case net::Activation::identity:
          break;
        case net::Activation::relu:
          if (out.code < 0) out.code = 0;
          break;
      }
      out.value = Rational(out.code) * num::power_of_two(row.output.lsb);
      rows.push_back(std::move(out));
    }
    result.push_back(std::move(rows));
  }
  return result;
}

}  // namespace certifix::test
