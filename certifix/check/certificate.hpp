// The value of certificate.txt: a design, and what is needed to check it.
//
// It is the only thing that the optimiser and the checker share. Plain data, no algorithm.
//
// Example: one input cut at 1/2, two leaves.
//   Certificate certificate{80, design, {Cut{0, num::Rational(1, 2)}, Leaf{}, Leaf{}}};
#pragma once

#include <cstddef>
#include <variant>
#include <vector>

#include "certifix/design/design.hpp"
#include "certifix/num/exact/rational.hpp"

namespace certifix::check {

// The hyperplane x[input] = at; both halves are closed.
struct Cut {
  std::size_t input;
  num::Rational at;

  friend bool operator==(const Cut&, const Cut&) = default;
};

struct Leaf {
  friend bool operator==(const Leaf&, const Leaf&) = default;
};

// A binary tree of boxes in preorder: a cut is followed by the subtree of its lower half, then by
// that of its upper half. Leaves are numbered from 0 in this order.
using SplitTree = std::vector<std::variant<Cut, Leaf>>;

struct Certificate {
  int precision = 64;  // the checker's grid is 2^-precision
  design::Design design;
  SplitTree tree = {Leaf{}};

  friend bool operator==(const Certificate&, const Certificate&) = default;
};

}  // namespace certifix::check
