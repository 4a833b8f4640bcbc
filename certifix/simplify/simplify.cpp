#include "certifix/simplify/simplify.hpp"

#include <utility>

#include "certifix/range/ranges.hpp"
#include "certifix/simplify/choose.hpp"

namespace certifix::simplify {

Simplified simplify(const net::Network& f, const spec::Box& box) {
  const PreRanges pre = range::ranges(range::to_float(f), range::float_box(box)).pre;
  Claims claims = choose_claims(f, box, pre);
  net::Network g = rewrite(f, box, claims);
  const Statistics figures = statistics(f, g, claims, pre);
  return {std::move(g), std::move(claims), {check::Leaf{}}, figures};
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
