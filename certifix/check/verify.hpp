// The door of the trusted part: problem.txt and certificate.txt in, a verdict out.
//
// verify() decides in exact arithmetic, and it alone can make a Verified value. Emitters take
// nothing else, so no implementation leaves the tool that was not proven in this process.
//
// Example:
//   const Verdict verdict = verify(problem_text, certificate_text);
//   if (const auto* accepted = std::get_if<Accepted>(&verdict)) emit(accepted->subject);
//   else report(std::get<Rejected>(verdict));
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "certifix/check/rules.hpp"
#include "certifix/design/design.hpp"
#include "certifix/num/exact/rational.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::check {

struct Rejected;
struct Accepted;
using Verdict = std::variant<Accepted, Rejected>;

// What was proven: the design implements the problem's network within the problem's bounds.
// `implemented` is the network that the design has the blocks and rows of: the problem's,
// simplified. The two are equal on the box.
struct Subject {
  spec::Problem problem;
  net::Network implemented;
  design::Design design;
};

// A value that the checker has proven. Copyable; made by verify() alone.
template <class T>
class Verified {
 public:
  const T& operator*() const { return value_; }
  const T* operator->() const { return &value_; }

 private:
  friend Verdict verify(std::string_view, std::string_view, unsigned);
  explicit Verified(T value) : value_(std::move(value)) {}
  T value_;
};

// The figures of the theorem. All are proven; bounds are exact rationals.
struct Theorem {
  std::vector<num::Rational> proven;  // per functional: error <= proven <= bound
  std::size_t leaves = 0;
  bool simplified = false;  // the design follows a rewritten network, equal on the box
  int max_word = 0;         // widest weight, activation or input, bits
  int max_accumulator = 0;  // widest declared accumulator, bits
};

struct Accepted {
  Verified<Subject> subject;
  Theorem theorem;
};

// The first rule that fails, where ("block 2 row 7, leaf 3", "input 0"), and by how much. Blocks
// count from 1 (0 is the input), rows, leaves and functionals from 0.
struct Rejected {
  Rule rule;
  std::string where;
  std::string detail;
};

// problem_text, certificate_text: the two files' bytes (docs/certificate-format.md). Malformed text
// throws Error (malformed_problem, malformed_certificate) with line and column; a well-formed
// certificate that proves nothing is a Rejected. `threads` >= 1 checks leaves in parallel; the
// verdict does not depend on it.
Verdict verify(std::string_view problem_text, std::string_view certificate_text,
               unsigned threads = 1);

}  // namespace certifix::check
