#include "certifix/semantics/output_bounds.hpp"

namespace certifix::semantics {

std::vector<spec::Functional> output_bounds(std::size_t outputs,
                                            const std::vector<num::Rational>& bounds) {
  CERTIFIX_CHECK(bounds.size() == 1 || bounds.size() == outputs, "one bound, or one per output");
  std::vector<spec::Functional> result;
  for (std::size_t o = 0; o < outputs; ++o) {
    spec::Functional functional{std::vector<num::Rational>(outputs),
                                bounds[bounds.size() == 1 ? 0 : o]};
    functional.coefficients[o] = 1;
    result.push_back(std::move(functional));
  }
  return result;
}

}  // namespace certifix::semantics
