// How often each pair occurs: a hash table from 64-bit keys to counts, open addressing. Layers have
// millions of pairs, most of them once, which a node-based map would pay for dearly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace certifix::netlist {

class PairCounts {
 public:
  PairCounts() : slots_(1024) {}

  // The count of `key` (not 0), after changing it by `change`.
  std::uint32_t add(std::uint64_t key, std::int32_t change) {
    Slot& slot = find(key);
    if (slot.key == 0) {
      slot.key = key;
      if (++used_ * 2 > slots_.size()) return grow_and_add(key, change);
    }
    return slot.count += static_cast<std::uint32_t>(change);
  }

  template <class F>
  void each(F&& visit) const {
    for (const Slot& slot : slots_)
      if (slot.count > 0) visit(slot.key, slot.count);
  }

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t count = 0;
  };

  Slot& find(std::uint64_t key) {
    // splitmix64's last steps: neighbouring keys go far apart.
    std::uint64_t h = key;
    h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
    h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
    h ^= h >> 31;
    std::size_t at = h & (slots_.size() - 1);
    while (slots_[at].key != 0 && slots_[at].key != key) at = (at + 1) & (slots_.size() - 1);
    return slots_[at];
  }

  std::uint32_t grow_and_add(std::uint64_t key, std::int32_t change) {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old)
      if (slot.key != 0) find(slot.key) = slot;
    return find(key).count += static_cast<std::uint32_t>(change);
  }

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace certifix::netlist
