// Designs that the checker has proven, for tests of what takes nothing else.
#pragma once

#include "certifix/check/verify.hpp"
#include "certifix/design/design.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::test {

// The problem of the box and a bound for every output, inputs real, clamped.
spec::Problem problem_of(const net::Network& network, const spec::Box& box,
                         const num::Rational& bound);

// The verdict on the design, by one leaf, through the two texts. Throws std::runtime_error with the
// rejection when the checker does not accept it.
check::Accepted prove(const spec::Problem& problem, const design::Design& design);

}  // namespace certifix::test
