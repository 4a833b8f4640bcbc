// The strict readers of the two texts that a proof consists of (docs/certificate-format.md).
//
// They accept exactly the one canonical text of a value and build nothing that the text does not
// back: a count never reserves memory, so memory is linear in the size of the text.
// problem_text(read_problem(t)) == t for every accepted t.
//
// Example:
//   const spec::Problem problem = read_problem(problem_bytes);
//   const Certificate certificate = read_certificate(certificate_bytes);
#pragma once

#include <string_view>

#include "certifix/check/certificate.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::check {

// The largest count, index, and number of pairs (row, source of its block) in a text.
constexpr long kMaxCount = 10'000'000;
constexpr long kMaxIntBits = 4096;      // of an `int`
constexpr long kMaxNumberBits = 65536;  // of the numerator or denominator of a `number`
constexpr int kMaxExponent = 4096;      // also of a shift and of a width
constexpr int kMinPrecision = 16;
constexpr int kMaxPrecision = 4096;
constexpr long kMaxEnumerated = 12;  // rows that a leaf names (R-PATTERNS)

// Throws Error(malformed_problem) with Origin{"problem.txt", "line 3, column 7"}, both from 1.
spec::Problem read_problem(std::string_view text);

// Throws Error(malformed_certificate) with Origin{"certificate.txt", ...}. Names are left empty:
// they are those of the problem.
Certificate read_certificate(std::string_view text);

}  // namespace certifix::check
