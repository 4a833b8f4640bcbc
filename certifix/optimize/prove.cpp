#include "certifix/optimize/prove.hpp"

#include <cmath>
#include <utility>

#include "certifix/certify/text.hpp"

namespace certifix::optimize {
namespace {

// Networks that amplify much need finer grids than most: where the checker refuses, it is asked
// again with finer ones.
constexpr int kAttempts = 3;
constexpr int kMoreBits = 16;

}  // namespace

check::Certificate certificate(const Subject& subject, const simplify::Simplified& simplified,
                               const Judged& judged, const std::optional<split::Tree>& tree) {
  check::Certificate result;
  result.design = judged.candidate.design;
  result.precision = certify::sufficient_precision(result.design);
  result.roles = simplified.claims.role;
  if (!result.roles.empty()) result.claims = simplified.tree;
  if (subject.uses_norms())
    for (std::size_t b = 1; b < subject.network().block_count(); ++b)
      for (std::size_t k = 0; k < subject.norms()[b - 1].size(); ++k)
        if (std::isfinite(subject.norms()[b - 1][k]))
          result.norms.push_back({b, subject.network().block(b).sources[k].block,
                                  num::exact_value(subject.norms()[b - 1][k])});
  if (tree) result.tree = tree->cuts;
  std::size_t leaf = 0;
  for (auto& node : result.tree)
    if (auto* at = std::get_if<check::Leaf>(&node))
      for (const error::Enumerated& e : judged.enumerated[leaf++])
        at->enumerated.push_back({e.block, e.row});
  return result;
}

std::variant<Proof, check::Rejected> prove(const spec::Problem& problem,
                                           check::Certificate certificate, unsigned threads) {
  std::string problem_text = certify::problem_text(problem);
  for (int attempt = 1;; ++attempt) {
    std::string certificate_text = certify::certificate_text(certificate);
    check::Verdict verdict = check::verify(problem_text, certificate_text, threads);
    if (auto* accepted = std::get_if<check::Accepted>(&verdict))
      return Proof{std::move(*accepted), std::move(problem_text), std::move(certificate_text)};
    if (attempt == kAttempts) return std::get<check::Rejected>(std::move(verdict));
    certificate.precision.values += kMoreBits;
    certificate.precision.weights += kMoreBits;
  }
}

}  // namespace certifix::optimize
