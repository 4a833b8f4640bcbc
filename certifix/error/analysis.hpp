// The error of a design against its network on a leaf of the box, enclosed.
//
// For the pair (real, implemented) every neuron has one slope lambda with e = lambda delta and
// delta = sum ŵ e_s + S, where S is the neuron's own source: weight differences over the real
// activations, bias difference, rounding. lambda is 1 or 0 where both networks are proven to be on
// one side, and anywhere in [0, 1] otherwise ("unstable"). Four bounds are taken and intersected,
// in doubles rounded outward (docs/soundness.md, section 5; the checker repeats all of it in exact
// arithmetic):
//   forward   (R-FORWARD)   intervals, neuron by neuron;
//   norm      (R-NORM)      the Euclidean norm of a block's errors, through operator norms: it does
//   not
//                           grow with the widths of deep blocks as sums of absolute values do;
//   centred   (R-CENTRED)   all sources carried to the neuron with slope 1/2 on unstable neurons,
//                           weight differences with their signs and back-substituted to the inputs
//                           as one form; what the slopes may deviate is charged by |delta|;
//   patterns  (R-PATTERNS)  for functionals: the centred bound for both ends of the slopes of a few
//                           unstable neurons, all combinations; the error is affine in each slope.
//
// Cost per leaf: each unstable neuron and each pattern is a row vector through all earlier
// matrices, twice (errors, weight differences), and its back-substitution.
#pragma once

#include <vector>

#include "certifix/error/float_design.hpp"
#include "certifix/num/outward/enclosure.hpp"
#include "certifix/range/ranges.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::error {

using Values = std::vector<std::vector<num::Enclosure>>;  // [block][row], block 0 = inputs

// A row of the implemented network, for R-PATTERNS.
struct Enumerated {
  std::size_t block;
  std::size_t row;
};

struct Effort {
  bool centred = true;       // refine unstable neurons and functionals
  int patterns = 8;          // unstable neurons whose slopes are enumerated, at most
  bool sensitivity = false;  // fill Analysis::sensitivity
};

struct Analysis {
  Values implemented_pre;  // the implemented value before activation; inputs: the rounded input
  Values weight_source;    // D: weight and bias differences (block 0: empty)
  Values error;            // e, after activation; block 0: input rounding
  std::vector<num::Enclosure> functional;  // per functional, signed
  std::vector<std::size_t> unstable;       // per block, in the pair
  std::vector<Enumerated> enumerated;      // the rows whose slopes were enumerated
  std::size_t cut = 0;                     // the input whose cut promises most

  // How much one unit of error before the activation of row i of block b (block 0: of input i) may
  // move functional f: sensitivity[f][b][i].
  std::vector<std::vector<std::vector<double>>> sensitivity;
};

Analysis analyze(const spec::Problem& problem, const FloatDesign& design,
                 const range::RealNetwork& real, const Effort& effort);

// D of every row of block b alone (R-WEIGHT-DIFFERENCE).
std::vector<num::Enclosure> weight_sources(const FloatDesign& design, std::size_t b,
                                           const range::Ranges& ranges);

// The largest error / bound over the functionals; at most 1 means within the bounds.
double worst_ratio(const spec::Problem& problem, const Analysis& analysis);

}  // namespace certifix::error
