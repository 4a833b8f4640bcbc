#include "certifix/error/analysis.hpp"

#include <algorithm>
#include <cmath>

#include "certifix/error/centred.hpp"
#include "certifix/error/pair.hpp"

namespace certifix::error {

using num::EnclosedSum;
using num::Enclosure;
using num::next_up;

Slope pair_slope(net::Activation activation, Enclosure real, Enclosure delta) {
  switch (activation) {
    case net::Activation::identity:
      return Slope::one;
    case net::Activation::relu:
      if (real.lower >= 0 && (real + delta).lower >= 0) return Slope::one;
      if (real.upper <= 0 && (real + delta).upper <= 0) return Slope::zero;
      return Slope::any;
  }
  throw Bug(__FILE__, __LINE__, "unknown activation");
}

Enclosure activation_error(Slope slope, Enclosure delta) {
  switch (slope) {
    case Slope::one:
      return delta;
    case Slope::zero:
      return {0, 0};
    case Slope::any:
      return num::hull(delta, {0, 0});
  }
  throw Bug(__FILE__, __LINE__, "unknown slope");
}

namespace {

// Sums over a row's weights and earlier blocks, in one go.
struct RowSums {
  Enclosure weights;  // D
  Enclosure carried;  // sum ŵ e
  double norm = 0;    // sum |ŵ row| * |e block|, Euclidean
  double error_reach = 0;
  double difference_reach = 0;
  double difference_radius = 0;
};

RowSums row_sums(const Pair& pair, const DifferenceBlock& block, std::size_t i) {
  EnclosedSum difference, carried;
  RowSums result;
  std::size_t terms = 0;
  difference.add(block.bias_difference[i].lower, block.bias_difference[i].upper);
  for (const DifferenceSource& source : block.sources) {
    const std::vector<Enclosure>& a = pair.real.ranges().post[source.block];
    const std::vector<Enclosure>& e = pair.blocks[source.block].error;
    const std::size_t from = i * source.columns;
    double squares = 0;
    for (std::size_t j = 0; j < source.columns; ++j) {
      const double w = source.implemented[from + j];
      const double d = source.difference[from + j];
      difference.add_product(d, a[j]);
      carried.add_product(w, e[j]);
      squares += w * w;
      result.error_reach += std::fabs(w) * e[j].magnitude();
      result.difference_reach += std::fabs(d) * a[j].magnitude();
      result.difference_radius += source.radius[from + j] * a[j].magnitude();
    }
    result.norm += std::sqrt(squares) * pair.blocks[source.block].error_norm;
    terms += source.columns;
  }
  const auto up = [&](double sum) { return next_up(sum + num::sum_error(terms + 8, sum)); };
  result.norm = up(result.norm);
  result.error_reach = up(result.error_reach);
  result.difference_reach = up(result.difference_reach);
  result.difference_radius = up(result.difference_radius);
  result.weights = num::widened(difference.value(2), result.difference_radius);
  result.carried = carried.value(kImplementedError + 1);
  return result;
}

double euclidean(const std::vector<Enclosure>& values) {
  double squares = 0;
  for (const Enclosure& v : values) squares += v.magnitude() * v.magnitude();
  return next_up(std::sqrt(next_up(squares + num::sum_error(values.size() + 2, squares))) *
                 (1 + 0x1p-50));
}

void analyze_block(Pair& pair, std::size_t b, const Effort& effort, std::vector<CentredBound>& kept,
                   std::vector<std::vector<std::size_t>>& unstable) {
  const DifferenceBlock& block = pair.design.blocks[b - 1];
  const std::vector<Enclosure>& real = pair.real.ranges().pre[b];
  PairBlock out;
  for (std::size_t i = 0; i < block.size(); ++i) {
    const RowSums sums = row_sums(pair, block, i);
    const Enclosure source = sums.weights + block.rounding[i];
    Enclosure delta = sums.carried + source;
    delta = num::intersection(delta, num::widened(source, sums.norm));
    out.weights.push_back(sums.weights);
    out.source.push_back(source);
    out.delta.push_back(delta);
    out.slope.push_back(pair_slope(block.activation[i], real[i], delta));
    out.error_reach.push_back(sums.error_reach);
    out.difference_reach.push_back(sums.difference_reach);
    out.difference_radius.push_back(sums.difference_radius);
  }
  pair.blocks.push_back(std::move(out));
  PairBlock& known = pair.blocks.back();
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < block.size(); ++i)
    if (known.slope[i] == Slope::any) rows.push_back(i);
  if (effort.centred && !rows.empty()) {
    CentredBound bound = centred_bound(pair, row_targets(pair, b, rows), {}, effort.sensitivity);
    std::vector<std::size_t> still;
    for (std::size_t k = 0; k < rows.size(); ++k) {
      const std::size_t i = rows[k];
      known.delta[i] = num::intersection(known.delta[i], bound.total[k]);
      known.slope[i] = pair_slope(block.activation[i], real[i], known.delta[i]);
    }
    kept.push_back(std::move(bound));
  } else {
    kept.emplace_back();
  }
  unstable.push_back(std::move(rows));
  // |e| <= |delta| for every slope, and the norm of delta is at most that of its parts.
  double norm = euclidean(known.source);
  for (const DifferenceSource& source : block.sources)
    norm = next_up(norm + next_up(source.norm * pair.blocks[source.block].error_norm));
  for (std::size_t i = 0; i < block.size(); ++i)
    known.error.push_back(activation_error(known.slope[i], known.delta[i]));
  // In this order: without norms `norm` is infinite, or not a number.
  known.error_norm = std::min(euclidean(known.error), norm);
}

// The unstable neurons whose deviation costs the functionals most, relative to their bounds.
std::vector<Enumerated> choose_enumerated(const Pair& pair, const CentredBound& bound, int most) {
  std::vector<double> bounds;
  for (const spec::Functional& functional : pair.problem.functionals)
    bounds.push_back(num::enclose(functional.bound).lower);
  std::vector<std::pair<double, Enumerated>> ranked;
  for (std::size_t b = 1; b < pair.blocks.size(); ++b) {
    for (std::size_t i = 0; i < pair.size(b); ++i) {
      double cost = 0;
      if (!bound.deviation[b].empty())
        for (std::size_t f = 0; f < pair.problem.functionals.size(); ++f)
          cost = std::max(cost, bound.deviation[b][f * pair.size(b) + i] / bounds[f]);
      if (cost > 0) ranked.push_back({cost, {b, i}});
    }
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& x, const auto& y) { return x.first > y.first; });
  if (ranked.size() > static_cast<std::size_t>(most)) ranked.resize(most);
  std::vector<Enumerated> result;
  for (const auto& [cost, neuron] : ranked) result.push_back(neuron);
  return result;
}

// Cutting the box helps by making unstable neurons stable: each input is worth what it contributes
// to the ranges of the unstable neurons, weighted by what these cost the functionals.
std::size_t input_to_cut(const Pair& pair, const CentredBound& bound) {
  const std::size_t inputs = pair.size(0);
  std::vector<double> worth(inputs);
  for (std::size_t b = 1; b < pair.blocks.size(); ++b) {
    if (bound.deviation[b].empty()) continue;
    for (std::size_t i = 0; i < pair.size(b); ++i) {
      double cost = 0;
      for (std::size_t f = 0; f < pair.problem.functionals.size(); ++f)
        cost = std::max(cost, bound.deviation[b][f * pair.size(b) + i]);
      if (cost == 0) continue;
      const Enclosure z = pair.real.ranges().pre[b][i];
      const double* influence = pair.real.influence(b).data() + i * inputs;
      for (std::size_t d = 0; d < inputs; ++d)
        worth[d] += cost * influence[d] / (z.upper - z.lower);
    }
  }
  return std::max_element(worth.begin(), worth.end()) - worth.begin();
}

// M_f = |C_f| + sum over unstable t of omega_t |C_t|, omega_t half the weight with which |delta_t|
// enters f, collected from the last block to the first.
std::vector<std::vector<double>> sensitivities(const Pair& pair, const CentredBound& functionals,
                                               std::size_t f, const std::vector<CentredBound>& kept,
                                               const std::vector<std::vector<std::size_t>>& rows) {
  std::vector<std::vector<double>> result(pair.blocks.size());
  std::vector<std::vector<double>> weight(pair.blocks.size());  // of |delta|
  const auto take = [&](const CentredBound& bound, std::size_t target, double factor) {
    for (std::size_t b = 0; b < bound.coefficients.size(); ++b) {
      const std::size_t size = pair.size(b);
      if (bound.coefficients[b].empty()) continue;
      for (std::size_t i = 0; i < size; ++i) {
        result[b][i] += factor * bound.coefficients[b][target * size + i];
        if (const double d = bound.deviation[b].empty() ? 0 : bound.deviation[b][target * size + i];
            d > 0)
          weight[b][i] += factor * d / pair.blocks[b].delta[i].magnitude();
      }
    }
  };
  for (std::size_t b = 0; b < pair.blocks.size(); ++b) {
    result[b].assign(pair.size(b), 0);
    weight[b].assign(pair.size(b), 0);
  }
  take(functionals, f, 1);
  for (std::size_t b = pair.blocks.size(); b-- > 1;) {
    for (std::size_t k = 0; k < rows[b].size(); ++k) {
      const std::size_t i = rows[b][k];
      if (weight[b][i] == 0) continue;
      result[b][i] += weight[b][i];  // its own source
      take(kept[b], k, weight[b][i]);
    }
  }
  return result;
}

}  // namespace

Analysis analyze(const spec::Problem& problem, const FloatDesign& design,
                 const range::RealNetwork& real, const Effort& effort) {
  Pair pair{problem, design, real, {}};
  PairBlock inputs;
  inputs.error = design.input_error;
  inputs.error_norm = euclidean(design.input_error);
  pair.blocks.push_back(std::move(inputs));
  std::vector<CentredBound> kept(1);
  std::vector<std::vector<std::size_t>> rows(1);
  for (std::size_t b = 1; b <= design.blocks.size(); ++b)
    analyze_block(pair, b, effort, kept, rows);

  Analysis result;
  for (const spec::Functional& functional : problem.functionals) {
    EnclosedSum sum;
    for (std::size_t o = 0; o < functional.coefficients.size(); ++o) {
      const Enclosure c = num::enclose(functional.coefficients[o]);
      const Enclosure e = pair.blocks.back().error[o];
      const double p[] = {c.lower * e.lower, c.lower * e.upper, c.upper * e.lower,
                          c.upper * e.upper};
      sum.add(*std::min_element(p, p + 4), *std::max_element(p, p + 4));
    }
    result.functional.push_back(sum.value(1));
  }
  if (effort.centred) {
    const CentredBound plain = centred_bound(pair, functional_targets(pair, 1), {}, true);
    for (std::size_t f = 0; f < problem.functionals.size(); ++f)
      result.functional[f] = num::intersection(result.functional[f], plain.total[f]);
    result.cut = input_to_cut(pair, plain);
    result.enumerated = choose_enumerated(pair, plain, effort.patterns);
    const std::vector<Enumerated>& enumerated = result.enumerated;
    if (!enumerated.empty()) {
      const std::size_t copies = std::size_t{1} << enumerated.size();
      const CentredBound patterns =
          centred_bound(pair, functional_targets(pair, copies), enumerated, false);
      for (std::size_t f = 0; f < problem.functionals.size(); ++f) {
        Enclosure all = patterns.total[f * copies];
        for (std::size_t k = 1; k < copies; ++k)
          all = num::hull(all, patterns.total[f * copies + k]);
        result.functional[f] = num::intersection(result.functional[f], all);
      }
    }
    if (effort.sensitivity)
      for (std::size_t f = 0; f < problem.functionals.size(); ++f)
        result.sensitivity.push_back(sensitivities(pair, plain, f, kept, rows));
  }
  for (std::size_t b = 0; b < pair.blocks.size(); ++b) {
    std::vector<Enclosure> implemented;
    std::size_t unstable = 0;
    for (std::size_t i = 0; i < pair.size(b); ++i) {
      const Enclosure off = b == 0 ? pair.blocks[0].error[i] : pair.blocks[b].delta[i];
      implemented.push_back(real.ranges().pre[b][i] + off);
      if (b > 0 && pair.blocks[b].slope[i] == Slope::any) ++unstable;
    }
    result.implemented_pre.push_back(std::move(implemented));
    result.weight_source.push_back(pair.blocks[b].weights);
    result.error.push_back(pair.blocks[b].error);
    result.unstable.push_back(unstable);
  }
  return result;
}

std::vector<Enclosure> weight_sources(const FloatDesign& design, std::size_t b,
                                      const range::Ranges& ranges) {
  std::vector<Enclosure> result;
  const DifferenceBlock& block = design.blocks[b - 1];
  for (std::size_t i = 0; i < block.size(); ++i) {
    EnclosedSum sum;
    double radius = 0;
    sum.add(block.bias_difference[i].lower, block.bias_difference[i].upper);
    for (const DifferenceSource& source : block.sources) {
      const std::size_t from = i * source.columns;
      for (std::size_t j = 0; j < source.columns; ++j) {
        const Enclosure a = ranges.post[source.block][j];
        sum.add_product(source.difference[from + j], a);
        radius += source.radius[from + j] * a.magnitude();
      }
    }
    result.push_back(num::widened(sum.value(2), radius * (1 + 1e-6)));
  }
  return result;
}

double worst_ratio(const spec::Problem& problem, const Analysis& analysis) {
  double worst = 0;
  for (std::size_t f = 0; f < problem.functionals.size(); ++f)
    worst = std::max(worst, next_up(analysis.functional[f].magnitude() /
                                    num::enclose(problem.functionals[f].bound).lower));
  return worst;
}

}  // namespace certifix::error
