// How far the best choice found for a model may be from the model's optimum, and how far the
// design.
//
// The model around the design (layer_model.hpp, neuron_model.hpp) is solved by branch and bound
// (choice_bound.hpp): over all choices of grids, among its candidates, that it puts at most where
// it puts the design, at the same share of the bounds. It says nothing about designs beyond the
// candidates, and what it takes to fit need not be provable.
#pragma once

#include <optional>
#include <string_view>

#include "certifix/optimize/neuron_model.hpp"
#include "certifix/optimize/realize.hpp"
#include "certifix/optimize/search_options.hpp"

namespace certifix::optimize {

struct Gap {
  double model = 0;   // (cheapest choice found - lower bound) / cheapest choice found
  double design = 0;  // (design - lower bound) / design, by the model's costs
  std::string_view source;
};

// Of a design whose blocks have one weight grid and one output grid each.
std::optional<Gap> layer_gap(const Subject& subject, const LeafSet& leaves,
                             const Candidate& candidate, const SearchOptions& options);

// Of a design whose rows have one weight grid each. Nothing where the cost model prices whole
// blocks (paper_cost, programs): there the neuron model is no lower bound.
std::optional<Gap> neuron_gap(const Subject& subject, const LeafSet& leaves,
                              const Candidate& candidate, const Sensitivity& everywhere,
                              const SearchOptions& options);

}  // namespace certifix::optimize
