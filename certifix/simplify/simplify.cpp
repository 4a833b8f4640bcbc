#include "certifix/simplify/simplify.hpp"

#include <algorithm>
#include <utility>

#include "certifix/range/ranges.hpp"
#include "certifix/simplify/box_tree.hpp"
#include "certifix/simplify/choose.hpp"
#include "certifix/simplify/goal.hpp"
#include "certifix/simplify/search.hpp"

namespace certifix::simplify {

namespace {

// Floating-point operations for f's ranges on all leaves of the tree. The checker's take some fifty
// times as long.
constexpr std::size_t kTreeWork = 500'000'000;

PreRanges pre_ranges(const range::FloatNetwork& f, const spec::Box& box) {
  return range::ranges(f, range::float_box(box)).pre;
}

// f without its dead neurons, and with its linear ones as affine neurons. Their ranges on any part
// of the box are those that f has there, for less work.
net::Network without_dead(const net::Network& f, const spec::Box& box, const PreRanges& pre) {
  Claims claims;
  for (std::size_t b = 1; b < f.block_count(); ++b) {
    auto& roles = claims.role.emplace_back(f.size(b), Role::keep);
    for (std::size_t i = 0; i < f.size(b); ++i) {
      const net::Activation activation = f.block(b).activation[i];
      const Stability known = stability(activation, pre[b][i]);
      if (known == Stability::dead && b + 1 < f.block_count()) roles[i] = Role::dead;
      if (known == Stability::linear && activation == net::Activation::relu)
        roles[i] = Role::affine;
    }
  }
  return rewrite(f, box, claims);
}

check::SplitTree propose_tree(const net::Network& f, const spec::Box& box, const PreRanges& pre,
                              const Options& options, std::size_t leaves) {
  const net::Network reduced = without_dead(f, box, pre);
  return find_tree(reduced, box, pre_ranges(range::to_float(reduced), box), leaves, options.work,
                   options.extent);
}

Simplified unchanged(const net::Network& f, const spec::Box& box) {
  Claims keep;
  for (std::size_t b = 1; b < f.block_count(); ++b) keep.role.emplace_back(f.size(b), Role::keep);
  return {f, {}, {}, statistics(f, f, keep, pre_ranges(range::to_float(f), box))};
}

}  // namespace

Simplified simplify(const net::Network& f, const spec::Box& box, const Options& options) {
  if (options.extent == Extent::none) return unchanged(f, box);
  const range::FloatNetwork network = range::to_float(f);
  PreRanges pre = pre_ranges(network, box);
  check::SplitTree tree{check::Leaf{}};
  const std::size_t leaves = std::min(options.leaves, kTreeWork / range_work(network));
  if (leaves > 1) {
    check::SplitTree proposed = propose_tree(f, box, pre, options, leaves);
    PreRanges joined;
    for (const spec::Box& leaf : leaf_boxes(proposed, box)) {
      PreRanges here = pre_ranges(network, leaf);
      if (joined.empty())
        joined = std::move(here);
      else
        join(joined, here);
    }
    if (least_multiplications(f, box, joined, options.extent) <
        least_multiplications(f, box, pre, options.extent)) {
      pre = std::move(joined);
      tree = std::move(proposed);
    }
  }
  Claims claims = choose_claims(f, box, pre, options.extent);
  net::Network g = rewrite(f, box, claims);
  Statistics figures = statistics(f, g, claims, pre);
  figures.leaves = (tree.size() + 1) / 2;
  return {std::move(g), std::move(claims), std::move(tree), figures};
}

Statistics statistics(const net::Network& f, const net::Network& g, const Claims& claims,
                      const PreRanges& pre) {
  Statistics result;
  result.multiplications_before = net::multiplication_count(f);
  result.multiplications_after = net::multiplication_count(g);
  for (std::size_t b = 1; b < f.block_count(); ++b) {
    for (std::size_t i = 0; i < f.size(b); ++i) {
      if (f.block(b).activation[i] != net::Activation::relu) continue;
      switch (stability(net::Activation::relu, pre[b][i])) {
        case Stability::dead:
          ++result.dead;
          break;
        case Stability::linear:
          ++result.linear;
          break;
        case Stability::unstable:
          ++result.unstable;
          break;
      }
      result.bypassed += claims.of(b, i) == Role::bypass ? 1 : 0;
      result.affine += claims.of(b, i) == Role::affine ? 1 : 0;
    }
  }
  for (std::size_t b = 1; b < g.block_count(); ++b)
    for (const net::Activation activation : g.block(b).activation)
      result.relus_left += activation == net::Activation::relu ? 1 : 0;
  return result;
}

}  // namespace certifix::simplify
