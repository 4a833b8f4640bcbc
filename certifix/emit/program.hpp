// A design brought into the shape that looped source code has: tables of integers, layer by layer.
// Shared by the C and the HLS emitters; it decides nothing about meaning, only about storage.
//
//   - the half ulp is added to the bias, shifts of terms are folded into the weights;
//   - a layer's terms are grouped by the block they read (parts); each part is stored as a dense
//     table, or as compressed sparse rows where that takes less memory;
//   - what is the same in all rows of a layer is recognised (common()), so that it becomes a
//     constant instead of a table.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certifix/design/design.hpp"
#include "certifix/num/exact/rational.hpp"

namespace certifix::emit {

// Integers in [min, max].
struct CodeRange {
  num::Integer min;
  num::Integer max;

  friend bool operator==(const CodeRange&, const CodeRange&) = default;
};

// The smallest range that holds both.
CodeRange hull(const CodeRange& a, const CodeRange& b);
CodeRange codes_of(const num::FixedFormat& format);

// The terms of a layer that read one block. Never empty.
struct Part {
  std::size_t source;   // block read
  std::size_t columns;  // its size
  bool dense;
  // dense:  rows * columns weights, row by row, zeros included;
  // sparse: the non-zero ones, those of row i at [row_start[i], row_start[i + 1]).
  std::vector<num::Integer> weights;  // shifts folded in, unless `shifts` is there
  std::vector<std::size_t> row_start;
  std::vector<std::size_t> column;  // per weight
  // Empty, or one left shift per weight, applied to the product: only where folded weights would
  // outgrow 64 bits.
  std::vector<int> shifts;
};

struct Layer {
  std::string name;
  std::size_t rows;
  std::vector<Part> parts;
  std::vector<num::Integer> bias;  // with the half ulp
  // Per row: right shift of the sum (floor), or left shift; at most one of the two is not 0.
  std::vector<int> right;
  std::vector<int> left;
  std::vector<bool> relu;
  std::vector<num::FixedFormat> formats;  // of the outputs
  CodeRange codes;                        // holds every output format of the layer
  int accumulator_width;                  // of the widest row
  // The sums are right modulo 2^accumulator_width only: some row is modular, or a folded weight is
  // wider than the accumulator (then its products are in range, but not the factor).
  bool modular;
};

struct Program {
  std::string name;  // as the network calls itself
  bool clamp;
  std::vector<num::FixedFormat> input_formats;
  std::vector<CodeRange> input_ranges;  // of the box
  CodeRange input_codes;                // holds every input format
  std::vector<Layer> layers;            // layers[b - 1] is block b

  std::size_t inputs() const { return input_formats.size(); }
  std::size_t outputs() const { return layers.back().rows; }
  bool reads_inputs() const;  // false for a network that is constant on its box
  std::size_t size(std::size_t block) const {
    return block == 0 ? inputs() : layers[block - 1].rows;
  }
  const CodeRange& codes(std::size_t block) const {
    return block == 0 ? input_codes : layers[block - 1].codes;
  }
};

Program lower(const design::Design& design);

// Throws Error (target_refused) when the codes of some block fit neither int64_t nor uint64_t.
void refuse_wide_codes(const Program& program, std::string_view target);

// The value that all elements share; nullopt when they differ or when there is none.
template <class T>
std::optional<T> common(const std::vector<T>& values) {
  if (values.empty() || !std::all_of(values.begin(), values.end(),
                                     [&](const T& value) { return value == values.front(); }))
    return std::nullopt;
  return values.front();
}

// The range of a table, which must not be empty.
CodeRange range_of(const std::vector<num::Integer>& values);
// The integer congruent to x modulo 2^bits that fits `bits` signed bits.
num::Integer residue(const num::Integer& x, int bits);
// Whether every product of a weight and a code of the ranges fits `bits` signed bits.
bool products_fit(const CodeRange& weights, const CodeRange& codes, int bits);

}  // namespace certifix::emit
