#include "certifix/simplify/choose.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "certifix/simplify/structure.hpp"

namespace certifix::simplify {
namespace {

// All combinations of bypassed and kept layers are tried up to so many layers with a choice.
constexpr std::size_t kLayersExhausted = 6;
// Neurons are turned one by one while the next pass stays below so many word operations in all.
constexpr std::size_t kWork = 2'000'000'000;

Role kept(net::Activation activation) {
  return activation == net::Activation::relu ? Role::affine : Role::keep;
}

class Choice {
 public:
  Choice(const net::Network& f, const spec::Box& box, const PreRanges& pre, Extent extent)
      : f_(f),
        claims_(initial(f, pre, extent, flexible_)),
        structure_(f, box, claims_),
        stale_(f.block_count()) {
    best_ = structure_.cost(claims_, 0);
    for (std::size_t b = 1; b < f.block_count(); ++b)
      if (!flexible_[b - 1].empty()) layers_.push_back(b);
  }

  void run() {
    choose_start();
    while (turn_layers() || turn_neurons()) {
    }
  }

  Claims claims() && { return std::move(claims_); }
  const StructureCost& cost() const { return best_; }

 private:
  // Everything linear bypassed if the extent is full; `flexible` receives the rows of each block
  // that have a choice.
  static Claims initial(const net::Network& f, const PreRanges& pre, Extent extent,
                        std::vector<std::vector<std::size_t>>& flexible) {
    Claims claims;
    flexible.resize(f.block_count() - 1);
    for (std::size_t b = 1; b < f.block_count(); ++b) {
      const bool last = b + 1 == f.block_count();
      auto& roles = claims.role.emplace_back(f.size(b), Role::keep);
      for (std::size_t i = 0; i < f.size(b); ++i) {
        const net::Activation activation = f.block(b).activation[i];
        switch (stability(activation, pre[b][i])) {
          case Stability::dead:
            if (!last && extent != Extent::none) roles[i] = Role::dead;
            break;
          case Stability::linear:
            if (extent != Extent::full) break;
            roles[i] = last ? kept(activation) : Role::bypass;
            if (!last) flexible[b - 1].push_back(i);
            break;
          case Stability::unstable:
            break;
        }
      }
    }
    return claims;
  }

  void set(std::size_t b, std::size_t i, bool bypass) {
    claims_.role[b - 1][i] = bypass ? Role::bypass : kept(f_.block(b).activation[i]);
  }
  void set_layer(std::size_t b, bool bypass) {
    for (const std::size_t i : flexible_[b - 1]) set(b, i, bypass);
  }

  void choose_start() {
    // Which layers are kept; the claims as they stand bypass all.
    std::vector<std::vector<bool>> starts;
    if (layers_.size() <= kLayersExhausted) {
      for (std::uint64_t pattern = 1; pattern < std::uint64_t{1} << layers_.size(); ++pattern) {
        starts.emplace_back();
        for (std::size_t k = 0; k < layers_.size(); ++k)
          starts.back().push_back((pattern >> k & 1) != 0);
      }
    } else {
      starts.emplace_back(layers_.size(), true);
    }
    Claims best = claims_;
    for (const std::vector<bool>& kept_layers : starts) {
      for (std::size_t k = 0; k < layers_.size(); ++k) set_layer(layers_[k], !kept_layers[k]);
      if (improves(layers_[0])) best = claims_;
    }
    claims_ = std::move(best);
    stale_ = 0;
  }

  // Whether the claims as they stand are better than the best; if so, they are the best. They
  // differ from the last ones in blocks >= first.
  bool improves(std::size_t first) {
    const StructureCost cost = structure_.cost(claims_, std::min(first, stale_));
    stale_ = first;
    if (cost >= best_) return false;
    best_ = cost;
    stale_ = f_.block_count();
    return true;
  }

  bool turn_layers() {
    bool improved = false;
    for (const std::size_t b : layers_) {
      for (const bool bypass : {true, false}) {
        std::vector<Role> before = claims_.role[b - 1];
        set_layer(b, bypass);
        if (claims_.role[b - 1] == before) continue;
        if (improves(b))
          improved = true;
        else
          claims_.role[b - 1] = std::move(before);
      }
    }
    return improved;
  }

  bool turn_neurons() {
    std::size_t pass = 0;
    for (const std::size_t b : layers_) pass += flexible_[b - 1].size() * structure_.work(b);
    if (work_ + pass > kWork) return false;
    work_ += pass;
    bool improved = false;
    for (const std::size_t b : layers_) {
      for (const std::size_t i : flexible_[b - 1]) {
        const Role before = claims_.of(b, i);
        set(b, i, before != Role::bypass);
        if (improves(b))
          improved = true;
        else
          claims_.role[b - 1][i] = before;
      }
    }
    return improved;
  }

  const net::Network& f_;
  std::vector<std::vector<std::size_t>> flexible_;  // [block - 1]: linear rows before the outputs
  Claims claims_;
  Structure structure_;
  StructureCost best_;
  std::size_t stale_;                // blocks after this one have the supports of other claims
  std::vector<std::size_t> layers_;  // blocks with a choice
  std::size_t work_ = 0;
};

}  // namespace

Claims choose_claims(const net::Network& f, const spec::Box& box, const PreRanges& pre,
                     Extent extent) {
  Choice choice(f, box, pre, extent);
  choice.run();
  return std::move(choice).claims();
}

std::size_t least_multiplications(const net::Network& f, const spec::Box& box, const PreRanges& pre,
                                  Extent extent) {
  Choice choice(f, box, pre, extent);
  choice.run();
  return choice.cost().multiplications;
}

}  // namespace certifix::simplify
