#include "certifix/emit/gappa/forms.hpp"

namespace certifix::emit {
namespace {

using num::Interval;
using num::Rational;

// The interval of factor * value.
void add(Rational& lower, Rational& upper, const Rational& factor, const Interval& value) {
  const bool rises = factor.sign() >= 0;
  lower += factor * (rises ? value.lower() : value.upper());
  upper += factor * (rises ? value.upper() : value.lower());
}

}  // namespace

void add(RealForm& sum, const Rational& factor, const RealForm& form) {
  sum.constant += factor * form.constant;
  for (std::size_t i = 0; i < form.x.size(); ++i) sum.x[i] += factor * form.x[i];
}

void add(ErrorForm& sum, const Rational& factor, const ErrorForm& form) {
  add(sum.real, factor, form.real);
  for (const auto& [name, value] : form.atoms) sum.atoms[name] += factor * value;
}

Interval range(const RealForm& form, const FormRanges& ranges) {
  Rational lower = form.constant, upper = form.constant;
  for (std::size_t i = 0; i < form.x.size(); ++i) add(lower, upper, form.x[i], ranges.box[i]);
  return {lower, upper};
}

Interval range(const ErrorForm& form, const FormRanges& ranges) {
  const Interval real = range(form.real, ranges);
  Rational lower = real.lower(), upper = real.upper();
  for (const auto& [name, factor] : form.atoms) add(lower, upper, factor, ranges.atoms.at(name));
  return {lower, upper};
}

std::string number(const Rational& x) {
  const num::Integer& d = x.denominator();
  const std::string n = x.numerator().get_str();
  if (d == 1) return x.sign() < 0 ? "(" + n + ")" : n;
  const long k = num::bit_length(d) - 1;
  if (d != num::Integer(1) << static_cast<unsigned long>(k))
    return "(" + n + " / " + d.get_str() + ")";
  const std::string dyadic = n + "b-" + std::to_string(k);
  return x.sign() < 0 ? "(" + dyadic + ")" : dyadic;
}

void SumText::add(const Rational& factor, const std::string& name) {
  if (factor.sign() == 0) return;
  if (!text_.empty()) text_ += " + ";
  text_ += factor == 1 ? name : number(factor) + " * " + name;
}

std::string SumText::text() const { return text_.empty() ? "0" : text_; }

std::string text(const ErrorForm& form) {
  SumText sum(form.real.constant);
  for (std::size_t i = 0; i < form.real.x.size(); ++i)
    sum.add(form.real.x[i], "x" + std::to_string(i));
  for (const auto& [name, factor] : form.atoms) sum.add(factor, name);
  return sum.text();
}

}  // namespace certifix::emit
