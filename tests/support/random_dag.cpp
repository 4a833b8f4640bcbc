#include "tests/support/random_dag.hpp"

#include <algorithm>
#include <string>

#include "certifix/semantics/output_bounds.hpp"
#include "tests/support/dense.hpp"

namespace certifix::test {

using num::Rational;

int RandomDag::integer(int low, int high) {
  return low + static_cast<int>(engine_() % static_cast<std::uint64_t>(high - low + 1));
}

Rational RandomDag::decimal(int limit) {
  switch (integer(0, 3)) {
    case 0:
      return Rational(integer(-limit, limit));
    case 1:
      return Rational(integer(-limit * 64, limit * 64), 64);
    default:
      return Rational(integer(-limit * 1000, limit * 1000), 1000);
  }
}

spec::Problem RandomDag::problem() {
  const std::size_t inputs = integer(1, 3);
  const int depth = integer(1, 4);
  std::vector<std::size_t> sizes{inputs};
  std::vector<net::Block> blocks;
  for (int b = 1; b <= depth; ++b) {
    const std::size_t rows = integer(1, 4);
    net::Block block;
    block.name = "b" + std::to_string(b);
    for (std::size_t s = 0; s < sizes.size(); ++s) {
      if (s + 1 != sizes.size() && !chance(30)) continue;
      std::vector<Rational> weights;
      for (std::size_t k = 0; k < rows * sizes[s]; ++k)
        weights.push_back(chance(15) ? Rational(0) : decimal(2));
      block.sources.push_back({s, test::dense(rows, sizes[s], weights)});
    }
    for (std::size_t i = 0; i < rows; ++i) {
      block.bias.push_back(decimal(1));
      const bool relu = b < depth ? chance(80) : chance(20);
      block.activation.push_back(relu ? net::Activation::relu : net::Activation::identity);
    }
    sizes.push_back(rows);
    blocks.push_back(std::move(block));
  }
  spec::Problem result{net::Network("random", inputs, std::move(blocks)), {}, {}, {}, {}, {}};
  for (std::size_t i = 0; i < inputs; ++i) {
    const Rational lower = decimal(2);
    const Rational width = chance(10) ? Rational(0) : num::abs(decimal(2));
    result.box.emplace_back(lower, lower + width);
    spec::InputConvention convention;
    if (chance(25)) {
      // A grid with a point in the box.
      int bits = integer(-1, 6);
      while (num::ceil_to(result.box[i].lower(), -bits) >
             num::floor_to(result.box[i].upper(), -bits)) {
        result.box[i] = num::Interval(result.box[i].lower(), result.box[i].upper() + 1);
        bits = std::max(bits, 0);
      }
      convention.fraction_bits = bits;
    }
    result.inputs.push_back(convention);
  }
  result.out_of_range = chance(50) ? spec::OutOfRange::clamp : spec::OutOfRange::none;
  const std::size_t outputs = result.network.output_count();
  result.functionals = semantics::output_bounds(outputs, {Rational(1, 10)});
  if (chance(40)) {
    spec::Functional mixed{std::vector<Rational>(outputs), Rational(1, 10)};
    for (Rational& c : mixed.coefficients) c = decimal(2);
    result.functionals.push_back(std::move(mixed));
  }
  return result;
}

std::vector<Rational> RandomDag::point(const spec::Problem& problem) {
  std::vector<Rational> result;
  for (std::size_t i = 0; i < problem.box.size(); ++i) {
    const Rational& low = problem.box[i].lower();
    const Rational& high = problem.box[i].upper();
    Rational x;
    switch (integer(0, 3)) {
      case 0:
        x = low;
        break;
      case 1:
        x = high;
        break;
      default:
        x = low + (high - low) * Rational(integer(0, 4096), 4096);
    }
    if (const auto bits = problem.inputs[i].fraction_bits) {
      num::Integer code = num::floor_to(x, -*bits);
      code = std::max(code, num::ceil_to(low, -*bits));
      x = num::scaled(Rational(code), -*bits);
    } else if (chance(40)) {
      // A tie of some input grid, or just below it: the largest rounding errors.
      const int lsb = -integer(1, 12);
      Rational tie = num::scaled(Rational(num::floor_to(x, lsb)) + Rational(1, 2), lsb);
      if (chance(50)) tie -= Rational(1, 1000000007);
      if (low <= tie && tie <= high) x = tie;
    }
    result.push_back(x);
  }
  return result;
}

}  // namespace certifix::test
