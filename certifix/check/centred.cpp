#include "certifix/check/centred.hpp"

#include <algorithm>

#include "certifix/base/error.hpp"

namespace certifix::check {
namespace {

// Targets carried back together. More would not be faster, and memory grows with it.
constexpr std::size_t kTargetsAtOnce = 16;

Range hull(const Range& x, const Range& y) {
  return {std::min(x.lower, y.lower), std::max(x.upper, y.upper)};
}

}  // namespace

template <class Coefficient>
std::vector<Range> CentredBounds<Coefficient>::rows(const std::vector<std::size_t>& elements,
                                                    const LeafState& state) {
  pattern_bit_.clear();
  std::vector<Range> result;
  for (std::size_t first = 0; first < elements.size(); first += kTargetsAtOnce) {
    const std::size_t count = std::min(kTargetsAtOnce, elements.size() - first);
    start(count, elements[first]);
    for (std::size_t k = 0; k < count; ++k) start_row(k, elements[first + k], state);
    for (const Range& squares : carry_back(std::vector<std::size_t>(count), state))
      result.push_back(to_values(squares, pair_.precision));
  }
  return result;
}

template <class Coefficient>
std::vector<Range> CentredBounds<Coefficient>::functionals(const std::vector<Neuron>& enumerated,
                                                           const LeafState& state) {
  pattern_bit_.clear();
  for (const Neuron& neuron : enumerated) {
    const std::size_t element = pair_.real.starts[neuron.block] + neuron.row;
    if (state[element].slope == Slope::unstable)
      pattern_bit_.try_emplace(element, pattern_bit_.size());
  }
  const std::size_t patterns = std::size_t{1} << pattern_bit_.size();
  const std::size_t targets = pair_.functionals.size() * patterns;
  std::vector<Range> result;
  for (std::size_t first = 0; first < targets; first += kTargetsAtOnce) {
    const std::size_t count = std::min(kTargetsAtOnce, targets - first);
    start(count, pair_.real.elements());
    std::vector<std::size_t> pattern;
    for (std::size_t k = 0; k < count; ++k) {
      start_functional(k, (first + k) / patterns, state);
      pattern.push_back((first + k) % patterns);
    }
    const std::vector<Range> bounds = carry_back(pattern, state);
    for (std::size_t k = 0; k < count; ++k) {
      if (pattern[k] == 0)
        result.push_back(bounds[k]);
      else
        result.back() = hull(result.back(), bounds[k]);
    }
  }
  return result;
}

template <class Coefficient>
void CentredBounds<Coefficient>::start(std::size_t count, std::size_t elements) {
  errors_.reset(count, elements);
  differences_.reset(2 * count, elements);
}

// delta = sum w^ e + sum dW a + db + rho - theta.
template <class Coefficient>
void CentredBounds<Coefficient>::start_row(std::size_t target, std::size_t element,
                                           const LeafState& state) {
  const PairRow& row = pair_.row(element);
  const int bits = pair_.precision.weights;
  for (const Edge& edge : row.implemented)
    errors(target)[edge.element] = shifted_up(edge.as<Coefficient>(), bits);
  for (const Edge& edge : row.difference)
    differences(target)[edge.element] = shifted_up(edge.as<Coefficient>(), bits);
  add_own(target, coefficient<Coefficient>(Integer(1) << static_cast<unsigned long>(bits)),
          state[element].own);
}

// sum c e over the outputs; c between grid points is rounded down.
template <class Coefficient>
void CentredBounds<Coefficient>::start_functional(std::size_t target, std::size_t functional,
                                                  const LeafState& state) {
  const std::vector<Range>& coefficients = pair_.functionals[functional];
  const std::size_t first_output = pair_.real.elements() - coefficients.size();
  for (std::size_t o = 0; o < coefficients.size(); ++o) {
    const Range& c = coefficients[o];
    errors(target)[first_output + o] =
        shifted_up(coefficient<Coefficient>(c.lower), pair_.precision.weights);
    if (c.lower != c.upper) widen(target, Word{1}, state[first_output + o].error);
  }
}

template <class Coefficient>
std::vector<Range> CentredBounds<Coefficient>::carry_back(const std::vector<std::size_t>& patterns,
                                                          const LeafState& state) {
  for (std::size_t e = errors_.elements(); e-- > 0;) {
    for (std::size_t k = 0; k < errors_.count(); ++k) {
      if (errors(k)[e] == 0) continue;
      if (e < pair_.real.inputs())
        eliminate_input(k, e, state[e]);
      else
        eliminate_row(k, e, centre(e, patterns[k], state[e].slope), state[e]);
    }
  }
  for (std::size_t k = 0; k < errors_.count(); ++k)
    for (std::size_t e = 0; e < differences_.elements(); ++e)
      differences_.coefficients(2 * k + 1)[e] = negative(differences(k)[e]);
  bound_above(pair_.real, state, differences_);
  std::vector<Range> result;
  for (std::size_t k = 0; k < errors_.count(); ++k)
    result.push_back({Integer(-below(k)), above(k)});
  return result;
}

// kappa of an element's slope.
template <class Coefficient>
Centre CentredBounds<Coefficient>::centre(std::size_t element, std::size_t pattern,
                                          Slope slope) const {
  switch (slope) {
    case Slope::zero:
      return Centre::zero;
    case Slope::one:
      return Centre::one;
    case Slope::unstable: {
      const auto bit = pattern_bit_.find(element);
      if (bit == pattern_bit_.end()) return Centre::half;
      return (pattern >> bit->second & 1) == 1 ? Centre::one : Centre::zero;
    }
  }
  throw Bug(__FILE__, __LINE__, "unknown slope");
}

// An input's error is bounded where it stands.
template <class Coefficient>
void CentredBounds<Coefficient>::eliminate_input(std::size_t target, std::size_t input,
                                                 const Element& known) {
  bool exact = false;
  const Coefficient g = shifted_down(errors(target)[input], pair_.precision.weights, exact);
  if (!exact) widen(target, Word{1}, known.error);
  add_own(target, g, known.error);
}

// e = kappa delta + (lambda - kappa) delta with |lambda - kappa| <= 1/2 where kappa is 1/2, else 0.
template <class Coefficient>
void CentredBounds<Coefficient>::eliminate_row(std::size_t target, std::size_t element,
                                               Centre centre, const Element& known) {
  if (centre == Centre::zero) return;
  // With kappa = 1/2, G = 2 H is rounded to a multiple of 2 v.
  const bool half = centre == Centre::half;
  bool exact = false;
  const Coefficient h =
      shifted_down(errors(target)[element], pair_.precision.weights + (half ? 1 : 0), exact);
  if (!exact) widen(target, Word{half ? 2 : 1}, known.error);
  if (half) widen(target, absolute(h), known.delta);  // |G| max|delta| / 2
  if (h == 0) return;
  const PairRow& row = pair_.row(element);
  for (const Edge& edge : row.implemented)
    add_product(errors(target)[edge.element], h, edge.as<Coefficient>());
  for (const Edge& edge : row.difference)
    add_product(differences(target)[edge.element], h, edge.as<Coefficient>());
  add_own(target, h, known.own);
}

// h times what lies in `own`.
template <class Coefficient>
void CentredBounds<Coefficient>::add_own(std::size_t target, const Coefficient& h,
                                         const Range& own) {
  const bool keeps_order = h > 0;
  add_product(above(target), h, keeps_order ? own.upper : own.lower);
  add_product(below(target), Coefficient(-h), keeps_order ? own.lower : own.upper);
}

template <class Coefficient>
template <class Factor>
void CentredBounds<Coefficient>::widen(std::size_t target, const Factor& a, const Range& x) {
  add_magnitude(above(target), a, x);
  add_magnitude(below(target), a, x);
}

template class CentredBounds<Word>;
template class CentredBounds<Integer>;

}  // namespace certifix::check
