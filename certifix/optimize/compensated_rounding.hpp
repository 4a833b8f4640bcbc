// Rounding the weights of a row so that their errors cancel where the row is used (in the family of
// GPTQ, Frantar et al. 2023, and AdaRound, Nagel et al. 2020): of the neighbours on the grid, those
// for which the sum of dw_j a_j varies least over the box; its middle goes into the bias.
//
// It only proposes: the analysis bounds what was chosen, and the better of both roundings is kept.
#pragma once

#include <optional>
#include <vector>

#include "certifix/optimize/quadratic_rounding.hpp"
#include "certifix/range/back_substitution.hpp"
#include "certifix/range/float_network.hpp"

namespace certifix::optimize {

// How the activations that a block reads vary together: their covariance over sampled points of the
// box, in the order of the block's dense columns, source after source. One per block, [b - 1];
// nothing where a block reads more than 512 elements.
std::vector<std::optional<QuadraticForm>> covariances(const range::FloatNetwork& network,
                                                      const range::FloatBox& box);

// Codes for weights w_j at ulp_j: at most two ulps from w_j, near a local minimum of the variance
// of sum (code_j ulp_j - w_j) a_j under moves of one ulp and of pairs. Weights that are 0 stay 0.
std::vector<double> compensated_codes(const std::vector<double>& weights,
                                      const std::vector<double>& ulps,
                                      const QuadraticForm& covariance);

}  // namespace certifix::optimize
