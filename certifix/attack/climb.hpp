// Hill climbing: from a point, try neighbours and move to the best one while it gets worse (that
// is, its error larger).
//
// The error is piecewise affine in the input with, on top, the roundings inside the design, which
// jump from cell to cell like noise. So neighbours are taken on all scales: the other edge of the
// cell, cells at a distance of a random power of two, the faces of the box, a fresh position; in
// one coordinate or in a few at once.
#pragma once

#include <cstdint>
#include <vector>

#include "certifix/attack/objective.hpp"
#include "certifix/attack/random_stream.hpp"
#include "certifix/attack/worst_points.hpp"

namespace certifix::attack {

// Neighbours tried at once.
inline constexpr std::uint64_t kClimbBatch = RealProgram::kLanes;

// Climbs the error of one functional from `start`, `batches` times kClimbBatch evaluations; returns
// the best point. Every point tried is offered to `worst`, one list a functional.
Candidate climb(const Objective& objective, const SearchSpace& space, std::size_t functional,
                Candidate start, std::uint64_t batches, RandomStream random,
                std::vector<WorstPoints>& worst);

}  // namespace certifix::attack
