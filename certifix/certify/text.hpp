// The writers of problem.txt and certificate.txt (docs/certificate-format.md). Untrusted: the
// checker reads what they wrote and believes none of it.
//
// Example:
//   const Certificate certificate{sufficient_precision(design), design};  // one leaf
//   const check::Verdict verdict =
//       check::verify(problem_text(problem), certificate_text(certificate));
#pragma once

#include <string>

#include "certifix/check/certificate.hpp"
#include "certifix/design/design.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::certify {

using check::Certificate;
using check::Cut;
using check::Leaf;
using check::Norm;
using check::Role;
using check::SplitTree;

// The one canonical text of a problem; equal problems have equal texts. Characters of names outside
// A-Z a-z 0-9 _ . / - become '_', names are cut after 100 characters, an empty one becomes '_'.
std::string problem_text(const spec::Problem& problem);

// Names are not written: those of the problem count.
std::string certificate_text(const Certificate& certificate);

// Grids that satisfy R-PRECISION: values with 16 guard bits and at least 64 bits, weights with 8
// and at least 48, so that machine words hold the coefficients where they can; at most 4096 (a
// design that needs more is rejected by the checker).
check::Precision sufficient_precision(const design::Design& design);

}  // namespace certifix::certify
