// Random problems with designs near them, points of their boxes, and the exact meaning of both,
// written from docs/design-semantics.md in rationals. The checker only helps to find certificates
// that it accepts.
//
// Small on purpose: one to three inputs and a few rows, so that many bounds are reached exactly and
// an error of one grid step shows.
#pragma once

#include <cstdint>
#include <vector>

#include "certifix/check/certificate.hpp"
#include "certifix/spec/problem.hpp"
#include "tests/support/random_design.hpp"

namespace certifix::test {

constexpr int kWide = 64;  // bits; far too many

struct RandomPair {
  spec::Problem problem;           // bounds so large that only what is proven matters
  net::Network implemented;        // the problem's network, rewritten by the certificate's roles
  check::Certificate certificate;  // all widths are kWide; precision is as small as can be
};

// Several sources a row, identity and relu, weights that are not dyadic, real inputs and inputs on
// a grid, constant inputs, edges that only one of the two has, equal rows with another activation,
// accumulators finer and coarser than outputs, split trees; true roles (as far as the checker's own
// ranges prove them) of the rows of the problem's network, norms claimed from doubles, rows to
// enumerate.
RandomPair random_pair(std::uint64_t seed);

// Points of the problem's inputs in this box: its corners, edges of rounding cells (and points just
// below), grid points where a grid is declared, and others. Empty if it holds no grid point.
std::vector<std::vector<num::Rational>> points(const RandomPair& pair, const spec::Box& box,
                                               Random& random, std::size_t limit);

// The network at x: z and a of every row of every block (block 0: x itself, as a).
struct RealRun {
  std::vector<std::vector<num::Rational>> before, value;
};
RealRun run_network(const net::Network& network, const std::vector<num::Rational>& x);

// The design at the real x: codes, and per row what its accumulator meets.
struct RowSums {
  num::Integer final_sum;                  // bias, half ulp and products
  num::Integer least_subset, most_subset;  // of all sums of subsets of these
};
struct ImplementedRun {
  std::vector<std::vector<num::Integer>> codes;
  std::vector<std::vector<num::Rational>> value;   // code * 2^lsb
  std::vector<std::vector<num::Rational>> before;  // rounded, before the activation
  std::vector<std::vector<RowSums>> sums;          // by block - 1
};
ImplementedRun run_design(const design::Design& design, const std::vector<num::Rational>& x);

}  // namespace certifix::test
