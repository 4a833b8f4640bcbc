#include "certifix/simplify/goal.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace certifix::simplify {
namespace {

using num::Enclosure;

range::FloatBlock selected_rows(const range::FloatBlock& block,
                                const std::vector<std::size_t>& rows) {
  range::FloatBlock result;
  result.terms = block.terms;
  for (const range::FloatSource& source : block.sources) {
    range::FloatSource& to = result.sources.emplace_back();
    to.block = source.block;
    to.columns = source.columns;
    for (const std::size_t i : rows) {
      const auto start = static_cast<std::ptrdiff_t>(i * source.columns);
      const auto end = start + static_cast<std::ptrdiff_t>(source.columns);
      to.weights.insert(to.weights.end(), source.weights.begin() + start,
                        source.weights.begin() + end);
      to.exact.insert(to.exact.end(), source.exact.begin() + start, source.exact.begin() + end);
    }
  }
  for (const std::size_t i : rows) {
    result.bias.push_back(block.bias[i]);
    result.bias_exact.push_back(block.bias_exact[i]);
    result.activation.push_back(block.activation[i]);
  }
  return result;
}

double upper_slope(net::Activation activation, Enclosure z) {
  switch (activation) {
    case net::Activation::identity:
      return 1;
    case net::Activation::relu:
      if (z.lower >= 0) return 1;
      return z.upper <= 0 ? 0 : z.upper / (z.upper - z.lower);
  }
  throw Bug(__FILE__, __LINE__, "unknown activation");
}

}  // namespace

Goal::Goal(const range::FloatNetwork& network, std::vector<Target> targets)
    : targets_(std::move(targets)), last_(0) {
  CERTIFIX_CHECK(!targets_.empty(), "a goal needs a target");
  for (const Target& target : targets_) last_ = std::max(last_, target.block);
  std::vector<std::size_t> rows;
  for (const Target& target : targets_) {
    row_in_cone_.push_back(target.block == last_ ? rows.size() : target.row);
    if (target.block == last_) rows.push_back(target.row);
  }
  cone_.input_count = network.input_count;
  for (std::size_t b = 1; b < last_; ++b) cone_.blocks.push_back(network.block(b));
  cone_.blocks.push_back(selected_rows(network.block(last_), rows));
  work_ = range_work(cone_);
}

double Goal::gap(const range::FloatBox& box) const {
  const range::Ranges ranges = range::ranges(cone_, box);
  double sum = 0;
  for (std::size_t k = 0; k < targets_.size(); ++k) {
    const Target& target = targets_[k];
    const Enclosure z = ranges.pre[target.block][row_in_cone_[k]];
    if (target.dead ? z.lower > 0 : z.upper < 0) return std::numeric_limits<double>::infinity();
    sum += std::max(0.0, target.dead ? z.upper : -z.lower) / target.gap;
  }
  return sum;
}

std::vector<double> Goal::influence(const range::FloatBox& box) const {
  const range::Ranges ranges = range::ranges(cone_, box);
  std::vector<std::vector<double>> share(cone_.block_count());
  for (std::size_t b = 0; b < cone_.block_count(); ++b) share[b].resize(cone_.size(b));
  for (std::size_t k = 0; k < targets_.size(); ++k)
    share[targets_[k].block][row_in_cone_[k]] += 1 / targets_[k].gap;
  // A row's share is of its pre-activation; what reads it adds to it through its activation.
  for (std::size_t b = cone_.block_count() - 1; b > 0; --b) {
    const range::FloatBlock& block = cone_.block(b);
    for (std::size_t i = 0; i < block.size(); ++i) {
      if (share[b][i] == 0) continue;
      for (const range::FloatSource& source : block.sources) {
        const double* w = source.row(i);
        for (std::size_t j = 0; j < source.columns; ++j) {
          const double slope = source.block == 0
                                   ? 1
                                   : upper_slope(cone_.block(source.block).activation[j],
                                                 ranges.pre[source.block][j]);
          share[source.block][j] += share[b][i] * std::fabs(w[j]) * slope;
        }
      }
    }
  }
  for (std::size_t j = 0; j < box.size(); ++j) {
    share[0][j] *= box[j].upper - box[j].lower;
    if (!std::isfinite(share[0][j])) share[0][j] = 0;
  }
  return std::move(share[0]);
}

std::size_t range_work(const range::FloatNetwork& network) {
  std::size_t earlier = 0;  // one functional through all earlier blocks
  std::size_t work = 0;
  for (std::size_t b = 1; b < network.block_count(); ++b) {
    const range::FloatBlock& block = network.block(b);
    work += 2 * block.size() * (earlier + 2 * block.terms);
    earlier += block.size() * block.terms;
  }
  constexpr std::size_t kOverhead = 1000;
  return work + kOverhead;
}

}  // namespace certifix::simplify
