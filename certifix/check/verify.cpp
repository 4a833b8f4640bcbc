#include "certifix/check/verify.hpp"

#include <utility>

#include "certifix/check/form.hpp"
#include "certifix/check/grid_pair.hpp"
#include "certifix/check/leaf.hpp"
#include "certifix/check/operator_norm.hpp"
#include "certifix/check/read.hpp"
#include "certifix/check/rewrite.hpp"

namespace certifix::check {
namespace {

// The names of a design are those of its problem.
void add_names(const net::Network& network, design::Design& design) {
  design.name = network.name();
  for (std::size_t b = 1; b < network.block_count(); ++b)
    design.blocks[b - 1].name = network.block(b).name;
}

}  // namespace

Verdict verify(std::string_view problem_text, std::string_view certificate_text, unsigned threads) {
  spec::Problem problem = read_problem(problem_text);
  Certificate certificate = read_certificate(certificate_text);
  const bool simplified = !certificate.roles.empty();
  if (simplified)
    if (auto no = check_roles(problem.network, certificate.roles)) return *std::move(no);
  auto rewritten = simplified ? rewrite(problem.network, problem.box, certificate.roles)
                              : std::variant<net::Network, Rejected>(problem.network);
  if (auto* no = std::get_if<Rejected>(&rewritten)) return std::move(*no);
  net::Network& implemented = std::get<net::Network>(rewritten);
  if (auto no = check_form(problem, implemented, certificate)) return *std::move(no);
  if (simplified)
    if (auto no = prove_claims(problem, certificate, threads)) return *std::move(no);

  GridNetwork network(implemented, certificate.precision);
  if (auto no = check_operator_norms(network, certificate.norms)) return *std::move(no);
  const GridPair pair(problem, std::move(network), certificate.design, certificate.norms);
  auto result = prove_leaves(pair, certificate.tree, threads);
  if (auto* no = std::get_if<Rejected>(&result)) return std::move(*no);
  const LeafBounds& bounds = std::get<LeafBounds>(result);

  Theorem theorem;
  const long exponent = -1L * pair.precision.values - pair.precision.weights;
  for (const Integer& error : bounds.errors) theorem.proven.push_back(num::scaled(error, exponent));
  theorem.leaves = bounds.leaves;
  theorem.simplified = simplified;
  theorem.max_word = widest_word(certificate.design);
  theorem.max_accumulator = widest_accumulator(certificate.design);
  add_names(implemented, certificate.design);
  return Accepted{
      Verified(Subject{std::move(problem), std::move(implemented), std::move(certificate.design)}),
      std::move(theorem)};
}

}  // namespace certifix::check
