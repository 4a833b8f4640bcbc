// The exact rewrite of a network on its box, given claims about its neurons.
//
// If the claims are true on the box, rewrite(f, box, claims) computes exactly what f computes, at
// every point of the box, in rationals and without any rounding. It is a pure function of its
// arguments, and the rule below defines it completely: the checker applies the same rule with code
// of its own.
//
// THE RULE
//   Roles. Every row of blocks 1 .. last of f has one:
//     keep    it stays, with its own activation;
//     dead    a relu with z <= 0 everywhere on the box: it is 0;
//     bypass  an identity row, or a relu with z >= 0 everywhere: its readers read its row instead;
//     affine  a relu with z >= 0 everywhere that stays, as a row with identity activation.
//   Rows of the last block, the outputs, are `keep` or `affine`.
//   Expressions. Every element of f stands for an affine expression, a constant plus coefficients
//   on references; a reference is an input or a `keep` or `affine` row:
//     an input with lower == upper   the constant lower
//     any other input                itself
//     dead                           0
//     bypass                         its composed row
//     keep, affine                   itself
//   The composed row of row i is bias_i + sum of W_s[i][j] * (expression of element j of block s),
//   in exact rationals, coefficients that are 0 dropped.
//   Reading. Outputs are read. If a row is read, so are the rows in its composed row. What nothing
//   reads is left out.
//   The new network has f's name and inputs (all of them, also constant ones), and for each block
//   of f, in order, a block with its `keep` and `affine` rows that are read, in order; a block left
//   without rows is left out. A new row's bias and weights are those of its composed row, its
//   activation identity for `affine`, otherwise its own. A block lists as sources the inputs and
//   the earlier new blocks that at least one of its rows has a weight on. Names and origins of
//   blocks stay.
//
// Example: f = relu(2 x - 1) - 3 relu(-x) on x in [1, 2]
//   Claims{{{Role::bypass, Role::dead}, {Role::keep}}}
// becomes the one block 2 x - 1.
#pragma once

#include <cstddef>
#include <vector>

#include "certifix/check/certificate.hpp"
#include "certifix/net/network.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::simplify {

using check::Role;  // keep, dead, bypass, affine

struct Claims {
  std::vector<std::vector<Role>> role;  // [block - 1][row] of f

  Role of(std::size_t block, std::size_t row) const { return role[block - 1][row]; }

  friend bool operator==(const Claims&, const Claims&) = default;
};

// Throws Bug where the claims do not fit f: wrong shape, an identity row that is dead or affine, an
// output that is dead or bypassed. That the claims are true is not looked at.
net::Network rewrite(const net::Network& f, const spec::Box& box, const Claims& claims);

}  // namespace certifix::simplify
