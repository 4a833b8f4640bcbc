#include "certifix/netlist/tree.hpp"

#include <algorithm>
#include <tuple>

#include "certifix/base/error.hpp"

namespace certifix::netlist {
namespace {

// Terms in the order of their lowest bits.
class Tree {
 public:
  Tree(GraphBuilder& builder, Terms terms, int limit)
      : builder_(builder), terms_(std::move(terms)), limit_(builder.capacity(limit)) {
    std::sort(terms_.begin(), terms_.end(), before);
    for (const Operand& term : terms_) {
      weight_ += builder_.weight(term);
      top_ = std::max(top_, term.shift + builder_.width(term.node));
    }
    CERTIFIX_CHECK(weight_ <= limit_, "the terms fit a tree of this depth");
  }

  Operand add_up() {
    while (terms_.size() > 1) {
      const std::size_t at = cheapest();
      if (at + 1 < terms_.size())
        merge(at, at + 1);
      else
        merge_lowest();
    }
    return terms_.front();
  }

 private:
  static bool before(const Operand& a, const Operand& b) {
    return std::tie(a.shift, a.node, a.negative) < std::tie(b.shift, b.node, b.negative);
  }
  // The constant is as wide as the sum, though not settled yet.
  int width(const Operand& term) const {
    const Node& node = builder_.node(term.node);
    return node.kind == NodeKind::constant ? top_ - term.shift : builder_.width(term.node);
  }
  int level(const Operand& term) const { return builder_.node(term.node).level; }

  // What p + q costs: LUTs for the bits that both have, and the bits of the sum, which a further
  // adder and a register will have. The weights are from trials on ten networks.
  int cost(const Operand& p, const Operand& q) const {
    const int span = std::max(p.shift + width(p), q.shift + width(q)) - std::min(p.shift, q.shift);
    return 2 * overlap(width(p), p.shift, width(q), q.shift) + span;
  }

  // The first of the two neighbours that cost least, lower levels first among equals; the last term
  // if the depth allows no two neighbours.
  std::size_t cheapest() const {
    std::size_t best = terms_.size() - 1;
    std::pair<int, int> least{};
    for (std::size_t i = 0; i + 1 < terms_.size(); ++i) {
      const Operand& p = terms_[i];
      const Operand& q = terms_[i + 1];
      const std::uint64_t a = builder_.weight(p);
      const std::uint64_t b = builder_.weight(q);
      if (weight_ + std::max(a, b) - std::min(a, b) > limit_) continue;
      const std::pair<int, int> price{cost(p, q), std::max(level(p), level(q))};
      if (best + 1 < terms_.size() && price >= least) continue;
      best = i;
      least = price;
    }
    return best;
  }

  // Two terms of the lowest levels keep Kraft's inequality, whatever the others are.
  void merge_lowest() {
    const auto lower = [&](std::size_t a, std::size_t b) {
      return level(terms_[a]) < level(terms_[b]);
    };
    std::size_t p = 0;
    for (std::size_t i = 1; i < terms_.size(); ++i)
      if (lower(i, p)) p = i;
    std::size_t q = p == 0 ? 1 : 0;
    for (std::size_t i = 0; i < terms_.size(); ++i)
      if (i != p && lower(i, q)) q = i;
    merge(std::min(p, q), std::max(p, q));
  }

  void merge(std::size_t i, std::size_t j) {
    const Operand p = terms_[i];
    const Operand q = terms_[j];
    const Operand both = builder_.combined(p, q);
    weight_ += builder_.weight(both) - builder_.weight(p) - builder_.weight(q);
    terms_.erase(terms_.begin() + static_cast<std::ptrdiff_t>(j));
    terms_.erase(terms_.begin() + static_cast<std::ptrdiff_t>(i));
    terms_.insert(std::lower_bound(terms_.begin(), terms_.end(), both, before), both);
  }

  GraphBuilder& builder_;
  Terms terms_;
  std::uint64_t limit_;
  std::uint64_t weight_ = 0;
  int top_ = 0;  // above the highest bit of any term
};

}  // namespace

Operand add_up(GraphBuilder& builder, Terms terms, const std::optional<Operand>& constant,
               int limit) {
  if (!constant) return Tree(builder, std::move(terms), limit).add_up();
  if (terms.empty()) return *constant;
  std::uint64_t weight = 0;
  for (const Operand& term : terms) weight += builder.weight(term);
  if (2 * weight <= builder.capacity(limit))
    return builder.combined(*constant, Tree(builder, std::move(terms), limit - 1).add_up());
  terms.push_back(*constant);
  return Tree(builder, std::move(terms), limit).add_up();
}

}  // namespace certifix::netlist
