#include "certifix/optimize/prove.hpp"

#include <utility>

#include "certifix/certify/text.hpp"

namespace certifix::optimize {

std::variant<Proof, check::Rejected> prove(const spec::Problem& problem,
                                           const check::Certificate& certificate,
                                           unsigned threads) {
  std::string problem_text = certify::problem_text(problem);
  std::string certificate_text = certify::certificate_text(certificate);
  check::Verdict verdict = check::verify(problem_text, certificate_text, threads);
  if (auto* rejected = std::get_if<check::Rejected>(&verdict)) return std::move(*rejected);
  return Proof{std::get<check::Accepted>(std::move(verdict)), std::move(problem_text),
               std::move(certificate_text)};
}

}  // namespace certifix::optimize
