#include "certifix/simplify/stability.hpp"

namespace certifix::simplify {

Stability stability(net::Activation activation, num::Enclosure z) {
  switch (activation) {
    case net::Activation::identity:
      return Stability::linear;
    case net::Activation::relu:
      if (z.upper <= 0) return Stability::dead;
      if (z.lower >= 0) return Stability::linear;
      return Stability::unstable;
  }
  throw Bug(__FILE__, __LINE__, "unknown activation");
}

void join(PreRanges& all, const PreRanges& more) {
  CERTIFIX_CHECK(all.size() == more.size(), "ranges of the same network");
  for (std::size_t b = 0; b < all.size(); ++b)
    for (std::size_t i = 0; i < all[b].size(); ++i) all[b][i] = num::hull(all[b][i], more[b][i]);
}

}  // namespace certifix::simplify
