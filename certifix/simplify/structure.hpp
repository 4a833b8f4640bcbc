// How many multiplications the rewritten network will have, from the pattern of its weights alone.
//
// The support of a row is the set of references (certifix/simplify/rewrite.hpp) that its composed
// row reads, cancellation set aside. Supports are kept block by block, so that a change of roles in
// block b recomputes only the blocks after it.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "certifix/simplify/rewrite.hpp"

namespace certifix::simplify {

struct StructureCost {
  std::size_t multiplications = 0;
  std::size_t neurons = 0;  // rows that stay and are read

  friend auto operator<=>(const StructureCost&, const StructureCost&) = default;
};

class Structure {
 public:
  // Dead rows must be dead in `claims` already and stay so; all other roles may change.
  Structure(const net::Network& f, const spec::Box& box, const Claims& claims);

  // The cost under `claims`, which differ from those of the last call (or of the constructor) only
  // in blocks >= first.
  StructureCost cost(const Claims& claims, std::size_t first);
  // Word operations that a call with this `first` takes, about.
  std::size_t work(std::size_t first) const { return work_[first]; }

 private:
  using Words = std::uint64_t;

  Words* support(std::size_t element) { return supports_.data() + element * words_; }
  bool stays(const Claims& claims, std::size_t element) const;
  void update_row(const Claims& claims, std::size_t element);

  std::size_t inputs_;
  std::size_t words_;                           // of a support
  std::vector<std::size_t> block_start_;        // the first element of each block
  std::vector<std::size_t> block_of_;           // of each element
  std::vector<std::vector<std::size_t>> read_;  // elements that an element's row reads
  std::vector<char> dead_;
  std::vector<std::size_t> reference_;  // of each element that is neither dead nor constant
  std::vector<std::size_t> element_;    // of each reference
  std::vector<Words> supports_;         // composed rows; of an input, itself
  std::vector<std::size_t> work_;       // [first block]
};

}  // namespace certifix::simplify
