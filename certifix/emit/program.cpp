#include "certifix/emit/program.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "certifix/base/error.hpp"

namespace certifix::emit {
namespace {

using num::Integer;

constexpr int kWidestWeight = 64;

Integer shifted_left(const Integer& x, int shift) { return x << static_cast<unsigned long>(shift); }

// Bytes of the narrowest of 8, 16, 32, 64 bits that holds the range.
std::size_t bytes_for(const CodeRange& range) {
  const int width = num::signed_width(range.min, range.max);
  return width <= 8 ? 1 : width <= 16 ? 2 : width <= 32 ? 4 : 8;
}

std::size_t index_bytes(std::size_t largest) { return largest < 256 ? 1 : largest < 65536 ? 2 : 4; }

// The terms of `block` that read `source`, as compressed sparse rows.
Part sparse_part(const design::Block& block, std::size_t source, std::size_t columns) {
  Part part{.source = source,
            .columns = columns,
            .dense = false,
            .weights = {},
            .row_start = {0},
            .column = {},
            .shifts = {}};
  for (const design::Row& row : block.rows) {
    for (const design::Term& term : row.terms) {
      if (term.source != source) continue;
      part.weights.push_back(term.weight);
      part.shifts.push_back(term.shift);
      part.column.push_back(term.index);
    }
    part.row_start.push_back(part.weights.size());
  }
  return part;
}

void fold_shifts(Part& part) {
  std::vector<Integer> folded;
  for (std::size_t k = 0; k < part.weights.size(); ++k)
    folded.push_back(shifted_left(part.weights[k], part.shifts[k]));
  const CodeRange range = range_of(folded);
  if (num::signed_width(range.min, range.max) > kWidestWeight) return;
  part.weights = std::move(folded);
  part.shifts.clear();
}

void make_dense_where_smaller(Part& part) {
  const std::size_t rows = part.row_start.size() - 1;
  const std::size_t weight = bytes_for(range_of(part.weights));
  const std::size_t sparse_bytes = part.weights.size() * (weight + index_bytes(part.columns)) +
                                   part.row_start.size() * index_bytes(part.weights.size());
  if (!part.shifts.empty() || rows * part.columns * weight > sparse_bytes) return;
  std::vector<Integer> table(rows * part.columns);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t k = part.row_start[i]; k < part.row_start[i + 1]; ++k)
      table[i * part.columns + part.column[k]] = part.weights[k];
  part.dense = true;
  part.weights = std::move(table);
  part.row_start.clear();
  part.column.clear();
}

Layer lower_block(const design::Design& design, std::size_t b) {
  const design::Block& block = design.blocks[b - 1];
  CERTIFIX_CHECK(!block.rows.empty(), "a block has at least one row");
  Layer layer{.name = block.name,
              .rows = block.rows.size(),
              .parts = {},
              .bias = {},
              .right = {},
              .left = {},
              .relu = {},
              .formats = {},
              .codes = codes_of(block.rows.front().output),
              .accumulator_width = 1,
              .modular = false};
  std::map<std::size_t, std::size_t> terms_by_source;
  for (const design::Row& row : block.rows) {
    const int r = row.output.lsb - row.accumulator_lsb;
    layer.bias.push_back(r > 0 ? row.bias + shifted_left(1, r - 1) : row.bias);
    layer.right.push_back(std::max(r, 0));
    layer.left.push_back(std::max(-r, 0));
    layer.relu.push_back(row.activation == net::Activation::relu);
    layer.formats.push_back(row.output);
    layer.codes = hull(layer.codes, codes_of(row.output));
    layer.accumulator_width = std::max(layer.accumulator_width, row.accumulator_width);
    layer.modular |= row.accumulator_mode == design::AccumulatorMode::modular;
    for (const design::Term& term : row.terms) {
      ++terms_by_source[term.source];
      const Integer folded = shifted_left(term.weight, term.shift);
      layer.modular |= num::signed_width(folded, folded) > row.accumulator_width;
    }
  }
  for (const auto& [source, count] : terms_by_source) {
    Part part = sparse_part(block, source, design.size(source));
    fold_shifts(part);
    make_dense_where_smaller(part);
    layer.parts.push_back(std::move(part));
  }
  return layer;
}

}  // namespace

CodeRange hull(const CodeRange& a, const CodeRange& b) {
  return {std::min(a.min, b.min), std::max(a.max, b.max)};
}

CodeRange codes_of(const num::FixedFormat& format) {
  return {format.min_code(), format.max_code()};
}

CodeRange range_of(const std::vector<Integer>& values) {
  CERTIFIX_CHECK(!values.empty(), "an empty table has no range");
  const auto [min, max] = std::minmax_element(values.begin(), values.end());
  return {*min, *max};
}

Integer residue(const Integer& x, int bits) {
  const Integer modulus = shifted_left(1, bits);
  return x - modulus * num::floor_shift(Integer(x + modulus / 2), static_cast<unsigned long>(bits));
}

bool products_fit(const CodeRange& weights, const CodeRange& codes, int bits) {
  const Integer a = weights.min * codes.min;
  const Integer b = weights.min * codes.max;
  const Integer c = weights.max * codes.min;
  const Integer d = weights.max * codes.max;
  return num::signed_width(std::min({a, b, c, d}), std::max({a, b, c, d})) <= bits;
}

bool Program::reads_inputs() const {
  return std::any_of(layers.begin(), layers.end(), [](const Layer& layer) {
    return std::any_of(layer.parts.begin(), layer.parts.end(),
                       [](const Part& part) { return part.source == 0; });
  });
}

Program lower(const design::Design& design) {
  CERTIFIX_CHECK(!design.inputs.empty() && !design.blocks.empty(),
                 "a design has inputs and an output block");
  Program program{.name = design.name,
                  .clamp = design.clamp,
                  .input_formats = {},
                  .input_ranges = {},
                  .input_codes = codes_of(design.inputs.front().format),
                  .layers = {}};
  for (const design::Input& input : design.inputs) {
    program.input_formats.push_back(input.format);
    program.input_ranges.push_back({input.code_min, input.code_max});
    program.input_codes = hull(program.input_codes, codes_of(input.format));
  }
  for (std::size_t b = 1; b < design.block_count(); ++b)
    program.layers.push_back(lower_block(design, b));
  return program;
}

void refuse_wide_codes(const Program& program, std::string_view target) {
  for (std::size_t b = 0; b <= program.layers.size(); ++b) {
    const CodeRange& codes = program.codes(b);
    if (num::signed_width(codes.min, codes.max) <= (codes.min < 0 ? 64 : 65)) continue;
    throw Error(
        ErrorCode::target_refused, fmt::format("target {} has no codes wider than 64 bits", target),
        Origin{"", b == 0 ? "inputs" : fmt::format("block {} '{}'", b, program.layers[b - 1].name)},
        "quantize with --max-word 63 or less");
  }
}

}  // namespace certifix::emit
