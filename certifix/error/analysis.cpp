#include "certifix/error/analysis.hpp"

#include <algorithm>
#include <cmath>

namespace certifix::error {
namespace {

using num::EnclosedSum;
using num::Enclosure;

// R-PAIR: the slope of a neuron in the pair (real, implemented).
Enclosure pair_slope(net::Activation activation, Enclosure real, Enclosure implemented) {
  switch (activation) {
    case net::Activation::identity:
      return {1, 1};
    case net::Activation::relu:
      if (real.lower >= 0 && implemented.lower >= 0) return {1, 1};
      if (real.upper <= 0 && implemented.upper <= 0) return {0, 0};
      return {0, 1};
  }
  throw Bug(__FILE__, __LINE__, "unknown activation");
}

// e from delta (R-FORWARD): â >= 0 bounds e from below by -a.
Enclosure activation_error(Enclosure slope, Enclosure real, Enclosure delta) {
  if (slope.lower == 1) return delta;
  if (slope.upper == 0) return {0, 0};
  return {std::max(std::min(delta.lower, 0.0), -std::max(real.upper, 0.0)),
          std::max(delta.upper, 0.0)};
}

Enclosure weight_source(const DifferenceBlock& block, std::size_t i, const range::Ranges& ranges) {
  EnclosedSum sum;
  double radius = 0;
  std::size_t terms = 0;
  sum.add(block.bias_difference[i].lower, block.bias_difference[i].upper);
  for (const DifferenceSource& source : block.sources) {
    const std::vector<Enclosure>& a = ranges.post[source.block];
    const double* difference = source.difference.data() + i * source.columns;
    const double* off = source.radius.data() + i * source.columns;
    for (std::size_t j = 0; j < source.columns; ++j) {
      sum.add_product(difference[j], a[j]);
      radius += off[j] * a[j].magnitude();
    }
    terms += source.columns;
  }
  return num::widened(sum.value(2), radius + num::sum_error(terms + 1, radius));
}

// [lambda] [g], with lambda one of [0,0], [1,1], [0,1].
Enclosure scaled_by_slope(Enclosure slope, Enclosure g) {
  if (slope.lower == 1) return g;
  if (slope.upper == 0) return {0, 0};
  return num::hull(g, {0, 0});
}

void add_interval_product(EnclosedSum& sum, Enclosure a, Enclosure b) {
  const double p[] = {a.lower * b.lower, a.lower * b.upper, a.upper * b.lower, a.upper * b.upper};
  sum.add(*std::min_element(p, p + 4), *std::max_element(p, p + 4));
}

class Forward {
 public:
  Forward(const spec::Problem& problem, const FloatDesign& design, const range::Ranges& ranges,
          Analysis& result)
      : design_(design), ranges_(ranges), result_(result) {
    result_.error.push_back(design.input_error);
    result_.weight_source.emplace_back();
    slope_.emplace_back();
    source_.emplace_back();
    std::vector<Enclosure> inputs;
    for (std::size_t i = 0; i < problem.box.size(); ++i)
      inputs.push_back(ranges.pre[0][i] + design.input_error[i]);
    result_.implemented_pre.push_back(std::move(inputs));
    for (std::size_t b = 1; b <= design.blocks.size(); ++b) block(b);
  }

  const Enclosure& slope(std::size_t b, std::size_t i) const { return slope_[b][i]; }
  const Enclosure& source(std::size_t b, std::size_t i) const { return source_[b][i]; }

 private:
  void block(std::size_t b) {
    const DifferenceBlock& block = design_.blocks[b - 1];
    std::vector<Enclosure> weights, sources, slopes, errors, implemented;
    for (std::size_t i = 0; i < block.size(); ++i) {
      const Enclosure d = weight_source(block, i, ranges_);
      const Enclosure s = d + block.rounding[i];
      EnclosedSum sum;
      for (const DifferenceSource& source : block.sources)
        for (std::size_t j = 0; j < source.columns; ++j)
          sum.add_product(source.implemented[i * source.columns + j],
                          result_.error[source.block][j]);
      const Enclosure delta = sum.value(kImplementedError + 1) + s;
      const Enclosure real = ranges_.pre[b][i];
      const Enclosure pre = real + delta;
      const Enclosure slope = pair_slope(block.activation[i], real, pre);
      weights.push_back(d);
      sources.push_back(s);
      slopes.push_back(slope);
      implemented.push_back(pre);
      errors.push_back(activation_error(slope, real, delta));
    }
    result_.weight_source.push_back(std::move(weights));
    result_.error.push_back(std::move(errors));
    result_.implemented_pre.push_back(std::move(implemented));
    slope_.push_back(std::move(slopes));
    source_.push_back(std::move(sources));
  }

  const FloatDesign& design_;
  const range::Ranges& ranges_;
  Analysis& result_;
  Values slope_;
  Values source_;
};

// R-BACKWARD for one functional; also fills its sensitivities.
Enclosure backward(const spec::Functional& functional, const FloatDesign& design,
                   const Forward& forward, Analysis& result) {
  const std::size_t count = design.blocks.size() + 1;
  std::vector<std::vector<EnclosedSum>> g(count);
  g[0].resize(design.input_error.size());
  for (std::size_t b = 1; b < count; ++b) g[b].resize(design.blocks[b - 1].size());
  for (std::size_t o = 0; o < functional.coefficients.size(); ++o) {
    const Enclosure c = num::enclose(functional.coefficients[o]);
    if (c.magnitude() != 0) g[count - 1][o].add(c.lower, c.upper);
  }
  std::vector<std::vector<double>> sensitivity(count);
  EnclosedSum total;
  for (std::size_t b = count - 1; b > 0; --b) {
    const DifferenceBlock& block = design.blocks[b - 1];
    for (std::size_t i = 0; i < block.size(); ++i) {
      const Enclosure h =
          scaled_by_slope(forward.slope(b, i), g[b][i].value(kImplementedError + 1));
      sensitivity[b].push_back(h.magnitude());
      if (h.lower == 0 && h.upper == 0) continue;
      add_interval_product(total, h, forward.source(b, i));
      for (const DifferenceSource& source : block.sources)
        for (std::size_t j = 0; j < source.columns; ++j)
          if (const double w = source.implemented[i * source.columns + j]; w != 0)
            g[source.block][j].add_product(w, h);
    }
  }
  for (std::size_t i = 0; i < design.input_error.size(); ++i) {
    const Enclosure slope = g[0][i].value(kImplementedError + 1);
    sensitivity[0].push_back(slope.magnitude());
    add_interval_product(total, slope, design.input_error[i]);
  }
  result.sensitivity.push_back(std::move(sensitivity));
  return total.value(1);
}

}  // namespace

Analysis analyze(const spec::Problem& problem, const FloatDesign& design,
                 const range::Ranges& ranges) {
  Analysis result;
  const Forward forward(problem, design, ranges, result);
  for (const spec::Functional& functional : problem.functionals) {
    EnclosedSum outputs;
    for (std::size_t o = 0; o < functional.coefficients.size(); ++o)
      add_interval_product(outputs, num::enclose(functional.coefficients[o]),
                           result.error.back()[o]);
    result.functional.push_back(
        num::intersection(outputs.value(1), backward(functional, design, forward, result)));
  }
  return result;
}

std::vector<Enclosure> weight_sources(const FloatDesign& design, std::size_t b,
                                      const range::Ranges& ranges) {
  std::vector<Enclosure> result;
  for (std::size_t i = 0; i < design.blocks[b - 1].size(); ++i)
    result.push_back(weight_source(design.blocks[b - 1], i, ranges));
  return result;
}

double worst_ratio(const spec::Problem& problem, const Analysis& analysis) {
  double worst = 0;
  for (std::size_t f = 0; f < problem.functionals.size(); ++f)
    worst = std::max(worst, num::next_up(analysis.functional[f].magnitude() /
                                         num::enclose(problem.functionals[f].bound).lower));
  return worst;
}

}  // namespace certifix::error
