#include "certifix/optimize/weight_estimate.hpp"

#include <algorithm>
#include <cmath>

#include "certifix/optimize/realize.hpp"
#include "certifix/split/parallel.hpp"

namespace certifix::optimize {
namespace {

// The same design with exact values: no rounding of inputs and outputs.
error::FloatDesign without_rounding(error::FloatDesign image) {
  for (num::Enclosure& e : image.input_error) e = {0, 0};
  for (error::DifferenceBlock& block : image.blocks)
    for (num::Enclosure& e : block.rounding) {
      // The biases hold the middles of roundings: they go with them.
      num::Enclosure& bias = block.bias_difference[&e - block.rounding.data()];
      bias = {bias.lower + e.midpoint(), bias.upper + e.midpoint()};
      e = {0, 0};
    }
  return image;
}

}  // namespace

WeightEstimate::WeightEstimate(const Subject& subject, const WeightPlaces& places,
                               const LeafSet& leaves, const std::vector<std::size_t>& probed,
                               const Sensitivity& everywhere, WeightChoice choice,
                               const Candidate& reference)
    : subject_(subject), places_(places), choice_(std::move(choice)) {
  const std::size_t functionals = subject.problem().functionals.size();
  const std::size_t own = probed.size();
  const std::size_t leaf_count = own + (everywhere.empty() ? 0 : 1);
  const std::size_t bounds = leaf_count * functionals;
  error::Effort effort = subject.effort();
  effort.sensitivity = true;
  const error::FloatDesign exact = without_rounding(reference.image);
  std::vector<error::Analysis> analyses(own), unrounded(own);
  split::parallel_for(own, subject.threads(), [&](std::size_t k) {
    const range::RealNetwork& real = *leaves.leaves[probed[k]].real;
    analyses[k] = error::analyze(subject.problem(), reference.image, real, effort);
    error::Effort plain = effort;
    plain.sensitivity = false;
    unrounded[k] = error::analyze(subject.problem(), exact, real, plain);
  });
  std::vector<double> bound;
  for (const spec::Functional& functional : subject.problem().functionals)
    bound.push_back(num::enclose(functional.bound).lower);
  const auto sensitivity = [&](std::size_t r, std::size_t b, std::size_t i) {
    const std::size_t f = r % functionals, k = r / functionals;
    return (k < own ? analyses[k].sensitivity[f][b][i] : everywhere[f][b][i]) / bound[f];
  };

  Prices prices;
  for (std::size_t b = 0; b < places.start.size(); ++b) {
    const std::size_t size = subject.network().size(b);
    for (std::size_t i = 0; i < size; ++i) {
      prices.element.emplace_back();
      for (std::size_t r = 0; r < bounds; ++r)
        prices.element.back().push_back(sensitivity(r, b, i));
    }
  }
  std::vector<double> weights(bounds), values(bounds);
  for (std::size_t r = 0; r < bounds; ++r)
    for (std::size_t e = 0; e < places.elements(); ++e)
      values[r] += prices.element[e][r] * rounding(e, choice_.lsb[e]);
  for (std::size_t at = 0; at < places.rows.size(); ++at) {
    const WeightPlaces::Row& row = places.rows[at];
    prices.weight.emplace_back(row.terms.size());
    for (std::size_t t = 0; t < row.terms.size(); ++t) {
      const WeightPlaces::Term& term = row.terms[t];
      const std::size_t from = subject.network().block(row.block).sources[term.source].block;
      for (std::size_t r = 0; r < bounds; ++r) {
        const std::size_t k = r / functionals;
        const range::Ranges& ranges =
            k < own ? leaves.leaves[probed[k]].real->ranges() : leaves.hull;
        const double price =
            sensitivity(r, row.block, row.index) * ranges.post[from][term.column].radius();
        prices.weight[at][t].push_back(price);
        weights[r] += price * std::fabs(choice_.value[at][t] - term.weight);
      }
    }
  }
  // phi, and s.
  uses_.assign(bounds, 0);
  double worst = 0;
  std::vector<double> phi(bounds, 1), scale(bounds, 1);
  for (std::size_t r = 0; r < bounds; ++r) {
    const std::size_t f = r % functionals, k = r / functionals;
    if (k < own) {
      if (weights[r] > 0)
        phi[r] = std::clamp(unrounded[k].functional[f].radius() / bound[f] / weights[r], 0.05, 1.0);
      const double apart = phi[r] * weights[r] + values[r];
      uses_[r] = analyses[k].functional[f].radius() / bound[f];
      scale[r] = apart > 0 ? uses_[r] / apart : 1;
      worst = std::max(worst, uses_[r]);
    } else {
      const double apart = phi[r] * weights[r] + values[r];
      uses_[r] = apart > 0 ? worst : 0;
      scale[r] = apart > 0 ? worst / apart : 1;
    }
  }
  for (std::vector<double>& element : prices.element)
    for (std::size_t r = 0; r < bounds; ++r) element[r] *= scale[r];
  for (auto& row : prices.weight)
    for (std::vector<double>& term : row)
      for (std::size_t r = 0; r < bounds; ++r) term[r] *= phi[r] * scale[r];
  prices_ = std::make_shared<const Prices>(std::move(prices));
}

double WeightEstimate::rounding(std::size_t e, int lsb) const {
  if (e < places_.inputs())
    return error::input_rounding(subject_.problem().inputs[e], lsb).magnitude();
  return std::ldexp(0.5, lsb);
}

void WeightEstimate::apply(const WeightChange& change) {
  for (const RowChange& row : change.rows)
    for (const auto& [t, value] : row.values) {
      const double weight = places_.rows[row.row].terms[t].weight;
      const double more = std::fabs(value - weight) - std::fabs(choice_.value[row.row][t] - weight);
      const std::vector<double>& price = prices_->weight[row.row][t];
      for (std::size_t r = 0; r < uses_.size(); ++r) uses_[r] += price[r] * more;
    }
  if (change.grid) {
    const auto [e, lsb] = *change.grid;
    const double more = rounding(e, lsb) - rounding(e, choice_.lsb[e]);
    for (std::size_t r = 0; r < uses_.size(); ++r) uses_[r] += prices_->element[e][r] * more;
  }
  optimize::apply(change, choice_);
}

}  // namespace certifix::optimize
