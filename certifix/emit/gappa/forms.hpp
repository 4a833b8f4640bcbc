// Affine forms of one case of signs, in which every ReLU is either 0 or its pre-activation: what
// the network computes as a form of the inputs x, and the error of the design as a form of
//   x and atoms: rounding errors and other named values that lie in known intervals.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "certifix/num/exact/interval.hpp"
#include "certifix/num/exact/rational.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::emit {

// constant + sum of x[i] * (input i)
struct RealForm {
  num::Rational constant;
  std::vector<num::Rational> x;
};

struct ErrorForm {
  RealForm real;
  std::map<std::string, num::Rational> atoms;  // by the text that stands for them in the script
};

void add(RealForm& sum, const num::Rational& factor, const RealForm& form);
void add(ErrorForm& sum, const num::Rational& factor, const ErrorForm& form);

// What the forms range over.
struct FormRanges {
  spec::Box box;
  std::map<std::string, num::Interval> atoms;  // by text
};

num::Interval range(const RealForm& form, const FormRanges& ranges);
num::Interval range(const ErrorForm& form, const FormRanges& ranges);

// An exact number as Gappa reads it: 5b-3, (7 / 10).
std::string number(const num::Rational& x);

// The text of a sum, without what is 0: "1b-1 + 5b-3 * x0 + x1".
class SumText {
 public:
  explicit SumText(const num::Rational& constant = 0)
      : text_(constant.sign() == 0 ? "" : number(constant)) {}
  void add(const num::Rational& factor, const std::string& name);
  std::string text() const;

 private:
  std::string text_;
};

// Input i is x<i>.
std::string text(const ErrorForm& form);

}  // namespace certifix::emit
