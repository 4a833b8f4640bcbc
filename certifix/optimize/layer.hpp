// The certifix method at layer granularity: one grid for the weights and one for the outputs of
// each block, one for the inputs, chosen together.
//
// The error bound is, to first order, linear in the choices: with the sensitivities H of a
// reference design (error/analysis.hpp), functional o errs by at most
//     sum over blocks l:  D_l,o(p_l) + R_l,o 2^(-q_l - 1)        + inputs: R_0,o 2^(-q_0 - 1)
// on each leaf, where D_l,o(p) is a table, the bound with only the weights of block l rounded, to p
// fractional bits, and nothing else; and R_l,o = sum_i |H_o,i|. The cost of a block reading another
// is a function of the two grids, whatever the cost model (layer_model.hpp), so that
//     minimise   sum cost_l,s(p, q) z_l,s,p,q        (z = y_l,p a_s,q, by its row and column sums)
//     subject to sum D y + sum R 2^(-q-1) a <= kappa bound        for each functional
// is a multiple-choice MILP with binaries y and a only. The true bound is that of the joint
// analysis; kappa is adapted until it meets the target. Then single bits are taken away or traded,
// what the model says is cheapest first, as long as the joint analysis accepts one;
// and the optimum of the model around the result (choice_bound.hpp) is tried in the same way.
//
// Rejected: the product of grids enumerated (exponential in blocks); sampled sensitivities (they
// came out far above the bound on deep networks).
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "certifix/optimize/realize.hpp"
#include "certifix/optimize/search_options.hpp"

namespace certifix::optimize {

// Fractional bits.
struct LayerGrids {
  int input = 0;
  std::vector<int> weight;  // per block, weight[b - 1]
  std::vector<int> output;

  friend bool operator==(const LayerGrids&, const LayerGrids&) = default;
};

struct LayerSearch {
  Candidate best;  // never worse in cost than `reference`
  std::string lp;  // the last MILP as text
};

// reference: a design that meets the target and the limits, found by a simpler method.
LayerSearch search_layers(const Subject& subject, const LeafSet& leaves, const Candidate& reference,
                          const LayerGrids& reference_grids, const SearchOptions& options);

// The finest design within the limits, from one that keeps them: every grid in turn gets a bit more
// until a limit stops it. What that design is proven to reach is what the limits allow.
std::pair<Candidate, LayerGrids> finest_layers(const Subject& subject, const LeafSet& leaves,
                                               LayerGrids grids, const SearchOptions& options);

LayerGrids uniform_grids(const Subject& subject, int bits);

Plan layer_plan(const Subject& subject, const LayerGrids& grids,
                const std::optional<std::vector<int>>& input_bits);

}  // namespace certifix::optimize
