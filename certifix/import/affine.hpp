// Affine forms over the blocks of a network under construction, and the construction itself.
//
// Importers trace a model symbolically: every number in it is an affine form of elements of earlier
// blocks (block 0: the inputs). Affine operations act on forms exactly, so adjacent ones compose by
// themselves; only a ReLU closes a block.
//
//   NetworkBuilder builder(2);                                   // two inputs
//   Forms z = builder.combine(builder.inputs(), {}, 3, row, label);   // z = W x
//   for (Form& form : z) form.constant += 1;                     // z + 1
//   const Forms h = builder.relu(std::move(z), label);           // block 1: relu(W x + 1)
//   net::Network net = builder.finish("net", h, label);
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "certifix/base/error.hpp"
#include "certifix/net/network.hpp"
#include "certifix/num/exact/rational.hpp"

namespace certifix::import {

// value * (element `index` of block `block`); value is not 0.
struct Term {
  std::uint32_t block;
  std::uint32_t index;
  num::Rational value;
};

// constant + sum of terms, which strictly increase in (block, index).
struct Form {
  num::Rational constant;
  std::vector<Term> terms;
};
using Forms = std::vector<Form>;

Form scaled(Form form, const num::Rational& factor);
Form sum(Form a, const Form& b);

// Where something in a model comes from: its name there (may be empty) and its place in the file.
struct Label {
  std::string name;
  Origin origin;
};

// Counts work and memory in units of one short exact operation, and refuses more than kMaxWork in
// all, so that a small file cannot ask for hours or for the whole memory.
class Budget {
 public:
  // Throws Error (too_large) at `where` when there are not that many units left.
  void spend(std::size_t units, const Origin& where);

 private:
  std::size_t spent_ = 0;
};

// Units of an operation with this number: 1 for short ones, more for long ones.
std::size_t cost(const num::Rational& value);
std::size_t cost(const Form& form);
// Refuses (too_large) numbers of more than kMaxNumberBits.
void check_size(const num::Rational& value, const Origin& where);
void check_size(const Form& form, const Origin& where);

class NetworkBuilder {
 public:
  // 1 <= input_count <= kMaxNumbers.
  explicit NetworkBuilder(std::size_t input_count);

  // The inputs, one form each.
  Forms inputs() const;

  struct Weighted {
    std::size_t element;          // of the operand
    const num::Rational* weight;  // not null, stays valid during the call; may be 0
  };
  // Appends the weights of a row to `terms`, which is empty. Called more than once a row.
  using RowWeights = std::function<void(std::size_t row, std::vector<Weighted>& terms)>;

  // rows sums of weight * operand[element]: composed with the operand's own terms, or, where that
  // would take more weights than the two have apart, on an identity block that holds the operand.
  Forms combine(Forms operand, const Label& operand_label, std::size_t rows,
                const RowWeights& weights, const Label& label);

  // A block of max(0, form), one row a form; the result refers to its rows.
  Forms relu(Forms forms, const Label& label);

  // Puts the forms that have more than one term into an identity block, so that their weights are
  // not repeated where they are used several times.
  Forms shared(Forms forms, const Label& label);

  // `count` unknown values; a network with such a block has no meaning. For summaries of models
  // with unsupported nodes.
  Forms unknown(std::size_t count);

  // The network with these outputs. The builder is used up.
  net::Network finish(std::string_view name, Forms outputs, const Label& label);

  Budget budget;

 private:
  Forms close(Forms forms, net::Activation activation, const Label& label);
  std::size_t composed_weights(const Forms& operand, std::size_t rows, const RowWeights& weights,
                               std::size_t limit);
  std::string unique_name(std::string_view name);

  std::vector<net::Block> blocks_;  // 1, 2, ...
  // One entry an element of block 0, 1, ...: working space of one row's sum, 0 in between.
  std::vector<std::vector<std::uint32_t>> slots_;
  std::map<std::string, int> names_;  // given so far, and how often
};

}  // namespace certifix::import
