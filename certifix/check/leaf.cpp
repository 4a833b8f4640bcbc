#include "certifix/check/leaf.hpp"

#include "certifix/check/errors.hpp"
#include "certifix/check/form.hpp"
#include "certifix/check/overflow.hpp"

namespace certifix::check {

std::variant<std::vector<Integer>, Rejected> LeafProof::prove(const spec::Box& leaf) {
  std::vector<Integer> errors(pair_.functionals.size());
  if (!start(leaf)) return errors;  // no input of the theorem lies in this leaf
  for (std::size_t b = 1; b < pair_.blocks(); ++b)
    if (auto no = prove_block(b)) return *no;
  for (std::size_t k = 0; k < errors.size(); ++k) {
    errors[k] = functional_error(pair_, k, state_);
    const Rational proven = num::scaled(errors[k], -2L * pair_.precision);
    const Rational& bound = pair_.problem.functionals[k].bound;
    if (proven > bound)
      return Rejected{Rule::bound, "functional " + std::to_string(k),
                      "the proven error " + num::decimal_up(proven) + " exceeds the bound " +
                          num::decimal_down(bound)};
  }
  return errors;
}

// Inputs: R-INPUT-RANGE, their codes, R-INPUT-ROUNDING. False if an input has no grid point here.
bool LeafProof::start(const spec::Box& leaf) {
  for (std::size_t i = 0; i < leaf.size(); ++i) {
    const std::optional<Range> codes =
        input_codes(leaf[i], pair_.problem.inputs[i], pair_.design.inputs[i].format.lsb);
    if (!codes) return false;
    state_[i].codes = *codes;
    state_[i].value = input_range(leaf[i], pair_.precision);
    state_[i].error = input_error(pair_, i, state_[i]);
  }
  return true;
}

std::optional<Rejected> LeafProof::prove_block(std::size_t block) {
  ranges_.bound(block, state_);
  const std::size_t first = pair_.starts[block];
  for (std::size_t e = first; e < pair_.starts[block + 1]; ++e) {
    const RowError error = bound_row_error(pair_, e, state_);
    if (auto overflow = check_row_widths(pair_, e, error, state_))
      return Rejected{overflow->rule, row_name(block, e - first), overflow->detail};
  }
  return std::nullopt;
}

}  // namespace certifix::check
