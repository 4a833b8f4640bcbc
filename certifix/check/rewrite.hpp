// Chapter 3a of docs/soundness.md: the network g that the design implements instead of f.
#pragma once

#include <optional>
#include <variant>

#include "certifix/check/certificate.hpp"
#include "certifix/check/verify.hpp"
#include "certifix/net/network.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::check {

// R-ROLE: every row of the network has a role, one that its activation and its place allow.
std::optional<Rejected> check_roles(const net::Network& f, const Roles& roles);

// R-CLAIM: the roles are true on every leaf of the certificate's claims tree.
std::optional<Rejected> prove_claims(const spec::Problem& problem, const Certificate& certificate,
                                     unsigned threads);

// R-REWRITE, for roles that check_roles accepts: g equals f on the box if the roles are true.
// R-ROLE where the composed rows have too many coefficients.
std::variant<net::Network, Rejected> rewrite(const net::Network& f, const spec::Box& box,
                                             const Roles& roles);

}  // namespace certifix::check
