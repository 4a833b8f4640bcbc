#include "random_design.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace certifix::test {
namespace {

using num::Integer;

struct Range {
  Integer min;
  Integer max;
};

Integer shifted_left(const Integer& x, int shift) { return x << static_cast<unsigned long>(shift); }

Integer random_weight(Random& random, int max_bits) {
  const Integer limit = shifted_left(1, random.between(1, max_bits) - 1);
  Integer weight = random.between(Integer(-limit), Integer(limit));
  return weight == 0 ? Integer(1) : weight;
}

design::Input random_input(Random& random) {
  design::Input input;
  input.format.is_signed = random.chance(60);
  input.format.lsb = random.between(-9, 2);
  input.format.msb = input.format.lsb + random.between(0, 11);
  const Integer a = random.between(input.format.min_code(), input.format.max_code());
  const Integer b = random.between(input.format.min_code(), input.format.max_code());
  input.code_min = std::min(a, b);
  input.code_max = std::max(a, b);
  return input;
}

// The format of the codes in `range`, with up to two bits to spare.
num::FixedFormat random_format(Random& random, const Range& range, int lsb) {
  num::FixedFormat format = num::FixedFormat::smallest(range.min, range.max, lsb);
  if (!format.is_signed && random.chance(30)) {
    format.is_signed = true;
    format.msb += 1;
  }
  if (random.chance(30)) format.msb += random.between(1, 2);
  return format;
}

// What a row has in common with its block when blocks are uniform.
struct RowStyle {
  int r = 0;
  int shift = 0;
  net::Activation activation = net::Activation::identity;
};

RowStyle random_style(Random& random, const DesignShape& shape) {
  return {random.between(-2, shape.max_right_shift), random.between(0, shape.max_left_shift),
          random.chance(60) ? net::Activation::relu : net::Activation::identity};
}

// The row with its widths set from the ranges of its sources; the range of its codes comes back.
Range settle_widths(Random& random, const std::vector<std::vector<Range>>& ranges, int r,
                    design::Row& row) {
  Integer start = row.bias;
  if (r > 0) start += shifted_left(1, r - 1);
  Range partial{std::min(start, Integer(0)), std::max(start, Integer(0))};
  Range sum{start, start};
  for (const design::Term& term : row.terms) {
    const Range& source = ranges[term.source][term.index];
    const Integer weight = shifted_left(term.weight, term.shift);
    const Integer a = weight * source.min;
    const Integer b = weight * source.max;
    sum.min += std::min(a, b);
    sum.max += std::max(a, b);
    partial.min += std::min({a, b, Integer(0)});
    partial.max += std::max({a, b, Integer(0)});
  }
  const Range& held = row.accumulator_mode == design::AccumulatorMode::exact ? partial : sum;
  row.accumulator_width = num::signed_width(held.min, held.max);
  const auto code = [&](const Integer& acc) {
    const Integer shifted =
        r > 0 ? num::floor_shift(acc, static_cast<unsigned long>(r)) : shifted_left(acc, -r);
    return row.activation == net::Activation::relu && shifted < 0 ? Integer(0) : shifted;
  };
  const Range codes{code(sum.min), code(sum.max)};
  row.output = random_format(random, codes, row.output.lsb);
  return codes;
}

design::Row random_row(Random& random, const DesignShape& shape,
                       const std::vector<std::vector<Range>>& ranges, const RowStyle& style) {
  design::Row row;
  row.activation = style.activation;
  const std::size_t last = ranges.size() - 1;
  const int density = shape.uniform_blocks ? 100 : random.between(20, 100);
  for (std::size_t source = shape.uniform_blocks ? last : 0; source <= last; ++source) {
    for (std::size_t index = 0; index < ranges[source].size(); ++index) {
      if (!random.chance(density)) continue;
      const int shift = shape.uniform_blocks || random.chance(50)
                            ? style.shift
                            : random.between(0, shape.max_left_shift);
      row.terms.push_back({source, index, random_weight(random, shape.max_weight_bits), shift});
    }
  }
  const Integer bias = shifted_left(1, shape.bias_bits);
  row.bias = random.between(Integer(-bias), bias);
  row.accumulator_lsb = random.between(-20, 0);
  row.output.lsb = row.accumulator_lsb + style.r;
  row.accumulator_mode =
      random.chance(30) ? design::AccumulatorMode::modular : design::AccumulatorMode::exact;
  return row;
}

}  // namespace

std::uint64_t Random::bits() {
  state_ += 0x9e3779b97f4a7c15u;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

int Random::between(int low, int high) {
  return low + static_cast<int>(bits() % (static_cast<std::uint64_t>(high - low) + 1));
}

Integer Random::between(const Integer& low, const Integer& high) {
  const Integer count = high - low + 1;
  Integer value = 0;
  for (long done = 0; done < num::bit_length(count) + 32; done += 64)
    value = (value << 64) + Integer(static_cast<unsigned long>(bits()));
  return low + Integer(value % count);
}

design::Design random_design(std::uint64_t seed, const DesignShape& shape) {
  Random random(seed);
  design::Design design;
  design.name = "random_" + std::to_string(seed);
  design.clamp = shape.clamp;
  std::vector<std::vector<Range>> ranges(1);
  const int inputs = random.between(1, 5);
  for (int i = 0; i < inputs; ++i) {
    design.inputs.push_back(random_input(random));
    ranges[0].push_back({design.inputs.back().code_min, design.inputs.back().code_max});
  }
  const int blocks = random.between(1, 4);
  for (int b = 1; b <= blocks; ++b) {
    design::Block block{"layer " + std::to_string(b), {}};
    std::vector<Range> codes;
    const int rows = random.between(1, 6);
    const RowStyle common = random_style(random, shape);
    for (int i = 0; i < rows; ++i) {
      const RowStyle style = shape.uniform_blocks ? common : random_style(random, shape);
      design::Row row = random_row(random, shape, ranges, style);
      Range range = settle_widths(random, ranges, style.r, row);
      while (row.accumulator_width > shape.max_accumulator_width ||
             row.output.width() > shape.max_code_width) {
        if (row.terms.empty())
          row.bias /= 2;
        else
          row.terms.pop_back();
        range = settle_widths(random, ranges, style.r, row);
      }
      block.rows.push_back(std::move(row));
      codes.push_back(std::move(range));
    }
    ranges.push_back(std::move(codes));
    design.blocks.push_back(std::move(block));
  }
  return design;
}

std::vector<std::vector<Integer>> random_codes(const design::Design& design, std::uint64_t seed,
                                               std::size_t count, bool outside) {
  Random random(seed);
  std::vector<std::vector<Integer>> vectors;
  for (std::size_t v = 0; v < count; ++v) {
    std::vector<Integer> codes;
    for (std::size_t i = 0; i < design.inputs.size(); ++i) {
      const design::Input& input = design.inputs[i];
      if (v < (std::size_t{1} << std::min<std::size_t>(design.inputs.size(), 5)))
        codes.push_back((v >> i) & 1 ? input.code_max : input.code_min);
      else if (outside && random.chance(33))
        codes.push_back(random.between(input.format.min_code(), input.format.max_code()));
      else
        codes.push_back(random.between(input.code_min, input.code_max));
    }
    vectors.push_back(std::move(codes));
  }
  return vectors;
}

}  // namespace certifix::test
