// The attack: searches the box for the largest error of a design against its network.
//
// For every functional k of the problem the error at a real input x is, exactly,
//     error_k(x) = sum_o c_k,o * (implemented_o(x) - real_o(x))
// with `implemented` the design's own integers (executor) on the rounded input and `real` the exact
// network. The search itself runs in doubles on the real side and picks candidates; what is
// reported was evaluated again in exact arithmetic. A Finding is therefore a fact: it bounds the
// true worst error from below, as the proof bounds it from above. A finding above a proven bound
// means that something in the tool is broken.
//
// What is searched: every rounding cell of the inputs if there are few; all corners of the box (at
// most 4,096, random ones beyond that), corners moved to the worst edge of their rounding cell;
// uniformly random points; points whose every coordinate lies on an edge of its cell (exactly on
// the tie, which rounds up, or just below it, which rounds down): the largest input rounding error
// of either sign; then hill climbing, functional by functional, from the worst of these.
//
// Inputs follow the problem's convention: any real of the box (its ends are taken exactly, also
// when they are decimals such as 7/10), or the multiples of 2^-F in it.
//
// Example:
//   const Result result = attack(problem, design, {.evaluations = 100'000, .seed = 1});
//   result.worst().error            // exact, signed
//   result.worst().ratio_to_bound   // > 1: the design breaks its promise at result.worst().input
//
// The result depends on problem, design, evaluations, seed, confirmed and extra_points only: not on
// the number of threads, not on the clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "certifix/design/design.hpp"
#include "certifix/num/exact/rational.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::attack {

struct Options {
  // Points to try, at least; 0: default_evaluations() of the network.
  std::uint64_t evaluations = 0;
  std::uint64_t seed = 0;
  unsigned threads = 1;
  // Candidates evaluated exactly, shared evenly among the functionals (at least one each).
  std::size_t confirmed = 100;
  // Points of the box that are evaluated exactly in any case (earlier findings, say). One outside
  // the box or off the declared grid throws Error (malformed_inputs).
  std::vector<std::vector<num::Rational>> extra_points = {};
};

struct Finding {
  std::vector<num::Rational> input;
  std::size_t functional = 0;
  num::Rational error;           // signed, exact
  num::Rational ratio_to_bound;  // |error| / bound of the functional
};

// An input at which a value of the design does not fit its declared width.
struct Overflow {
  std::vector<num::Rational> input;
  std::string what;
};

struct Result {
  std::vector<Finding> per_functional;  // the worst confirmed finding of each functional
  std::optional<Overflow> overflow;     // the first one met; findings are about other points then
  std::uint64_t evaluations = 0;        // points tried
  std::size_t confirmed = 0;            // points evaluated exactly

  // The finding with the largest ratio to its bound.
  const Finding& worst() const;
  // Whether the promise was seen broken: an error above its bound, or an overflow.
  bool broken() const;
};

// By size, a few seconds: 1,000,000 for networks of up to 1,000 parameters, 22,000 for 45,000; at
// least 100,000 up to 5,000 parameters and 10,000 above.
std::uint64_t default_evaluations(const net::Network& network);

// Throws Bug when design and problem do not fit together (inputs, outputs).
Result attack(const spec::Problem& problem, const design::Design& design,
              const Options& options = {});

// These points evaluated exactly, without a search: the replay of findings. The worst finding per
// functional, or the first overflow. Throws Error (malformed_inputs, with the place "input 3", from
// 1) for one outside the box or off the declared grid; Bug when there is none.
Result replay(const spec::Problem& problem, const design::Design& design,
              const std::vector<std::vector<num::Rational>>& inputs, unsigned threads = 1);

}  // namespace certifix::attack
