// One search for one set of bounds: the tree on which designs are judged, the best design so far,
// and what the user sees meanwhile.
//
// Whatever a method does, each design that it has judged on a whole tree is offered here. So from
// the first one that the analysis accepts there is always one at hand, whenever the user stops.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certifix/optimize/grow.hpp"
#include "certifix/optimize/quantize.hpp"
#include "certifix/optimize/search_options.hpp"
#include "certifix/optimize/stopwatch.hpp"

namespace certifix::optimize {

class Run {
 public:
  // subject and options outlive it. start: a tree to begin with where one is needed; may be empty.
  Run(const Subject& subject, const Options& options, std::optional<split::Tree> start = {});
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  const Subject& subject() const { return subject_; }
  const Options& options() const { return options_; }
  Stopwatch& watch() { return watch_; }
  std::size_t budget() const { return budget_; }
  bool cancelled() const { return options_.cancel != nullptr && options_.cancel->load(); }
  // For searches on a working set.
  SearchOptions search_options();

  // On what designs are judged; empty: the box is one leaf.
  const std::optional<split::Tree>& tree() const { return tree_; }
  void set_tree(std::optional<split::Tree> tree) { tree_ = std::move(tree); }
  // A tree for designs like this one, which was judged on the whole box; what tree() is then. The
  // tree that grew first is kept for later bounds.
  void split_for(const Candidate& reference);
  const std::optional<split::Tree>& first_tree() const { return first_tree_; }
  // The leaves of tree() that matter for searching; `critical` first.
  LeafSet working_set(const std::vector<range::FloatBox>& critical = {}) const;
  std::vector<Leaf> leaves() const;
  // Those on which a design that was judged on tree() errs most: what a working set lacked.
  std::vector<range::FloatBox> worst(const Judged& judged) const;

  // On all leaves of tree(), which is grown on to at most `most` leaves; as it is.
  Judged judge_grown(Candidate candidate, std::size_t most);
  Judged judge_as_is(Candidate candidate);
  // Whether it meets the bounds and the limits.
  bool accepts(const Candidate& candidate) const;

  // The cheapest that was accepted so far.
  const std::optional<JudgedOnTree>& best() const { return best_; }

  std::string lp;  // the last linear program that was solved, as text

 private:
  void offer(const Judged& judged);
  void show(std::string_view stage, std::string_view detail) const;

  const Subject& subject_;
  const Options& options_;
  Progress progress_;
  Stopwatch watch_;
  std::size_t budget_;
  std::optional<split::Tree> start_;
  std::optional<split::Tree> first_tree_;
  std::optional<split::Tree> tree_;
  std::optional<JudgedOnTree> best_;
  double best_cost_ = 0;
};

}  // namespace certifix::optimize
