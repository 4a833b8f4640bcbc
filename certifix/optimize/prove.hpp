// A candidate before the checker.
#pragma once

#include <string>
#include <variant>

#include "certifix/check/certificate.hpp"
#include "certifix/check/verify.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::optimize {

struct Proof {
  check::Accepted accepted;
  std::string problem_text;
  std::string certificate_text;
};

// Writes problem and certificate, and has check::verify read and decide.
std::variant<Proof, check::Rejected> prove(const spec::Problem& problem,
                                           const check::Certificate& certificate, unsigned threads);

}  // namespace certifix::optimize
