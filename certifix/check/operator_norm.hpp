// R-OPERATOR-NORM of docs/soundness.md: claimed operator 2-norms, proven in exact integers.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "certifix/check/certificate.hpp"
#include "certifix/check/grid_network.hpp"
#include "certifix/check/verify.hpp"

namespace certifix::check {

// Whether the rounded weights by which `claim.block` reads `claim.source` are proven to have an
// operator 2-norm of at most claim.sigma. Both blocks exist.
bool norm_is_proven(const GridNetwork& network, const Norm& claim);

// The first claim that is not proven.
std::optional<Rejected> check_operator_norms(const GridNetwork& network,
                                             const std::vector<Norm>& claims);

}  // namespace certifix::check
