// The error of a design against its network on a box, enclosed.
//
// One slope per neuron for the pair (real, implemented): e = lambda (sum ŵ e_s + S), with S the
// neuron's own source (weight differences over the real activations, bias difference, rounding).
// Forward, that gives an enclosure of every neuron's error (R-FORWARD); backward, an interval
// Jacobian bounds each functional with the signs of stable paths kept (R-BACKWARD).
// docs/soundness.md, sections 4 and 5, has the proofs; the checker repeats all of it in exact
// arithmetic.
//
// Cost: O(weights) forward, O(weights * functionals) backward.
#pragma once

#include <vector>

#include "certifix/error/float_design.hpp"
#include "certifix/num/outward/enclosure.hpp"
#include "certifix/range/ranges.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::error {

using Values = std::vector<std::vector<num::Enclosure>>;  // [block][row], block 0 = inputs

struct Analysis {
  Values implemented_pre;  // the implemented value before activation; inputs: the rounded input
  Values weight_source;    // D: weight and bias differences (block 0: empty)
  Values error;            // e, after activation; block 0: input rounding
  std::vector<num::Enclosure> functional;  // per functional, signed

  // Largest |derivative| of functional f with respect to a rounding before the activation of row i
  // of block b (R-BACKWARD's H; block 0: G): sensitivity[f][b][i].
  std::vector<std::vector<std::vector<double>>> sensitivity;
};

Analysis analyze(const spec::Problem& problem, const FloatDesign& design,
                 const range::Ranges& ranges);

// D of every row of block b alone (R-WEIGHT-DIFFERENCE).
std::vector<num::Enclosure> weight_sources(const FloatDesign& design, std::size_t b,
                                           const range::Ranges& ranges);

// The largest of bound_ratio over functionals: proven error / bound; <= 1 means within the bounds.
double worst_ratio(const spec::Problem& problem, const Analysis& analysis);

}  // namespace certifix::error
