#include "certifix/executor/executor.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "certifix/base/error.hpp"
#include "certifix/executor/fast_program.hpp"

namespace certifix::executor {
namespace {

using num::Integer;

Integer shifted_left(const Integer& x, int shift) { return x << static_cast<unsigned long>(shift); }

bool fits_signed(const Integer& x, int width) {
  const Integer limit = Integer(1) << static_cast<unsigned long>(width - 1);
  return -limit <= x && x < limit;
}

void check_wiring(const design::Design& design) {
  CERTIFIX_CHECK(!design.blocks.empty(), "a design needs an output block");
  for (const design::Input& input : design.inputs)
    CERTIFIX_CHECK(input.code_min <= input.code_max, "an input has at least one code");
  for (std::size_t b = 1; b < design.block_count(); ++b) {
    for (const design::Row& row : design.blocks[b - 1].rows) {
      CERTIFIX_CHECK(row.accumulator_width >= 1, "an accumulator needs at least one bit");
      for (const design::Term& term : row.terms) {
        CERTIFIX_CHECK(term.source < b && term.index < design.size(term.source),
                       "a term reads an element of an earlier block");
        CERTIFIX_CHECK(term.shift >= 0, "a term is shifted left");
      }
    }
  }
}

[[noreturn]] void overflow(std::size_t block, std::size_t row, const std::string& what) {
  throw Bug(__FILE__, __LINE__,
            "block " + std::to_string(block) + " row " + std::to_string(row) + ": " + what);
}

Integer apply(net::Activation activation, Integer code) {
  switch (activation) {
    case net::Activation::identity:
      return code;
    case net::Activation::relu:
      return code < 0 ? Integer(0) : code;
  }
  throw Bug(__FILE__, __LINE__, "unknown activation");
}

Integer run_row(const design::Row& row, const std::vector<std::vector<Integer>>& codes,
                std::size_t block, std::size_t i) {
  const int r = row.output.lsb - row.accumulator_lsb;
  Integer start = row.bias;
  if (r > 0) start += shifted_left(1, r - 1);
  // The least and the largest sum over all subsets of {start, products}: every order of summation
  // stays between them.
  Integer least = start < 0 ? start : Integer(0);
  Integer largest = start > 0 ? start : Integer(0);
  for (const design::Term& term : row.terms) {
    const Integer product =
        shifted_left(Integer(term.weight * codes[term.source][term.index]), term.shift);
    (product < 0 ? least : largest) += product;
  }
  const Integer sum = least + largest;
  const bool exact = row.accumulator_mode == design::AccumulatorMode::exact;
  if (!fits_signed(exact ? least : sum, row.accumulator_width) ||
      !fits_signed(exact ? largest : sum, row.accumulator_width))
    overflow(block, i, "the accumulator leaves its width");
  const Integer code =
      apply(row.activation, r > 0 ? num::floor_shift(sum, r) : shifted_left(sum, -r));
  if (!row.output.contains(code, code)) overflow(block, i, "the output code leaves its format");
  return code;
}

}  // namespace

Executor::Executor(design::Design design) : design_(std::move(design)) {
  check_wiring(design_);
  fast_ = FastProgram::compile(design_);
}

Executor::~Executor() = default;
Executor::Executor(const Executor&) = default;
Executor::Executor(Executor&&) noexcept = default;
Executor& Executor::operator=(const Executor&) = default;
Executor& Executor::operator=(Executor&&) noexcept = default;

Integer Executor::quantize_input(const num::Rational& x, std::size_t i) const {
  const design::Input& input = design_.inputs[i];
  const Integer code = num::round_half_up(x, input.format.lsb);
  return design_.clamp ? std::clamp(code, input.code_min, input.code_max) : code;
}

std::vector<Integer> Executor::quantize(std::span<const num::Rational> x) const {
  CERTIFIX_CHECK(x.size() == input_count(), "one value an input");
  std::vector<Integer> codes;
  for (std::size_t i = 0; i < x.size(); ++i) codes.push_back(quantize_input(x[i], i));
  return codes;
}

num::Rational Executor::output_value(const Integer& code, std::size_t o) const {
  return num::scaled(num::Rational(code), design_.lsb(design_.blocks.size(), o));
}

std::vector<std::vector<Integer>> Executor::run_blocks(std::span<const Integer> codes) const {
  CERTIFIX_CHECK(codes.size() == input_count(), "one code an input");
  std::vector<std::vector<Integer>> all(1);
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const design::Input& input = design_.inputs[i];
    const Integer code = std::clamp(codes[i], input.code_min, input.code_max);
    if (!design_.clamp && code != codes[i])
      throw Error(ErrorCode::malformed_inputs,
                  "code " + codes[i].get_str() + " is outside [" + input.code_min.get_str() + ", " +
                      input.code_max.get_str() + "]",
                  Origin{"", "input " + std::to_string(i)},
                  "this design does not clamp its inputs: give a point of the box");
    all[0].push_back(code);
  }
  for (std::size_t b = 1; b < design_.block_count(); ++b) {
    const std::vector<design::Row>& rows = design_.blocks[b - 1].rows;
    std::vector<Integer> outputs;
    for (std::size_t i = 0; i < rows.size(); ++i) outputs.push_back(run_row(rows[i], all, b, i));
    all.push_back(std::move(outputs));
  }
  return all;
}

std::vector<Integer> Executor::run(std::span<const Integer> codes) const {
  return std::move(run_blocks(codes).back());
}

bool Executor::run_fast(std::span<const std::int64_t> codes,
                        std::span<std::int64_t> outputs) const {
  CERTIFIX_CHECK(fast(), "this design has no fast path: ask fast() first");
  CERTIFIX_CHECK(codes.size() % input_count() == 0 &&
                     codes.size() / input_count() * output_count() == outputs.size(),
                 "codes and outputs hold the same number of vectors");
  return fast_->run(codes.data(), outputs.data(), codes.size() / input_count());
}

}  // namespace certifix::executor
