// What no proof can beat: the error at single points. Plain doubles; it steers and explains.
#pragma once

#include <cstdint>
#include <vector>

#include "certifix/error/float_design.hpp"
#include "certifix/range/back_substitution.hpp"

namespace certifix::error {

// Per functional the largest, over sampled points of the box, of
//     |weight differences there| + sum |G(x)| ulp / 2
// with the slopes that the real network has at x, and every rounding at its worst. A bound near it
// cannot be tightened by splitting. Plain doubles; it only steers. Cost: one evaluation of the
// network forward and one backward per functional and sample.
std::vector<double> sampled_floors(const spec::Problem& problem, const range::FloatNetwork& network,
                                   const FloatDesign& design, const range::FloatBox& box,
                                   std::size_t samples, std::uint64_t seed);

// The largest of them over the bound of its functional.
double sampled_floor(const spec::Problem& problem, const range::FloatNetwork& network,
                     const FloatDesign& design, const range::FloatBox& box, std::size_t samples,
                     std::uint64_t seed);

// What is known of a functional's error at x, with its signs, by the block that causes it: weight
// and bias differences there, and the middles of roundings (block 0: of the inputs').
std::vector<double> known_errors(const spec::Functional& functional,
                                 const range::FloatNetwork& network, const FloatDesign& design,
                                 const std::vector<double>& x);

}  // namespace certifix::error
