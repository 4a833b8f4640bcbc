// Upper bounds of linear forms over the activations of the real network on a box
// (R-BACKSUBSTITUTION, docs/soundness.md, section 3).
//
// A form is  sum over blocks t, elements s:  A_t[s] a_s  + constant, with a slack that covers every
// rounding so far. The latest block with a coefficient is eliminated (its activations relaxed to
// lines, its rows substituted) until only inputs are left. Many forms are bounded at once, as
// matrices.
//
// Rounding. A computed coefficient differs from the exact one by the relative error of the
// operations that made it; multiplied by the largest magnitude of what it multiplies, the
// difference goes into the slack. For a product B W over a block's rows that needs only the vector
//     reach_s = |b_s| + sum_p |W_sp| max|a_p|,
// since sum_p (sum_s |B_s W_sp|) max|a_p| <= sum_s |B_s| reach_s: no second matrix product.
#pragma once

#include <vector>

#include "certifix/num/outward/enclosure.hpp"
#include "certifix/range/float_network.hpp"

namespace certifix::range {

using FloatBox = std::vector<num::Enclosure>;  // one per input, rounded outward

// Several forms; a held coefficient counts as exact.
struct LinearForms {
  LinearForms(std::size_t count, std::size_t blocks)
      : coefficients(blocks), constant(count), slack(count) {}

  std::size_t count() const { return constant.size(); }
  // count * size values, row by row; made of zeros when first asked for.
  std::vector<double>& of_block(std::size_t block, std::size_t size) {
    if (coefficients[block].empty()) coefficients[block].assign(count() * size, 0);
    return coefficients[block];
  }

  std::vector<std::vector<double>> coefficients;  // [block]; empty: all zero
  std::vector<double> constant;
  std::vector<double> slack;  // >= 0
};

LinearForms negated(LinearForms forms);

class BackSubstitution {
 public:
  // The network must outlive this. Blocks are finished one after another.
  BackSubstitution(const FloatNetwork& network, const FloatBox& box);

  // The proven ranges of the next block, before and after activation.
  void finish(const std::vector<num::Enclosure>& pre, const std::vector<num::Enclosure>& post);

  // The largest value of each form on the box, rounded up. Coefficients on finished blocks only.
  // input_slopes: if not null, receives the final coefficients on the inputs, count * inputs
  // values.
  std::vector<double> upper_bounds(LinearForms forms,
                                   std::vector<double>* input_slopes = nullptr) const;

  // The pre-activations of all rows of block b as forms.
  LinearForms rows(std::size_t b) const;

 private:
  // a <= upper_slope z + upper_offset and a >= lower_slope z on the range of z.
  struct Relaxation {
    double upper_slope;
    double upper_offset;
    double lower_slope;
  };
  struct Finished {
    std::vector<Relaxation> relaxation;
    std::vector<double> magnitude;       // max |z_s|
    std::vector<double> post_magnitude;  // max |a_s|
    std::vector<double> reach;           // |b_s| + sum_p |W_sp| max|a_p|, rounded up
  };

  static Relaxation relax(net::Activation activation, num::Enclosure z);
  std::vector<double> reach(std::size_t b) const;
  void eliminate(std::size_t t, LinearForms& forms) const;

  const FloatNetwork& network_;
  FloatBox box_;
  std::vector<Finished> finished_;
};

}  // namespace certifix::range
