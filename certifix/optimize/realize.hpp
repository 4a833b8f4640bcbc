// From a plan (grids) to a design (integers) and the analysis of its error.
//
// Weights are rounded to nearest on their grids; common factors of two of a row are taken out.
// Biases are centred: the middle of the row's own error source (weight differences over the real
// ranges, rounding) is subtracted from the bias, and the middle of each output's error from the
// output's bias, so that only radii remain. The analysis is of the constants actually used. Formats
// are the narrowest that hold the implemented values.
#pragma once

#include <vector>

#include "certifix/design/design.hpp"
#include "certifix/error/analysis.hpp"
#include "certifix/optimize/plan.hpp"
#include "certifix/optimize/widths.hpp"
#include "certifix/range/ranges.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::optimize {

// How many rows share a format.
enum class FormatScope {
  block,  // one output format a block (inputs: each its own)
  row,    // each row its own
};

// A problem with what is computed once for it.
class Subject {
 public:
  Subject(const spec::Problem& problem, FormatScope scope);

  const spec::Problem& problem() const { return problem_; }
  const range::FloatNetwork& network() const { return network_; }
  const range::Ranges& ranges() const { return ranges_; }
  FormatScope scope() const { return scope_; }

 private:
  const spec::Problem& problem_;
  FormatScope scope_;
  range::FloatNetwork network_;
  range::Ranges ranges_;
};

struct Candidate {
  Plan plan;
  design::Design design;
  error::Analysis analysis;
  Codes codes;
  double ratio = 0;  // worst error / bound; at most 1: the analysis says yes
};

Candidate realize(const Subject& subject, const Plan& plan);

// The same grids everywhere: weights 2^weight_lsb, activations and outputs 2^output_lsb, inputs
// 2^input_lsb (an input on a declared coarser grid keeps that grid).
Plan uniform_plan(const Subject& subject, int input_lsb, int weight_lsb, int output_lsb);

// The input grid asked for, but never finer than a declared one (that would waste bits).
int input_lsb(const spec::Problem& problem, std::size_t input, int wanted);

}  // namespace certifix::optimize
