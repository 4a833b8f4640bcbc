// From a plan (grids) to a design (integers) and the bound of its error on a set of leaves.
//
// Weights are rounded to nearest on their grids; common factors of two of a row are taken out.
// Biases are centred: the middle of the row's own error source (weight differences over the real
// ranges, rounding) is subtracted from the bias, and the middle of each output's error over all
// leaves from the output's bias, so that only radii remain. The bound is of the constants actually
// used. Formats are the narrowest that hold the implemented values.
#pragma once

#include <vector>

#include "certifix/design/design.hpp"
#include "certifix/optimize/plan.hpp"
#include "certifix/optimize/subject.hpp"
#include "certifix/optimize/widths.hpp"

namespace certifix::optimize {

struct Candidate {
  Plan plan;
  design::Design design;
  error::FloatDesign image;  // of the design, biases as used
  Codes codes;
  double ratio = 0;  // worst error / bound over the leaves; at most 1: the analysis says yes
  std::size_t unstable = 0;  // neurons that are unstable on one leaf, at most
};

// give_up: a ratio above which nobody is interested; the candidate then has an infinite ratio, and
// formats that mean nothing.
Candidate realize(const Subject& subject, const LeafSet& leaves, const Plan& plan,
                  double give_up = 1e300);

// The same integers with their output biases centred over another set of leaves, and formats for
// it. values, enumerated: per leaf, as in Sweep.
struct Judged {
  Candidate candidate;
  std::vector<double> values;  // per leaf, before the outputs were centred
  std::vector<std::vector<error::Enumerated>> enumerated;
};
Judged judge(const Subject& subject, const std::vector<Leaf>& leaves, Candidate candidate);

// error / bound of every functional, [leaf][functional] with functionals fastest, once the outputs
// that a functional bounds alone are centred over these leaves. Plain doubles.
std::vector<double> centred_ratios(const Subject& subject,
                                   const std::vector<std::vector<num::Enclosure>>& errors);

// The same grids everywhere: weights 2^weight_lsb, activations and outputs 2^output_lsb, inputs
// 2^input_lsb (an input on a declared coarser grid keeps that grid).
Plan uniform_plan(const Subject& subject, int input_lsb, int weight_lsb, int output_lsb);

// The input grid asked for, but never finer than a declared one (that would waste bits).
int input_lsb(const spec::Problem& problem, std::size_t input, int wanted);

}  // namespace certifix::optimize
