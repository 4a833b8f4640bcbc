#include "certifix/range/ranges.hpp"

#include <algorithm>
#include <cmath>

namespace certifix::range {
namespace {

using num::Enclosure;

Enclosure activate(net::Activation activation, Enclosure z) {
  switch (activation) {
    case net::Activation::identity:
      return z;
    case net::Activation::relu:
      return {std::max(z.lower, 0.0), std::max(z.upper, 0.0)};
  }
  throw Bug(__FILE__, __LINE__, "unknown activation");
}

std::vector<Enclosure> interval_bounds(const FloatBlock& block, const Ranges& done) {
  std::vector<Enclosure> result;
  for (std::size_t i = 0; i < block.size(); ++i) {
    num::EnclosedSum sum;
    sum.add(block.bias[i], block.bias[i]);
    for (const FloatSource& source : block.sources)
      for (std::size_t j = 0; j < source.columns; ++j)
        sum.add_product(source.row(i)[j], done.post[source.block][j]);
    result.push_back(sum.value(kWeightError + 1));
  }
  return result;
}

}  // namespace

FloatBox float_box(const spec::Box& box) {
  FloatBox result;
  for (const num::Interval& side : box) result.push_back(num::enclose(side.lower(), side.upper()));
  return result;
}

RealNetwork::RealNetwork(const FloatNetwork& network, const FloatBox& box) : back_(network, box) {
  ranges_.pre.push_back(box);
  ranges_.post.push_back(box);
  influence_.emplace_back();
  for (std::size_t b = 1; b < network.block_count(); ++b) {
    const FloatBlock& block = network.block(b);
    std::vector<Enclosure> pre = interval_bounds(block, ranges_);
    const LinearForms rows = back_.rows(b);
    std::vector<double> upward, downward;
    const std::vector<double> upper = back_.upper_bounds(rows, &upward);
    const std::vector<double> minus_lower = back_.upper_bounds(negated(rows), &downward);
    for (std::size_t i = 0; i < block.size(); ++i)
      pre[i] = num::intersection(pre[i], {-minus_lower[i], upper[i]});
    for (std::size_t k = 0; k < upward.size(); ++k)
      upward[k] = std::max(std::fabs(upward[k]), std::fabs(downward[k])) *
                  (box[k % box.size()].upper - box[k % box.size()].lower);
    influence_.push_back(std::move(upward));
    std::vector<Enclosure> post;
    for (std::size_t i = 0; i < block.size(); ++i)
      post.push_back(activate(block.activation[i], pre[i]));
    back_.finish(pre, post);
    ranges_.pre.push_back(std::move(pre));
    ranges_.post.push_back(std::move(post));
  }
}

Ranges ranges(const FloatNetwork& network, const FloatBox& box) {
  return RealNetwork(network, box).ranges();
}

}  // namespace certifix::range
