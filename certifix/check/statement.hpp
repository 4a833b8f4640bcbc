// What the checker says, for people: the theorem or the rule that fails. Bounds are rounded so that
// what is printed is true.
//
//   proven: every x in the box of 'example' (1 input, clamped to it) has
//     output 0: error <= 0.0210694 (bound 0.05)
//   and no overflow: words of at most 8 bits, accumulators of at most 15 bits.
//   Checked on 1 leaf.
#pragma once

#include <string>

#include "certifix/check/verify.hpp"

namespace certifix::check {

std::string statement(const Accepted& accepted);
std::string statement(const Rejected& rejected);

}  // namespace certifix::check
