// What the attack on a proven design says about the proof.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "certifix/attack/attack.hpp"
#include "certifix/base/error.hpp"
#include "certifix/check/verify.hpp"

namespace certifix::cli {

// "(0.5, 7/30)"
std::string point_text(const std::vector<num::Rational>& point);

// The first finding above what was proven, or the overflow, as an error value (bound_broken, with
// the input); empty when the proof holds. `place`: what was attacked, `evidence` what a report of
// the bug should come with.
std::optional<Error> broken_bound(const attack::Result& result, const check::Theorem& theorem,
                                  const std::string& place, const std::string& evidence);

}  // namespace certifix::cli
