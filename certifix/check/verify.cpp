#include "certifix/check/verify.hpp"

#include <utility>

#include "certifix/check/form.hpp"
#include "certifix/check/grid_pair.hpp"
#include "certifix/check/leaves.hpp"
#include "certifix/check/read.hpp"

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
  if (auto no = check_form(problem, certificate)) return *std::move(no);

  const GridPair pair(problem, certificate.design, certificate.precision);
  auto result = prove_leaves(pair, certificate.tree, threads);
  if (auto* no = std::get_if<Rejected>(&result)) return std::move(*no);
  const LeafBounds& bounds = std::get<LeafBounds>(result);

  Theorem theorem;
  for (const Integer& error : bounds.errors)
    theorem.proven.push_back(num::scaled(error, -2L * certificate.precision));
  theorem.leaves = bounds.leaves;
  theorem.max_word = widest_word(certificate.design);
  theorem.max_accumulator = widest_accumulator(certificate.design);
  add_names(problem.network, certificate.design);
  return Accepted{Verified(Subject{std::move(problem), std::move(certificate.design)}),
                  std::move(theorem)};
}

}  // namespace certifix::check
