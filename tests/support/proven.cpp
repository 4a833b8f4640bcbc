#include "proven.hpp"

#include <stdexcept>
#include <string>
#include <variant>

#include "certifix/certify/text.hpp"
#include "certifix/semantics/output_bounds.hpp"

namespace certifix::test {

spec::Problem problem_of(const net::Network& network, const spec::Box& box,
                         const num::Rational& bound) {
  return {.network = network,
          .box = box,
          .inputs = std::vector<spec::InputConvention>(network.input_count()),
          .out_of_range = spec::OutOfRange::clamp,
          .functionals = semantics::output_bounds(network.output_count(), {bound}),
          .limits = {}};
}

check::Accepted prove(const spec::Problem& problem, const design::Design& design) {
  const certify::Certificate certificate{
      certify::sufficient_precision(design), design, {certify::Leaf{}}};
  const check::Verdict verdict =
      check::verify(certify::problem_text(problem), certify::certificate_text(certificate));
  if (const auto* rejected = std::get_if<check::Rejected>(&verdict))
    throw std::runtime_error(std::string(check::id(rejected->rule)) + " " + rejected->where + ": " +
                             rejected->detail);
  return std::get<check::Accepted>(verdict);
}

}  // namespace certifix::test
