// The worst distinct points met so far for one functional, at most a given number.
//
// The order is total (larger ratio first, then the smaller point), so that the same points in any
// order of insertion leave the same list: pieces of work can be merged as they come.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "certifix/attack/search_space.hpp"

namespace certifix::attack {

struct Candidate {
  double ratio = 0;  // |error| / bound, in doubles
  Point point;

  friend bool operator==(const Candidate&, const Candidate&) = default;
};

inline bool worse(const Candidate& a, const Candidate& b) {
  return a.ratio != b.ratio ? a.ratio > b.ratio : a.point < b.point;
}

class WorstPoints {
 public:
  explicit WorstPoints(std::size_t capacity) : capacity_(capacity) {}

  const std::vector<Candidate>& sorted() const { return candidates_; }  // the worst first

  void insert(double signed_ratio, std::span<const Position> point) {
    const double ratio = std::abs(signed_ratio);
    if (candidates_.size() == capacity_ && (capacity_ == 0 || ratio < candidates_.back().ratio))
      return;
    insert(Candidate{ratio, Point(point.begin(), point.end())});
  }
  void insert(Candidate candidate) {
    const auto place = std::lower_bound(candidates_.begin(), candidates_.end(), candidate, worse);
    if (place != candidates_.end() && *place == candidate) return;
    candidates_.insert(place, std::move(candidate));
    if (candidates_.size() > capacity_) candidates_.pop_back();
  }
  void merge(const WorstPoints& other) {
    for (const Candidate& candidate : other.candidates_) insert(candidate);
  }

 private:
  std::size_t capacity_;
  std::vector<Candidate> candidates_;
};

}  // namespace certifix::attack
