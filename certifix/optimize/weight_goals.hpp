// What the values of a choice are near to: the weights of the network, or, where neurons are
// replaced by affine functions, those of the network without them.
//
// A ReLU whose input stays in [l, u] is near to c + s z with s = u / (u - l), the chord; or to a
// constant, s = 0, when it is hardly active. Its readers then read what it reads, with composed
// weights, and c goes into their biases, which are centred anyway. Nothing is claimed: to the
// analysis and to the checker this is a design whose weights are far from the network's, and the
// joint bound sees the differences cancel.
#pragma once

#include <cstddef>
#include <vector>

#include "certifix/optimize/weight_choice.hpp"

namespace certifix::optimize {

// The goals of row r's values, where neurons have these slopes (WeightChoice::slope): 0 for what
// reads a replaced neuron, and for all of a replaced neuron's own.
std::vector<double> goals(const WeightPlaces& places, const std::vector<double>& slope,
                          std::size_t r);

// Whether row r may be replaced: it is a neuron that reads something, and whatever reads it has
// terms of its own for all that.
bool replaceable(const Subject& subject, const WeightPlaces& places, std::size_t r);

// The slope of the chord of a ReLU whose input stays in z.
double chord_slope(num::Enclosure z);

// Row r with another slope, or kept again: its readers' values at their new goals, rounded as the
// reader's others. Where it is kept again, its own values are as fine as its output calls for;
// reach: half the ranges of what it reads.
WeightChange replacement(const WeightPlaces& places, const WeightChoice& choice, std::size_t r,
                         double slope, const std::vector<double>& reach);

}  // namespace certifix::optimize
