// The value of certificate.txt: a design, and what is needed to check it.
//
// It is the only thing that the optimiser and the checker share. Plain data, no algorithm.
//
// Example: no simplification, one input cut at 1/2, two leaves.
//   Certificate certificate{{80, 48}, design, {Cut{0, num::Rational(1, 2)}, Leaf{}, Leaf{}}};
#pragma once

#include <cstddef>
#include <variant>
#include <vector>

#include "certifix/design/design.hpp"
#include "certifix/num/exact/rational.hpp"

namespace certifix::check {

// What becomes of a row of the problem's network f in the simplified network g (R-REWRITE):
//   keep    it stays, with its own activation;
//   dead    a relu with z <= 0 on the whole box: it is 0;
//   bypass  an identity row, or a relu with z >= 0 on the whole box: its readers read its row;
//   affine  a relu with z >= 0 on the whole box that stays, as a row with identity activation.
enum class Role : char { keep, dead, bypass, affine };
using Roles = std::vector<std::vector<Role>>;  // [block - 1][row] of f

// The hyperplane x[input] = at; both halves are closed.
struct Cut {
  std::size_t input;
  num::Rational at;

  friend bool operator==(const Cut&, const Cut&) = default;
};

// A row of g: block >= 1, rows from 0.
struct Neuron {
  std::size_t block;
  std::size_t row;

  friend bool operator==(const Neuron&, const Neuron&) = default;
};

struct Leaf {
  std::vector<Neuron> enumerated = {};  // rows whose slopes are tried at both ends (R-PATTERNS)

  friend bool operator==(const Leaf&, const Leaf&) = default;
};

// A binary tree of boxes in preorder: a cut is followed by the subtree of its lower half, then by
// that of its upper half. Leaves are numbered from 0 in this order.
using SplitTree = std::vector<std::variant<Cut, Leaf>>;

// The claim that the weights by which a block of g reads a source have an operator 2-norm of at
// most sigma (R-OPERATOR-NORM).
struct Norm {
  std::size_t block;
  std::size_t source;
  num::Rational sigma;  // > 0

  friend bool operator==(const Norm&, const Norm&) = default;
};

// The grids of the checker (chapter 2 of docs/soundness.md).
struct Precision {
  int values;   // P: values and errors are multiples of 2^-P
  int weights;  // C: weights, slopes and coefficients are multiples of 2^-C

  friend bool operator==(const Precision&, const Precision&) = default;
};

struct Certificate {
  Precision precision{64, 48};
  design::Design design;
  SplitTree tree = {Leaf{}};     // on its leaves error and overflow are proven
  Roles roles = {};              // empty: no simplification, g = f
  SplitTree claims = {Leaf{}};   // on its leaves, plain ones, the roles are proven
  std::vector<Norm> norms = {};  // strictly increasing in (block, source)

  friend bool operator==(const Certificate&, const Certificate&) = default;
};

}  // namespace certifix::check
