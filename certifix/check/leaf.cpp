#include "certifix/check/leaf.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "certifix/check/errors.hpp"
#include "certifix/check/form.hpp"
#include "certifix/check/overflow.hpp"

namespace certifix::check {

template <class Coefficient>
LeafVerdict LeafProof<Coefficient>::prove(const LeafJob& job) {
  if (!start(job.box))  // no input of the theorem lies in this leaf
    return std::vector<Integer>(pair_.functionals.size());
  for (std::size_t b = 1; b < pair_.real.blocks(); ++b)
    if (auto no = prove_block(b)) return *std::move(no);
  std::vector<Integer> errors = functional_errors(*job.leaf);
  const long exponent = -1L * pair_.precision.values - pair_.precision.weights;
  for (std::size_t k = 0; k < errors.size(); ++k) {
    const Rational proven = num::scaled(errors[k], exponent);
    const Rational& bound = pair_.problem.functionals[k].bound;
    if (proven > bound)
      return Rejected{Rule::bound, "functional " + std::to_string(k),
                      "the proven error " + num::decimal_up(proven) + " exceeds the bound " +
                          num::decimal_down(bound)};
  }
  return errors;
}

template <class Coefficient>
std::optional<LeafVerdict> LeafProof<Coefficient>::prove_if_possible(const LeafJob& job) {
  if (std::is_same_v<Coefficient, Word> && !pair_.in_words) return std::nullopt;
  try {
    return prove(job);
  } catch (const TooWide&) {
    return std::nullopt;
  }
}

// Inputs: R-INPUT-RANGE, their codes, R-INPUT-ROUNDING. False if an input has no grid point here.
template <class Coefficient>
bool LeafProof<Coefficient>::start(const spec::Box& leaf) {
  Integer squares = 0;
  for (std::size_t i = 0; i < leaf.size(); ++i) {
    const std::optional<Range> codes =
        input_codes(leaf[i], pair_.problem.inputs[i], pair_.design.inputs[i].format.lsb);
    if (!codes) return false;
    state_[i].codes = *codes;
    state_[i].value = input_range(leaf[i], pair_.precision.values);
    state_[i].error = input_error(pair_, i, state_[i]);
    const Integer error = magnitude(state_[i].error);
    add_product(squares, error, error);
  }
  state_.error_norm.assign(1, ceil_sqrt(squares));
  return true;
}

template <class Coefficient>
std::optional<Rejected> LeafProof<Coefficient>::prove_block(std::size_t block) {
  ranges_.bound(block, state_);
  bound_errors(block);
  const std::size_t first = pair_.real.starts[block];
  for (std::size_t e = first; e < pair_.real.starts[block + 1]; ++e)
    if (auto overflow = check_row_widths(pair_, e, state_))
      return Rejected{overflow->rule, row_name(block, e - first), overflow->detail};
  return std::nullopt;
}

// Chapter 5 on a block: R-FORWARD and R-NORM, R-CENTRED for the rows that are then unstable, and
// what follows for the slopes and errors.
template <class Coefficient>
void LeafProof<Coefficient>::bound_errors(std::size_t block) {
  const std::size_t first = pair_.real.starts[block], last = pair_.real.starts[block + 1];
  const auto slope = [&](std::size_t e) {
    return pair_slope(pair_.real.row(e).activation, state_[e].before, state_[e].delta);
  };
  std::vector<std::size_t> unstable;
  for (std::size_t e = first; e < last; ++e) {
    bound_row_error(pair_, e, state_);
    if (slope(e) == Slope::unstable) unstable.push_back(e);
  }
  const std::vector<Range> centred = centred_.rows(unstable, state_);
  for (std::size_t k = 0; k < unstable.size(); ++k)
    state_[unstable[k]].delta = intersection(state_[unstable[k]].delta, centred[k]);
  for (std::size_t e = first; e < last; ++e) {
    state_[e].slope = slope(e);
    state_[e].error = activated_error(state_[e].slope, state_[e].delta);
  }
  state_.error_norm.push_back(error_norm(pair_, block, state_));
}

// R-BOUND.
template <class Coefficient>
std::vector<Integer> LeafProof<Coefficient>::functional_errors(const Leaf& leaf) {
  const std::vector<Range> centred = centred_.functionals({}, state_);
  const std::vector<Range> patterns =
      leaf.enumerated.empty() ? centred : centred_.functionals(leaf.enumerated, state_);
  std::vector<Integer> errors;
  for (std::size_t k = 0; k < centred.size(); ++k) {
    const Range both = intersection(centred[k], patterns[k]);
    errors.push_back(magnitude(intersection(both, functional_forward(pair_, k, state_))));
  }
  return errors;
}

template class LeafProof<Word>;
template class LeafProof<Integer>;

std::variant<LeafBounds, Rejected> prove_leaves(const GridPair& pair, const SplitTree& tree,
                                                unsigned threads) {
  LeafBounds bounds{std::vector<Integer>(pair.functionals.size())};
  std::mutex mutex;  // of bounds
  const auto prover = [&]() -> LeafProver {
    return [&, words = std::make_shared<LeafProof<Word>>(pair),
            integers = std::make_shared<LeafProof<Integer>>(pair)](
               const LeafJob& job) -> std::optional<Rejected> {
      auto result = words->prove_if_possible(job);
      if (!result) result = integers->prove(job);
      if (auto* no = std::get_if<Rejected>(&*result)) return std::move(*no);
      const auto& errors = std::get<std::vector<Integer>>(*result);
      const std::lock_guard lock(mutex);
      ++bounds.leaves;
      for (std::size_t k = 0; k < errors.size(); ++k)
        bounds.errors[k] = std::max(bounds.errors[k], errors[k]);
      return std::nullopt;
    };
  };
  if (auto no = prove_on_leaves(tree, pair.problem.box, threads, prover)) return *std::move(no);
  return bounds;
}

}  // namespace certifix::check
