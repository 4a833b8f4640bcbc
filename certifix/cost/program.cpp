#include "certifix/cost/program.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "certifix/num/exact/fixed_format.hpp"

namespace certifix::cost {
namespace {

// The width of the type that holds every format: a sign bit more for unsigned ones beside signed.
int common_width(const std::vector<num::FixedFormat>& formats) {
  const bool any_signed = std::any_of(formats.begin(), formats.end(),
                                      [](const num::FixedFormat& f) { return f.is_signed; });
  int width = 1;
  for (const num::FixedFormat& f : formats)
    width = std::max(width, f.width() + (any_signed && !f.is_signed ? 1 : 0));
  return width;
}

std::vector<int> value_widths(const design::Design& design) {
  std::vector<num::FixedFormat> formats;
  for (const design::Input& input : design.inputs) formats.push_back(input.format);
  std::vector<int> result{common_width(formats)};
  for (const design::Block& block : design.blocks) {
    formats.clear();
    for (const design::Row& row : block.rows) formats.push_back(row.output);
    result.push_back(common_width(formats));
  }
  return result;
}

std::int64_t index_bytes(std::size_t largest) {
  return largest < 256 ? 1 : largest < 65536 ? 2 : 4;
}

// The weights of a block that read one source, as the C back end stores them.
struct Part {
  std::size_t weights = 0;
  int width = 1;  // of the widest, its shift folded in
};

void add_part(const Part& part, std::size_t rows, std::size_t columns, int value_width,
              int accumulator_width, Program& program) {
  std::int64_t bytes = storage_bits(part.width) / 8;
  const auto stored = static_cast<std::int64_t>(part.weights);
  const auto all = static_cast<std::int64_t>(rows * columns);
  const std::int64_t sparse = stored * (bytes + index_bytes(columns)) +
                              static_cast<std::int64_t>(rows + 1) * index_bytes(part.weights);
  const bool dense = all * bytes <= sparse;
  if (dense && bytes == 1 && storage_bits(value_width) == 16) bytes = 2;
  program.flash_bytes += dense ? all * bytes : sparse;
  const auto products = static_cast<double>(dense ? all : stored);
  const auto cost = [&](Core core) {
    return products * instructions(core, part.width, value_width, accumulator_width, dense);
  };
  program.cortex_m0 += cost(Core::cortex_m0);
  program.cortex_m4 += cost(Core::cortex_m4);
  program.weight_storage = std::max(program.weight_storage, storage_bits(part.width));
}

}  // namespace

int storage_bits(int width) { return width <= 8 ? 8 : width <= 16 ? 16 : width <= 32 ? 32 : 64; }

int accumulator_bits(int width) { return width <= 32 ? 32 : 64; }

double instructions(Core core, int weight_width, int value_width, int accumulator_width,
                    bool dense) {
  const int weight = storage_bits(weight_width);
  const int value = storage_bits(value_width);
  const int widest = std::max(weight, value);
  const double products = widest == 64 ? 4 : 1;
  const bool pairs = dense && widest == 16 && value_width < 16;
  if (core == Core::cortex_m4) return pairs ? 2.65 : 5.0 * products;
  if (accumulator_bits(accumulator_width) == 64) return widest <= 16 ? 14.5 : 52 * products;
  if (widest == 8) return 7.0;
  if (widest == 16) return 7.25;
  return 10.2 * products;
}

Program measure_program(const design::Design& design) {
  Program program;
  const std::vector<int> value_width = value_widths(design);
  for (const int width : value_width)
    program.value_storage = std::max(program.value_storage, storage_bits(width));
  for (std::size_t b = 1; b < design.block_count(); ++b) {
    const std::vector<design::Row>& rows = design.blocks[b - 1].rows;
    std::map<std::size_t, Part> parts;  // by source
    int accumulator = 1;
    int bias = 1;
    for (const design::Row& row : rows) {
      accumulator = std::max(accumulator, row.accumulator_width);
      bias = std::max(bias, num::signed_width(row.bias, row.bias));
      for (const design::Term& term : row.terms) {
        Part& part = parts[term.source];
        ++part.weights;
        part.width = std::max(part.width, num::signed_width(term.weight, term.weight) + term.shift);
      }
    }
    for (const auto& [source, part] : parts)
      add_part(part, rows.size(), design.size(source), value_width[source], accumulator, program);
    program.flash_bytes += static_cast<std::int64_t>(rows.size()) * (storage_bits(bias) / 8);
    program.accumulator_storage =
        std::max(program.accumulator_storage, accumulator_bits(accumulator));
  }
  return program;
}

}  // namespace certifix::cost
