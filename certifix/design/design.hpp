// A fixed-point design: integers, formats, shifts and wiring only. What it means is one normative
// page, docs/design-semantics.md; this header is its data, without any algorithm, and is shared by
// the untrusted tool and the trusted checker.
//
// Block 0 is the vector of input codes. Row i of block b >= 1 computes, in exact integers,
//     acc  = bias + sum over terms  (weight * code[source][index]) << shift
//     r    = output.lsb - accumulator_lsb
//     code = r > 0 ? floor((acc + 2^(r-1)) / 2^r) : acc << -r,       then the activation
// so that the weight of a term stands for weight * 2^(shift + accumulator_lsb - lsb of the source).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "certifix/net/network.hpp"
#include "certifix/num/exact/fixed_format.hpp"
#include "certifix/num/exact/rational.hpp"

namespace certifix::design {

// How the declared accumulator width is meant.
//   exact:    every partial sum, in any order, fits; signed arithmetic of that width never wraps.
//   modular:  partial sums are taken modulo 2^width, only the final sum is proven to fit.
enum class AccumulatorMode { exact, modular };

struct Input {
  num::FixedFormat format;
  num::Integer code_min;  // codes of the box: the range that inputs are clamped to
  num::Integer code_max;

  friend bool operator==(const Input&, const Input&) = default;
};

struct Term {
  std::size_t source;   // an earlier block
  std::size_t index;    // its element
  num::Integer weight;  // not 0
  int shift;            // >= 0

  friend bool operator==(const Term&, const Term&) = default;
};

struct Row {
  net::Activation activation = net::Activation::identity;
  std::vector<Term> terms;  // strictly increasing in (source, index)
  num::Integer bias;        // on the accumulator's grid, without the half ulp
  int accumulator_lsb = 0;
  int accumulator_width = 1;  // two's complement
  AccumulatorMode accumulator_mode = AccumulatorMode::exact;
  num::FixedFormat output;

  friend bool operator==(const Row&, const Row&) = default;
};

struct Block {
  std::string name;
  std::vector<Row> rows;

  friend bool operator==(const Block&, const Block&) = default;
};

struct Design {
  std::string name;
  bool clamp = true;  // saturate input codes to [code_min, code_max] first
  std::vector<Input> inputs;
  std::vector<Block> blocks;  // block b of the wiring is blocks[b - 1]; the last one is the output

  std::size_t block_count() const { return blocks.size() + 1; }
  std::size_t size(std::size_t block) const {
    return block == 0 ? inputs.size() : blocks[block - 1].rows.size();
  }
  // The grid of an element: its value is code * 2^lsb.
  int lsb(std::size_t block, std::size_t index) const {
    return block == 0 ? inputs[index].format.lsb : blocks[block - 1].rows[index].output.lsb;
  }

  friend bool operator==(const Design&, const Design&) = default;
};

}  // namespace certifix::design
