// The theorem as a script for Gappa, a proof assistant of others for fixed-point and floating-point
// programs (https://gappa.gitlabpages.inria.fr): a second opinion on small designs.
//
// The real network is that which the design implements (simplified, if it was); rounding is Gappa's
// own operator fixed<lsb,dn> on value + half an ulp. There is no maximum in Gappa: where the signs
// of a pre-activation, of the network or of the design, are not known, they are hypotheses, one
// case each. In a case everything is affine, and hints, which Gappa checks, write the errors as
// forms of the inputs and of single rounding errors. Signs that are known are among the goals.
#pragma once

#include <string>
#include <vector>

#include "certifix/check/verify.hpp"
#include "certifix/emit/options.hpp"

namespace certifix::emit {

// gappa/NAME_1.gappa and so on, one a case, and a Makefile that proves them all. Throws Error
// (target_refused) for a design of more than kMaxGappaCases cases, and for one whose bound the
// cases alone, on the box as a whole, miss by more than a factor of 2.
std::vector<File> gappa_files(const check::Subject& subject,
                              const std::vector<std::string>& statement);

inline constexpr std::size_t kMaxGappaCases = 256;

}  // namespace certifix::emit
