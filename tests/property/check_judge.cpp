#include "tests/property/check_judge.hpp"

#include <algorithm>
#include <variant>

#include "certifix/certify/text.hpp"

namespace certifix::test {
namespace {

using num::Integer;
using num::Rational;

// The least width in 1 .. kWide that is accepted, all else unchanged; `set` installs a width.
template <class Set>
void narrow(const RandomPair& pair, Set set) {
  int low = 1, high = kWide;
  while (low < high) {
    const int middle = (low + high) / 2;
    set(middle);
    if (is_accepted(pair))
      high = middle;
    else
      low = middle + 1;
  }
  set(high);
}

bool holds(const design::Row& row, const RowSums& sums) {
  const bool exact = row.accumulator_mode == design::AccumulatorMode::exact;
  const Integer end = Integer(1) << static_cast<unsigned long>(row.accumulator_width - 1);
  return (exact ? sums.least_subset : sums.final_sum) >= -end &&
         (exact ? sums.most_subset : sums.final_sum) < end;
}

}  // namespace

check::Verdict verdict(const RandomPair& pair, unsigned threads) {
  return check::verify(certify::problem_text(pair.problem),
                       certify::certificate_text(pair.certificate), threads);
}

bool is_accepted(const RandomPair& pair) {
  return std::holds_alternative<check::Accepted>(verdict(pair));
}

std::string error_at(const RandomPair& pair, const std::vector<Rational>& proven,
                     const std::vector<Rational>& x) {
  const auto real = run_network(pair.problem.network, x).value.back();
  const auto implemented = run_design(pair.certificate.design, x).value.back();
  for (std::size_t k = 0; k < proven.size(); ++k) {
    Rational error = 0;
    for (std::size_t o = 0; o < real.size(); ++o)
      error += pair.problem.functionals[k].coefficients[o] * (implemented[o] - real[o]);
    if (num::abs(error) > proven[k]) return "a proven error is exceeded";
  }
  return "";
}

std::string overflow_at(const design::Design& design, const std::vector<Rational>& x) {
  const ImplementedRun run = run_design(design, x);
  for (std::size_t i = 0; i < design.inputs.size(); ++i)
    if (!design.inputs[i].format.contains(run.codes[0][i], run.codes[0][i]))
      return "an input leaves its format";
  for (std::size_t b = 1; b < design.block_count(); ++b) {
    for (std::size_t i = 0; i < design.size(b); ++i) {
      const design::Row& row = design.blocks[b - 1].rows[i];
      if (!row.output.contains(run.codes[b][i], run.codes[b][i])) return "a code leaves its format";
      if (!holds(row, run.sums[b - 1][i])) return "an accumulator overflows";
    }
  }
  return "";
}

std::vector<Rational> clamped(const spec::Problem& problem, std::vector<Rational> x) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    Rational first = problem.box[i].lower(), last = problem.box[i].upper();
    if (const auto bits = problem.inputs[i].fraction_bits) {
      first = num::scaled(num::ceil_to(first, -*bits), -*bits);
      last = num::scaled(num::floor_to(last, -*bits), -*bits);
    }
    x[i] = std::clamp(x[i], first, last);
  }
  return x;
}

void narrow_widths(RandomPair& pair, Random& random) {
  for (design::Input& input : pair.certificate.design.inputs)
    input.format = num::FixedFormat::smallest(input.code_min, input.code_max, input.format.lsb);
  for (design::Block& block : pair.certificate.design.blocks) {
    for (design::Row& row : block.rows) {
      row.output.is_signed = row.activation == net::Activation::identity || random.chance(30);
      narrow(pair, [&](int width) { row.output.msb = row.output.lsb + width - 1; });
      narrow(pair, [&](int width) { row.accumulator_width = width; });
    }
  }
}

}  // namespace certifix::test
