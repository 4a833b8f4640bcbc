#include "certifix/attack/objective.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "certifix/attack/approximation.hpp"
#include "certifix/base/error.hpp"

namespace certifix::attack {
namespace {

constexpr double kOverflow = std::numeric_limits<double>::infinity();

}  // namespace

Objective::Objective(const spec::Problem& problem, const SearchSpace& space,
                     const executor::Executor& executor)
    : space_(space),
      executor_(executor),
      real_(problem.network),
      functional_count_(problem.functionals.size()) {
  const std::size_t outputs = problem.network.output_count();
  CERTIFIX_CHECK(executor.output_count() == outputs, "design and network have the same outputs");
  CERTIFIX_CHECK(functional_count_ > 0, "a problem has a functional");
  for (const spec::Functional& functional : problem.functionals) {
    CERTIFIX_CHECK(functional.coefficients.size() == outputs, "one coefficient an output");
    for (const num::Rational& c : functional.coefficients)
      coefficients_.push_back(approximation(c / functional.bound));
  }
  for (std::size_t o = 0; o < outputs; ++o)
    output_lsb_.push_back(executor.design().lsb(executor.design().blocks.size(), o));
}

void Objective::run_one_exactly(std::span<const Position> point, std::span<double> outputs) const {
  try {
    const std::vector<num::Integer> codes = executor_.run(executor_.quantize(space_.exact(point)));
    for (std::size_t o = 0; o < outputs.size(); ++o)
      outputs[o] = approximation(executor_.output_value(codes[o], o));
  } catch (const std::exception&) {  // a value leaves its width: confirmed, with its place, later
    std::fill(outputs.begin(), outputs.end(), kOverflow);
  }
}

// The implemented outputs of `count` points, infinite where a value leaves its width.
void Objective::run_implemented(std::span<const Position> points, std::size_t count,
                                Scratch& scratch) const {
  const std::size_t inputs = space_.dimension();
  const std::size_t outputs = output_lsb_.size();
  scratch.implemented.resize(count * outputs);
  bool all_fit = false;
  if (executor_.fast()) {
    scratch.codes.resize(count * inputs);
    scratch.output_codes.resize(count * outputs);
    for (std::size_t n = 0; n < count; ++n)
      for (std::size_t i = 0; i < inputs; ++i)
        scratch.codes[n * inputs + i] = space_.axis(i).code(points[n * inputs + i]);
    all_fit = executor_.run_fast(scratch.codes, scratch.output_codes);
  }
  for (std::size_t n = 0; n < count; ++n) {
    const std::span<double> y(&scratch.implemented[n * outputs], outputs);
    if (!all_fit) {
      run_one_exactly(points.subspan(n * inputs, inputs), y);
      continue;
    }
    for (std::size_t o = 0; o < outputs; ++o)
      y[o] = std::ldexp(static_cast<double>(scratch.output_codes[n * outputs + o]), output_lsb_[o]);
  }
}

void Objective::ratios(std::span<const Position> points, std::span<double> ratios,
                       Scratch& scratch) const {
  const std::size_t inputs = space_.dimension();
  const std::size_t outputs = output_lsb_.size();
  const std::size_t count = points.size() / inputs;
  CERTIFIX_CHECK(points.size() == count * inputs && ratios.size() == count * functional_count_,
                 "points and ratios hold the same number of points");
  scratch.real_inputs.resize(count * inputs);
  scratch.real_outputs.resize(count * outputs);
  for (std::size_t n = 0; n < count; ++n)
    for (std::size_t i = 0; i < inputs; ++i)
      scratch.real_inputs[n * inputs + i] = space_.axis(i).approximate(points[n * inputs + i]);
  real_.run(scratch.real_inputs, scratch.real_outputs, scratch.real_scratch);
  run_implemented(points, count, scratch);
  for (std::size_t n = 0; n < count; ++n) {
    const double* implemented = &scratch.implemented[n * outputs];
    const double* real = &scratch.real_outputs[n * outputs];
    for (std::size_t k = 0; k < functional_count_; ++k) {
      double ratio = 0;
      for (std::size_t o = 0; o < outputs; ++o)
        ratio += coefficients_[k * outputs + o] * (implemented[o] - real[o]);
      ratios[n * functional_count_ + k] = std::isfinite(ratio) ? ratio : kOverflow;
    }
  }
}

}  // namespace certifix::attack
