#include "certifix/simplify/structure.hpp"

#include <algorithm>
#include <bit>

namespace certifix::simplify {
namespace {

constexpr std::size_t kWordBits = 64;

}  // namespace

Structure::Structure(const net::Network& f, const spec::Box& box, const Claims& claims)
    : inputs_(f.input_count()) {
  for (std::size_t b = 0; b < f.block_count(); ++b) {
    block_start_.push_back(block_of_.size());
    for (std::size_t i = 0; i < f.size(b); ++i) {
      const bool gone = b == 0 ? box[i].is_point() : claims.of(b, i) == Role::dead;
      dead_.push_back(gone);
      reference_.push_back(element_.size());
      if (!gone) element_.push_back(block_of_.size());
      block_of_.push_back(b);
      std::vector<std::size_t>& read = read_.emplace_back();
      if (b == 0 || gone) continue;
      for (const net::Source& source : f.block(b).sources)
        for (const net::Entry& entry : source.weights.row(i)) {
          const std::size_t element = block_start_[source.block] + entry.column;
          if (!dead_[element]) read.push_back(element);
        }
    }
  }
  block_start_.push_back(block_of_.size());
  words_ = (element_.size() + kWordBits - 1) / kWordBits;
  supports_.assign(block_of_.size() * words_, 0);
  for (std::size_t j = 0; j < inputs_; ++j)
    if (!dead_[j]) support(j)[reference_[j] / kWordBits] |= Words{1} << reference_[j] % kWordBits;
  work_.assign(f.block_count(), block_of_.size() * words_);
  for (std::size_t b = f.block_count(); b-- > 1;) {
    for (std::size_t e = block_start_[b]; e < block_start_[b + 1]; ++e)
      work_[b] += read_[e].size() * words_;
    work_[b - 1] = work_[b];
  }
  cost(claims, 0);
}

bool Structure::stays(const Claims& claims, std::size_t element) const {
  const std::size_t block = block_of_[element];
  return block > 0 && !dead_[element] &&
         claims.of(block, element - block_start_[block]) != Role::bypass;
}

void Structure::update_row(const Claims& claims, std::size_t element) {
  Words* out = support(element);
  std::fill(out, out + words_, 0);
  for (const std::size_t read : read_[element]) {
    if (stays(claims, read)) {
      out[reference_[read] / kWordBits] |= Words{1} << reference_[read] % kWordBits;
    } else {
      const Words* in = support(read);
      for (std::size_t w = 0; w < words_; ++w) out[w] |= in[w];
    }
  }
}

StructureCost Structure::cost(const Claims& claims, std::size_t first) {
  // The rows of block `first` itself read what they read before.
  const std::size_t from = first == 0 ? 1 : first + 1;
  if (from < block_start_.size())
    for (std::size_t e = block_start_[from]; e < block_of_.size(); ++e)
      if (!dead_[e]) update_row(claims, e);

  std::vector<Words> read(words_);
  for (std::size_t e = block_start_[block_start_.size() - 2]; e < block_of_.size(); ++e)
    read[reference_[e] / kWordBits] |= Words{1} << reference_[e] % kWordBits;
  StructureCost result;
  for (std::size_t r = element_.size(); r-- > 0;) {
    const std::size_t element = element_[r];
    if (!stays(claims, element) || !(read[r / kWordBits] >> r % kWordBits & 1)) continue;
    ++result.neurons;
    const Words* in = support(element);
    for (std::size_t w = 0; w < words_; ++w) {
      result.multiplications += static_cast<std::size_t>(std::popcount(in[w]));
      read[w] |= in[w];
    }
  }
  return result;
}

}  // namespace certifix::simplify
