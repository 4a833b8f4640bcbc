// Rounding all weights of a network together, so that what their errors add up to at the outputs
// cancels (the second step of compensated_rounding.hpp, where each row stands alone). A network has
// far more weights than outputs: errors that no row can avoid are undone by the others.
//
// It only proposes: the analysis bounds what was chosen, and whether it is kept is for the caller.
#pragma once

#include <cstddef>
#include <vector>

#include "certifix/optimize/plan.hpp"
#include "certifix/optimize/quadratic_rounding.hpp"
#include "certifix/optimize/subject.hpp"

namespace certifix::optimize {

class JointRounding {
 public:
  // Whether the network is small enough for its features to be kept.
  static bool possible(const Subject& subject);

  JointRounding(const Subject& subject, const LeafSet& leaves);

  // The plan with other values for its weights, at most two ulps from the real ones. With delta(x)
  // the sum over rows of G_i(x) dW_i a(x), G_i the slope of a functional in row i at x, it is near
  // a local minimum of the variance of delta over the box, summed over the functionals, and of what
  // unstable rows add to the radius of the proof (R-CENTRED).
  Plan improved(Plan plan) const;

 private:
  // A row's part of the errors: what a change of its weights does to them, at every point.
  struct Row {
    std::size_t block, index;
    std::vector<double> weights;   // by dense columns
    std::vector<double> features;  // [functional and point][column]
    std::vector<double> values;    // [point][column]: what it reads, off its mean
    double radius = 0;             // the weight of the row's own variance
    QuadraticForm form;            // of both
  };
  void improve(const Row& row, const std::vector<double>& ulps, std::vector<double>& codes,
               std::vector<double>& error) const;

  const Subject& subject_;
  std::size_t points_ = 0;
  std::size_t errors_ = 0;  // functionals * points
  std::vector<Row> rows_;
};

}  // namespace certifix::optimize
