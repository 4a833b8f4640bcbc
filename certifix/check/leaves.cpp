#include "certifix/check/leaves.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "certifix/check/leaf.hpp"

namespace certifix::check {

LeafWalk::LeafWalk(const SplitTree& tree, spec::Box box) : tree_(tree), box_(std::move(box)) {}

std::optional<LeafJob> LeafWalk::next() {
  while (node_ < tree_.size() && !stopped_at_) {
    const auto* cut = std::get_if<Cut>(&tree_[node_]);
    if (!cut) {
      LeafJob job{leaves_++, box_};
      ++node_;
      go_to_next_subtree();
      return job;
    }
    if (cut->input >= box_.size() || cut->at <= box_[cut->input].lower() ||
        cut->at >= box_[cut->input].upper()) {
      stopped_at_ = node_;
      return std::nullopt;
    }
    num::Interval& range = box_[cut->input];
    open_.push_back({cut, range});
    range = num::Interval(range.lower(), cut->at);
    ++node_;
  }
  return std::nullopt;
}

// After a leaf: cuts with both halves done are undone, the next one turns to its upper half.
void LeafWalk::go_to_next_subtree() {
  while (!open_.empty() && open_.back().upper) {
    box_[open_.back().cut->input] = open_.back().whole;
    open_.pop_back();
  }
  if (open_.empty()) return;
  OpenCut& cut = open_.back();
  box_[cut.cut->input] = num::Interval(cut.cut->at, cut.whole.upper());
  cut.upper = true;
}

namespace {

// What the threads share. Leaves are handed out in order, and none after a failure: so every leaf
// before the first failing one is proven, and the first failure does not depend on timing.
class Progress {
 public:
  Progress(const GridPair& pair, const SplitTree& tree)
      : walk_(tree, pair.problem.box), bounds_{std::vector<Integer>(pair.functionals.size()), 0} {}

  std::optional<LeafJob> take() {
    const std::lock_guard lock(mutex_);
    if (rejected_ || thrown_) return std::nullopt;
    return walk_.next();
  }
  void proven(const std::vector<Integer>& errors) {
    const std::lock_guard lock(mutex_);
    ++bounds_.leaves;
    for (std::size_t k = 0; k < errors.size(); ++k)
      bounds_.errors[k] = std::max(bounds_.errors[k], errors[k]);
  }
  void rejected(std::size_t leaf, Rejected no) {
    const std::lock_guard lock(mutex_);
    if (!first(leaf)) return;
    no.where += ", leaf " + std::to_string(leaf);
    rejected_ = std::move(no);
    thrown_ = nullptr;
  }
  void thrown(std::size_t leaf, std::exception_ptr exception) {
    const std::lock_guard lock(mutex_);
    if (!first(leaf)) return;
    thrown_ = std::move(exception);
    rejected_.reset();
  }
  std::variant<LeafBounds, Rejected> result() const {
    if (thrown_) std::rethrow_exception(thrown_);
    if (rejected_) return *rejected_;
    return bounds_;
  }

 private:
  bool first(std::size_t leaf) {
    if ((rejected_ || thrown_) && failed_leaf_ < leaf) return false;
    failed_leaf_ = leaf;
    return true;
  }

  std::mutex mutex_;
  LeafWalk walk_;
  LeafBounds bounds_;
  std::size_t failed_leaf_ = 0;
  std::optional<Rejected> rejected_;
  std::exception_ptr thrown_;
};

void work(const GridPair& pair, Progress& progress) {
  std::size_t leaf = 0;
  try {
    LeafProof proof(pair);
    while (const std::optional<LeafJob> job = progress.take()) {
      leaf = job->index;
      auto result = proof.prove(job->box);
      if (auto* no = std::get_if<Rejected>(&result))
        progress.rejected(leaf, std::move(*no));
      else
        progress.proven(std::get<std::vector<Integer>>(result));
    }
  } catch (...) {
    progress.thrown(leaf, std::current_exception());
  }
}

}  // namespace

std::variant<LeafBounds, Rejected> prove_leaves(const GridPair& pair, const SplitTree& tree,
                                                unsigned threads) {
  Progress progress(pair, tree);
  const std::size_t leaves = (tree.size() + 1) / 2;
  std::vector<std::jthread> others;
  for (std::size_t t = 1; t < std::min<std::size_t>(threads, leaves); ++t)
    others.emplace_back([&] { work(pair, progress); });
  work(pair, progress);
  others.clear();  // joins
  return progress.result();
}

}  // namespace certifix::check
