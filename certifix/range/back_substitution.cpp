#include "certifix/range/back_substitution.hpp"

#include <cmath>

namespace certifix::range {

using num::Enclosure;
using num::next_up;
using num::sum_error;

LinearForms negated(LinearForms forms) {
  for (std::vector<double>& block : forms.coefficients)
    for (double& a : block) a = -a;
  for (double& c : forms.constant) c = -c;
  return forms;
}

BackSubstitution::Relaxation BackSubstitution::relax(net::Activation activation, Enclosure z) {
  switch (activation) {
    case net::Activation::identity:
      return {1, 0, 1};
    case net::Activation::relu:
      if (z.lower >= 0) return {1, 0, 1};
      if (z.upper <= 0) return {0, 0, 0};
      // Any slope is sound with the offset that makes the chord hold at both ends (relu is convex).
      const double slope = z.upper / (z.upper - z.lower);
      const double offset =
          std::max(next_up(-slope * z.lower), next_up(z.upper - num::next_down(slope * z.upper)));
      return {slope, offset, z.upper > -z.lower ? 1.0 : 0.0};
  }
  throw Bug(__FILE__, __LINE__, "unknown activation");
}

BackSubstitution::BackSubstitution(const FloatNetwork& network, const FloatBox& box)
    : network_(network), box_(box) {
  Finished input;
  for (const Enclosure& x : box) input.post_magnitude.push_back(x.magnitude());
  finished_.push_back(std::move(input));
}

std::vector<double> BackSubstitution::reach(std::size_t b) const {
  const FloatBlock& block = network_.block(b);
  std::vector<double> result(block.size());
  for (std::size_t i = 0; i < block.size(); ++i) {
    double sum = std::fabs(block.bias[i]);
    for (const FloatSource& source : block.sources) {
      const std::vector<double>& m = finished_[source.block].post_magnitude;
      const double* w = source.row(i);
      for (std::size_t j = 0; j < source.columns; ++j) sum += std::fabs(w[j]) * m[j];
    }
    result[i] = next_up(sum + sum_error(block.terms + 1 + kWeightError, sum));
  }
  return result;
}

void BackSubstitution::finish(const std::vector<Enclosure>& pre,
                              const std::vector<Enclosure>& post) {
  const FloatBlock& block = network_.block(finished_.size());
  Finished next;
  next.reach = reach(finished_.size());
  for (std::size_t i = 0; i < block.size(); ++i) {
    next.relaxation.push_back(relax(block.activation[i], pre[i]));
    next.magnitude.push_back(pre[i].magnitude());
    next.post_magnitude.push_back(post[i].magnitude());
  }
  finished_.push_back(std::move(next));
}

LinearForms BackSubstitution::rows(std::size_t b) const {
  const FloatBlock& block = network_.block(b);
  LinearForms forms(block.size(), b);
  forms.constant = block.bias;
  const std::vector<double> reach_of_rows = reach(b);
  for (std::size_t i = 0; i < block.size(); ++i)
    forms.slack[i] = sum_error(kWeightError, reach_of_rows[i]);
  for (const FloatSource& source : block.sources) forms.coefficients[source.block] = source.weights;
  return forms;
}

std::vector<double> BackSubstitution::upper_bounds(LinearForms forms,
                                                   std::vector<double>* input_slopes) const {
  for (std::size_t t = forms.coefficients.size(); t-- > 1;)
    if (!forms.coefficients[t].empty()) eliminate(t, forms);
  std::vector<double> result(forms.count());
  for (std::size_t i = 0; i < forms.count(); ++i) {
    double sum = forms.constant[i];
    double absolute = std::fabs(sum);
    if (!forms.coefficients[0].empty()) {
      const double* a = forms.coefficients[0].data() + i * box_.size();
      for (std::size_t j = 0; j < box_.size(); ++j) {
        const double term = std::max(a[j] * box_[j].lower, a[j] * box_[j].upper);
        sum += term;
        absolute += std::fabs(term);
      }
    }
    result[i] = next_up(sum + next_up(forms.slack[i] + sum_error(box_.size() + 1, absolute)));
  }
  if (input_slopes != nullptr) {
    forms.of_block(0, box_.size());
    *input_slopes = std::move(forms.coefficients[0]);
  }
  return result;
}

void BackSubstitution::eliminate(std::size_t t, LinearForms& forms) const {
  const FloatBlock& block = network_.block(t);
  const Finished& finished = finished_[t];
  const std::size_t size = block.size();
  const std::size_t count = forms.count();
  std::vector<double> coefficients = std::move(forms.coefficients[t]);
  forms.coefficients[t].clear();
  for (std::size_t i = 0; i < count; ++i) {
    double* a = coefficients.data() + i * size;
    double constant = forms.constant[i];
    double absolute = std::fabs(constant);
    double error = 0;
    for (std::size_t s = 0; s < size; ++s) {
      const Relaxation& r = finished.relaxation[s];
      const bool up = a[s] > 0;
      const double relaxed = a[s] * (up ? r.upper_slope : r.lower_slope);
      const double gained = up ? a[s] * r.upper_offset : 0;
      const double bias = relaxed * block.bias[s];
      constant += gained + bias;
      absolute += std::fabs(gained) + std::fabs(bias);
      // The slope's product is one operation; the substitution below is size + 2 more.
      error += std::fabs(relaxed) * (finished.magnitude[s] + finished.reach[s]);
      a[s] = relaxed;
    }
    forms.constant[i] = constant;
    forms.slack[i] = next_up(forms.slack[i] + sum_error(3 * size + kWeightError, absolute) +
                             sum_error(size + 4 + kWeightError, error * (1 + 0x1p-30)));
  }
  for (const FloatSource& source : block.sources) {
    const std::vector<double>& m = finished_[source.block].post_magnitude;
    if (!forms.coefficients[source.block].empty()) {
      // What stands there already takes part in the same sums.
      const std::vector<double>& target = forms.coefficients[source.block];
      for (std::size_t i = 0; i < count; ++i) {
        double absolute = 0;
        for (std::size_t j = 0; j < source.columns; ++j)
          absolute += std::fabs(target[i * source.columns + j]) * m[j];
        forms.slack[i] = next_up(forms.slack[i] + sum_error(size + 4, absolute * (1 + 0x1p-30)));
      }
    }
    std::vector<double>& target = forms.of_block(source.block, source.columns);
    for (std::size_t i = 0; i < count; ++i)
      add_product(coefficients.data() + i * size, size, source.weights.data(), source.columns,
                  target.data() + i * source.columns);
  }
}

}  // namespace certifix::range
