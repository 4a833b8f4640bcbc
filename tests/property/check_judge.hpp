// The judge of a proof: whether what certifix-check accepted is true at a point, by the exact
// meaning of network and design (check_random_pair.hpp).
#pragma once

#include <string>
#include <vector>

#include "certifix/check/verify.hpp"
#include "tests/property/check_random_pair.hpp"

namespace certifix::test {

// verify() on the pair's texts.
check::Verdict verdict(const RandomPair& pair, unsigned threads = 1);
bool is_accepted(const RandomPair& pair);

// What is wrong at x, a point of the box (on the declared grids); empty if nothing is. The errors
// of all functionals are compared with `proven`, every code with its format, every accumulator with
// what its mode promises.
std::string error_at(const RandomPair& pair, const std::vector<num::Rational>& proven,
                     const std::vector<num::Rational>& x);
std::string overflow_at(const design::Design& design, const std::vector<num::Rational>& x);

// The point that x outside the box stands for: the nearest one of the box, on the input's grid
// where it has one.
std::vector<num::Rational> clamped(const spec::Problem& problem, std::vector<num::Rational> x);

// All widths become the least that are accepted, one after the other; some formats become unsigned.
void narrow_widths(RandomPair& pair, Random& random);

}  // namespace certifix::test
