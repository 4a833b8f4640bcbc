#include "certifix/check/back_substitution.hpp"

#include <algorithm>

namespace certifix::check {
namespace {

// The invariant  form <= sum of coefficients * a + constant  loses the element.
template <class Coefficient>
void eliminate(const GridNetwork& network, const LeafState& state, std::size_t element,
               Products<Coefficient>* coefficients, Integer& constant) {
  if (coefficients[element] == 0) return;
  const Element& known = state[element];
  const Precision precision = network.precision;
  const auto a = rounded<Coefficient>(coefficients[element], known.value, precision, constant);
  if (element < network.inputs()) {  // an input at its worse end
    add_product(constant, a, a > 0 ? known.value.upper : known.value.lower);
    return;
  }
  // Step 1: a is relaxed to a multiple of z.
  const Relaxation& relaxation = known.relaxation;
  Coefficient z = 0;
  switch (relaxation.kind) {
    case Relaxation::Kind::dead:
      return;
    case Relaxation::Kind::linear:
      z = a;
      break;
    case Relaxation::Kind::crossing:
      if (a > 0) {
        Products<Coefficient> product = 0;
        add_product(product, a, coefficient<Coefficient>(relaxation.upper_slope));
        z = rounded<Coefficient>(product, known.before, precision, constant);
        add_product(constant, a, relaxation.upper_offset);
      } else if (relaxation.lower_is_z) {
        z = a;
      }
      break;
  }
  if (z == 0) return;
  // Step 2: z is replaced by what its row reads.
  const RealRow& row = network.row(element);
  for (const Edge& edge : row.weights)
    add_product(coefficients[edge.element], z, edge.as<Coefficient>());
  add_product(constant, z, row.bias);
  add_product(constant, absolute(z), known.tau);
}

}  // namespace

template <class Coefficient>
void Forms<Coefficient>::reset(std::size_t count, std::size_t elements) {
  count_ = count;
  elements_ = elements;
  coefficients_.resize(std::max(coefficients_.size(), count * elements));
  constants_.resize(std::max(constants_.size(), count));
  for (std::size_t i = 0; i < count * elements; ++i) coefficients_[i] = 0;
  for (std::size_t i = 0; i < count; ++i) constants_[i] = 0;
}

template <class Coefficient>
void bound_above(const GridNetwork& network, const LeafState& state, Forms<Coefficient>& forms) {
  for (std::size_t e = forms.elements(); e-- > 0;)
    for (std::size_t f = 0; f < forms.count(); ++f)
      eliminate<Coefficient>(network, state, e, forms.coefficients(f), forms.constant(f));
}

template class Forms<Word>;
template class Forms<Integer>;
template void bound_above(const GridNetwork&, const LeafState&, Forms<Word>&);
template void bound_above(const GridNetwork&, const LeafState&, Forms<Integer>&);

}  // namespace certifix::check
