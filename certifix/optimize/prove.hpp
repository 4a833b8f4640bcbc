// A candidate before the checker.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "certifix/check/certificate.hpp"
#include "certifix/check/verify.hpp"
#include "certifix/optimize/realize.hpp"
#include "certifix/simplify/simplify.hpp"
#include "certifix/spec/problem.hpp"
#include "certifix/split/split.hpp"

namespace certifix::optimize {

struct Proof {
  check::Accepted accepted;
  std::string problem_text;
  std::string certificate_text;
};

// What there is to check: the design, judged on the leaves of the tree (empty: the box is one
// leaf), and the claims of the simplification.
check::Certificate certificate(const Subject& subject, const simplify::Simplified& simplified,
                               const Judged& judged, const std::optional<split::Tree>& tree);

// Writes problem and certificate, and has check::verify read and decide.
std::variant<Proof, check::Rejected> prove(const spec::Problem& problem,
                                           check::Certificate certificate, unsigned threads);

}  // namespace certifix::optimize
