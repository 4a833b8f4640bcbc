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

std::vector<Range> CentredBounds::rows(const std::vector<std::size_t>& elements,
                                       const LeafState& state) {
  pattern_bit_.clear();
  std::vector<Range> result;
  for (std::size_t first = 0; first < elements.size(); first += kTargetsAtOnce) {
    const std::size_t count = std::min(kTargetsAtOnce, elements.size() - first);
    start(count, elements[first]);
    for (std::size_t k = 0; k < count; ++k) start_row(k, elements[first + k], state);
    for (const Range& squares : carry_back(std::vector<std::size_t>(count), state))
      result.push_back(to_grid(squares, pair_.precision));
  }
  return result;
}

std::vector<Range> CentredBounds::functionals(const std::vector<Neuron>& enumerated,
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

void CentredBounds::start(std::size_t count, std::size_t elements) {
  errors_.reset(count, elements);
  differences_.reset(2 * count, elements);
}

// delta = sum w^ e + sum dW a + db + rho - theta.
void CentredBounds::start_row(std::size_t target, std::size_t element, const LeafState& state) {
  const PairRow& row = pair_.row(element);
  const Integer one = to_squares(1, pair_.precision);
  for (const Edge& edge : row.implemented) errors(target)[edge.element] = edge.weight * one;
  for (const Edge& edge : row.difference) differences(target)[edge.element] = edge.weight * one;
  add_own(target, one, state[element].own);
}

// sum c e over the outputs; c between grid points is rounded down.
void CentredBounds::start_functional(std::size_t target, std::size_t functional,
                                     const LeafState& state) {
  const std::vector<Range>& coefficients = pair_.functionals[functional];
  const std::size_t first_output = pair_.real.elements() - coefficients.size();
  for (std::size_t o = 0; o < coefficients.size(); ++o) {
    const Range& c = coefficients[o];
    errors(target)[first_output + o] = to_squares(c.lower, pair_.precision);
    if (c.lower != c.upper) widen(target, magnitude(state[first_output + o].error));
  }
}

std::vector<Range> CentredBounds::carry_back(const std::vector<std::size_t>& patterns,
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
      differences_.coefficients(2 * k + 1)[e] = -differences(k)[e];
  bound_above(pair_.real, state, differences_);
  std::vector<Range> result;
  for (std::size_t k = 0; k < errors_.count(); ++k)
    result.push_back({Integer(-below(k)), above(k)});
  return result;
}

// kappa of an element's slope.
CentredBounds::Centre CentredBounds::centre(std::size_t element, std::size_t pattern,
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
void CentredBounds::eliminate_input(std::size_t target, std::size_t input, const Element& known) {
  Integer moved = 0;
  const Integer g = rounded(errors(target)[input], known.error, pair_.precision, moved);
  widen(target, moved);
  add_own(target, g, known.error);
}

// e = kappa delta + (lambda - kappa) delta with |lambda - kappa| <= 1/2 where kappa is 1/2, else 0.
void CentredBounds::eliminate_row(std::size_t target, std::size_t element, Centre centre,
                                  const Element& known) {
  if (centre == Centre::zero) return;
  // With kappa = 1/2, G = 2 H is rounded to a multiple of 2 u.
  const bool half = centre == Centre::half;
  const Integer& g = errors(target)[element];
  const auto bits = static_cast<unsigned long>(pair_.precision) + (half ? 1 : 0);
  if (!mpz_divisible_2exp_p(g.get_mpz_t(), bits))
    widen(target, (half ? 2 : 1) * magnitude(known.error));
  const Integer h = num::floor_shift(g, bits);
  if (half) widen(target, abs(h) * magnitude(known.delta));  // |G| max|delta| / 2
  if (h == 0) return;
  const PairRow& row = pair_.row(element);
  for (const Edge& edge : row.implemented)
    add_product(errors(target)[edge.element], h, edge.weight);
  for (const Edge& edge : row.difference)
    add_product(differences(target)[edge.element], h, edge.weight);
  add_own(target, h, known.own);
}

// h times what lies in `own`.
void CentredBounds::add_own(std::size_t target, const Integer& h, const Range& own) {
  const bool keeps_order = h > 0;
  add_product(above(target), h, keeps_order ? own.upper : own.lower);
  mpz_submul(below(target).get_mpz_t(), h.get_mpz_t(),
             (keeps_order ? own.lower : own.upper).get_mpz_t());
}

void CentredBounds::widen(std::size_t target, const Integer& radius) {
  above(target) += radius;
  below(target) += radius;
}

}  // namespace certifix::check
