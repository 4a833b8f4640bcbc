// How far a design may be from the optimum of the model that proposed it.
//
// The model around the design (layer_model.hpp, neuron_model.hpp) is asked for a lower bound of the
// cost of every choice of grids that it puts at most where it puts the design, at the same share of
// the bounds. It says nothing about designs beyond the model's candidates.
#pragma once

#include <optional>
#include <string_view>

#include "certifix/optimize/neuron_model.hpp"
#include "certifix/optimize/realize.hpp"
#include "certifix/optimize/search_options.hpp"

namespace certifix::optimize {

struct Gap {
  double relative = 0;      // (cost - lower bound) / cost in the model, at least 0
  std::string_view source;  // "solver's claim", "Lagrangian bound"
};

// Of a design whose blocks have one weight grid and one output grid each: the bound of the MILP, as
// CBC reports it.
std::optional<Gap> layer_gap(const Subject& subject, const LeafSet& leaves,
                             const Candidate& candidate, const SearchOptions& options);

// Of a design whose rows have one weight grid each: Lagrangian duality (neuron_bound.cpp), computed
// here in doubles. Nothing where the cost model prices whole blocks (paper_cost, programs): there
// the neuron model is no lower bound.
std::optional<Gap> neuron_gap(const Subject& subject, const LeafSet& leaves,
                              const Candidate& candidate, const Sensitivity& everywhere,
                              const SearchOptions& options);

}  // namespace certifix::optimize
