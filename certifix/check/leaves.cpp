#include "certifix/check/leaves.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace certifix::check {

LeafWalk::LeafWalk(const SplitTree& tree, spec::Box box) : tree_(tree), box_(std::move(box)) {}

std::optional<LeafJob> LeafWalk::next() {
  while (node_ < tree_.size() && !stopped_at_) {
    const auto* cut = std::get_if<Cut>(&tree_[node_]);
    if (!cut) {
      LeafJob job{leaves_++, box_, &std::get<Leaf>(tree_[node_])};
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
  Progress(const SplitTree& tree, const spec::Box& box) : walk_(tree, box) {}

  std::optional<LeafJob> take() {
    const std::lock_guard lock(mutex_);
    if (rejected_ || thrown_) return std::nullopt;
    return walk_.next();
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
  std::optional<Rejected> result() const {
    if (thrown_) std::rethrow_exception(thrown_);
    return rejected_;
  }

 private:
  bool first(std::size_t leaf) {
    if ((rejected_ || thrown_) && failed_leaf_ < leaf) return false;
    failed_leaf_ = leaf;
    return true;
  }

  std::mutex mutex_;
  LeafWalk walk_;
  std::size_t failed_leaf_ = 0;
  std::optional<Rejected> rejected_;
  std::exception_ptr thrown_;
};

void work(Progress& progress, const std::function<LeafProver()>& new_prover) {
  std::size_t leaf = 0;
  try {
    const LeafProver prove = new_prover();
    while (const std::optional<LeafJob> job = progress.take()) {
      leaf = job->index;
      if (auto no = prove(*job)) progress.rejected(leaf, *std::move(no));
    }
  } catch (...) {
    progress.thrown(leaf, std::current_exception());
  }
}

}  // namespace

std::optional<Rejected> prove_on_leaves(const SplitTree& tree, const spec::Box& box,
                                        unsigned threads,
                                        const std::function<LeafProver()>& new_prover) {
  Progress progress(tree, box);
  const std::size_t leaves = (tree.size() + 1) / 2;
  std::vector<std::jthread> others;
  for (std::size_t t = 1; t < std::min<std::size_t>(threads, leaves); ++t)
    others.emplace_back([&] { work(progress, new_prover); });
  work(progress, new_prover);
  others.clear();  // joins
  return progress.result();
}

}  // namespace certifix::check
