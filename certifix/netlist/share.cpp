#include "certifix/netlist/share.hpp"

#include <algorithm>
#include <queue>
#include <tuple>

#include "certifix/base/error.hpp"
#include "certifix/netlist/pair_counts.hpp"

namespace certifix::netlist {
namespace {

// A pair of terms up to a common shift and sign: first <= second, and offset is the second's shift
// minus the first's (above 0 for twice the same node).
struct Pair {
  std::size_t first;
  std::size_t second;
  int offset;
  bool opposite;  // the two have different signs
};

constexpr int kNodeBits = 25;
constexpr int kOffsetBits = 12;
constexpr int kOffsetZero = 1 << (kOffsetBits - 1);
constexpr std::uint64_t kNodeMask = (std::uint64_t{1} << kNodeBits) - 1;

bool before(const Operand& a, const Operand& b) {
  return std::tie(a.node, a.shift) < std::tie(b.node, b.shift);
}

// Not 0: nodes are counted from 1.
std::uint64_t key_of(const Operand& p, const Operand& q) {
  const Operand& a = before(p, q) ? p : q;
  const Operand& b = before(p, q) ? q : p;
  const int offset = b.shift - a.shift + kOffsetZero;
  CERTIFIX_CHECK(b.node + 1 <= kNodeMask && offset >= 0 && offset < 2 * kOffsetZero,
                 "a layer outgrows the keys of its pairs");
  std::uint64_t key = a.node + 1;
  key = (key << kNodeBits) | (b.node + 1);
  key = (key << kOffsetBits) | static_cast<std::uint64_t>(offset);
  return (key << 1) | static_cast<std::uint64_t>(a.negative != b.negative);
}

Pair pair_of(std::uint64_t key) {
  Pair pair{};
  pair.opposite = (key & 1) != 0;
  key >>= 1;
  pair.offset = static_cast<int>(key & (2 * kOffsetZero - 1)) - kOffsetZero;
  key >>= kOffsetBits;
  pair.second = (key & kNodeMask) - 1;
  pair.first = (key >> kNodeBits) - 1;
  return pair;
}

struct Occurrence {
  std::size_t sum;
  Operand first;
  Operand second;
};

class Sharing {
 public:
  Sharing(GraphBuilder& builder, std::vector<Terms>& sums,
          const std::vector<std::optional<Operand>>& constants, int limit)
      : builder_(builder), sums_(sums), limit_(builder.capacity(limit)) {
    for (std::size_t s = 0; s < sums_.size(); ++s) {
      std::sort(sums_[s].begin(), sums_[s].end(), before);
      std::uint64_t weight = constants[s] ? builder_.weight(*constants[s]) : 0;
      for (std::size_t i = 0; i < sums_[s].size(); ++i) {
        note_reader(sums_[s][i].node, s);
        weight += builder_.weight(sums_[s][i]);
        for (std::size_t j = 0; j < i; ++j) counts_.add(key_of(sums_[s][i], sums_[s][j]), 1);
      }
      weights_.push_back(weight);
    }
    counts_.each([&](std::uint64_t key, std::uint32_t count) { propose(key, count); });
  }

  void run() {
    while (!proposals_.empty()) {
      const Proposal best = proposals_.top();
      proposals_.pop();
      // Counts fall as terms are replaced, and say nothing of overlaps and depth: look again.
      const std::vector<Occurrence> found = occurrences(best.key);
      if (found.size() < 2) continue;
      const std::int64_t gain = gain_of(best.key, found.size());
      if (gain < best.gain)
        proposals_.push({gain, best.key});
      else
        replace(found);
    }
  }

 private:
  struct Proposal {
    std::int64_t gain;  // overlapping bits saved
    std::uint64_t key;
    // Ties: the earlier nodes, so that the result does not depend on the table's order.
    bool operator<(const Proposal& other) const {
      return gain != other.gain ? gain < other.gain : key > other.key;
    }
  };

  void note_reader(std::size_t node, std::size_t sum) {
    if (readers_.size() <= node) readers_.resize(node + 1);
    if (readers_[node].empty() || readers_[node].back() != sum) readers_[node].push_back(sum);
  }

  std::int64_t gain_of(std::uint64_t key, std::size_t count) const {
    const Pair pair = pair_of(key);
    const int bits = overlap(builder_.width(pair.first), std::max(0, -pair.offset),
                             builder_.width(pair.second), std::max(0, pair.offset));
    return (static_cast<std::int64_t>(count) - 1) * bits;
  }

  void propose(std::uint64_t key, std::uint32_t count) {
    if (count >= 2) proposals_.push({gain_of(key, count), key});
  }

  // Disjoint occurrences that may be replaced, sum by sum.
  std::vector<Occurrence> occurrences(std::uint64_t key) const {
    const Pair pair = pair_of(key);
    const int a = builder_.node(pair.first).level;
    const int b = builder_.node(pair.second).level;
    const std::uint64_t deeper =
        builder_.capacity(std::max(a, b)) - builder_.capacity(std::min(a, b));
    std::vector<Occurrence> found;
    for (const std::size_t s : readers_[pair.first]) {
      const Terms& terms = sums_[s];
      std::uint64_t weight = weights_[s];
      auto p = std::lower_bound(terms.begin(), terms.end(), Operand{pair.first, -1, false}, before);
      for (; p != terms.end() && p->node == pair.first; ++p) {
        if (weight + deeper > limit_) break;
        const Operand wanted{pair.second, p->shift + pair.offset, p->negative != pair.opposite};
        const auto q = std::lower_bound(terms.begin(), terms.end(), wanted, before);
        if (q == terms.end() || *q != wanted) continue;
        // Of x + 4 x + 16 x, the middle term can be in one pair alone.
        if (pair.first == pair.second && taken(found, s, *p)) continue;
        found.push_back({s, *p, *q});
        weight += deeper;
      }
    }
    return found;
  }

  // Whether a pair of the same sum has the term already, as its second.
  static bool taken(const std::vector<Occurrence>& found, std::size_t sum, const Operand& term) {
    for (auto o = found.rbegin(); o != found.rend() && o->sum == sum; ++o)
      if (o->second == term) return true;
    return false;
  }

  void replace(const std::vector<Occurrence>& found) {
    const Operand first = builder_.combined(found[0].first, found[0].second);
    const bool flipped = first.negative != found[0].first.negative;
    for (const Occurrence& o : found) {
      const Operand shared{first.node, std::min(o.first.shift, o.second.shift),
                           o.first.negative != flipped};
      Terms& terms = sums_[o.sum];
      weights_[o.sum] +=
          builder_.weight(shared) - builder_.weight(o.first) - builder_.weight(o.second);
      remove(terms, o.first);
      remove(terms, o.second);
      for (const Operand& other : terms) {
        const std::uint64_t key = key_of(shared, other);
        propose(key, counts_.add(key, 1));
      }
      terms.insert(std::lower_bound(terms.begin(), terms.end(), shared, before), shared);
      note_reader(shared.node, o.sum);
    }
  }

  void remove(Terms& terms, const Operand& term) {
    terms.erase(std::lower_bound(terms.begin(), terms.end(), term, before));
    for (const Operand& other : terms) counts_.add(key_of(term, other), -1);
  }

  GraphBuilder& builder_;
  std::vector<Terms>& sums_;
  std::uint64_t limit_;
  std::vector<std::uint64_t> weights_;             // Kraft's, of each sum
  std::vector<std::vector<std::size_t>> readers_;  // of each node: sums that have, or had, it
  PairCounts counts_;
  std::priority_queue<Proposal> proposals_;
};

}  // namespace

void share(GraphBuilder& builder, std::vector<Terms>& sums,
           const std::vector<std::optional<Operand>>& constants, int limit) {
  Sharing(builder, sums, constants, limit).run();
}

}  // namespace certifix::netlist
