#include "certifix/optimize/pareto.hpp"

#include <algorithm>
#include <utility>

#include "certifix/base/error.hpp"
#include "certifix/certify/text.hpp"
#include "certifix/optimize/search_options.hpp"

namespace certifix::optimize {
namespace {

double cost_of(const Quantized& quantized, const Options& options) {
  return objective(options.cost, quantized.accepted.subject->design);
}

// The same design and proof under a larger bound.
Quantized proven_for(const spec::Problem& problem, const num::Rational& bound,
                     const Quantized& quantized, unsigned threads) {
  spec::Problem larger = problem;
  for (spec::Functional& functional : larger.functionals) functional.bound = bound;
  Quantized result = quantized;
  result.seconds.clear();
  result.problem_text = certify::problem_text(larger);
  check::Verdict verdict = check::verify(result.problem_text, result.certificate_text, threads);
  auto* accepted = std::get_if<check::Accepted>(&verdict);
  CERTIFIX_CHECK(accepted != nullptr, "what keeps a bound keeps a larger one");
  result.accepted = std::move(*accepted);
  return result;
}

}  // namespace

std::vector<ParetoRow> pareto(const spec::Problem& problem, const Options& options,
                              std::vector<num::Rational> bounds,
                              const std::function<void(const num::Rational&)>& begins) {
  std::sort(bounds.begin(), bounds.end(), std::greater<>());
  const auto cancelled = [&] { return options.cancel != nullptr && options.cancel->load(); };
  Quantizer quantizer(problem, options);
  std::vector<ParetoRow> rows;
  for (const num::Rational& bound : bounds) {
    if (cancelled()) break;
    if (begins) begins(bound);
    ParetoRow row{bound, {}, {}, {}, false};
    Outcome outcome = quantizer.run({bound});
    if (auto* found = std::get_if<Quantized>(&outcome)) {
      row.design = std::move(*found);
    } else if (auto* no = std::get_if<Unreachable>(&outcome)) {
      row.no = std::move(*no);
    } else {
      row.design = std::move(std::get<Cancelled>(outcome).best);
      row.stopped = true;
    }
    if (row.design || row.no) rows.push_back(std::move(row));
  }
  for (std::size_t k = rows.size(); k-- > 1;) {
    ParetoRow& larger = rows[k - 1];
    const ParetoRow& smaller = rows[k];
    if (!smaller.design) continue;
    if (larger.design && cost_of(*larger.design, options) <= cost_of(*smaller.design, options))
      continue;
    std::vector<std::pair<std::string, double>> seconds;
    if (larger.design) seconds = std::move(larger.design->seconds);
    larger.design = proven_for(problem, larger.bound, *smaller.design, options.threads);
    larger.design->seconds = std::move(seconds);
    larger.no.reset();
    larger.designed_for = smaller.designed_for.value_or(smaller.bound);
  }
  return rows;
}

}  // namespace certifix::optimize
