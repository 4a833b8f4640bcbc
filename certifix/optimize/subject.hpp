// A problem with what is computed once for it, and the leaves on which designs are judged.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "certifix/error/analysis.hpp"
#include "certifix/optimize/compensated_rows.hpp"
#include "certifix/range/ranges.hpp"
#include "certifix/spec/problem.hpp"

namespace certifix::optimize {

// How many rows share a format.
enum class FormatScope {
  network,  // one output format for all blocks (inputs: each its own)
  block,    // one output format a block (inputs: each its own)
  row,      // each row its own
};

class Subject {
 public:
  // implemented: the network that designs follow; the problem's own, or an exact rewrite of it.
  Subject(const spec::Problem& problem, net::Network implemented, FormatScope scope,
          unsigned threads);
  // The same with other bounds and limits: whatever does not depend on them is copied.
  Subject(const Subject& other, std::vector<spec::Functional> functionals, spec::Limits limits);
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  // The problem, about the implemented network (equal on the box, so every bound is the same).
  const spec::Problem& problem() const { return problem_; }
  const range::FloatNetwork& network() const { return network_; }
  const range::FloatBox& box() const { return box_; }
  const error::Norms& norms() const { return norms_; }
  const CompensatedRows& compensated() const { return *compensated_; }
  FormatScope scope() const { return scope_; }
  unsigned threads() const { return threads_; }
  const error::Effort& effort() const { return effort_; }
  bool uses_norms() const { return uses_norms_; }
  // About how many leaves can be analysed in a time that people wait for; from sizes alone.
  std::size_t leaf_budget() const { return leaf_budget_; }
  // Multiply-adds of one analysis of a leaf, about, with so many unstable neurons on it.
  double analysis_work(std::size_t unstable) const;

 private:
  spec::Problem problem_;
  FormatScope scope_;
  unsigned threads_;
  range::FloatNetwork network_;
  range::FloatBox box_;
  bool uses_norms_ = false;
  error::Norms norms_;
  std::shared_ptr<const CompensatedRows> compensated_;
  error::Effort effort_;
  std::size_t leaf_budget_ = 1;
};

// Leaves, with the real network analysed on each where that is kept.
struct Leaf {
  range::FloatBox box;
  std::optional<range::RealNetwork> real;  // empty: computed when needed
};

struct LeafSet {
  std::vector<Leaf> leaves;  // the most critical first
  range::Ranges hull;        // of the real ranges over the whole box
};

// Analyses of a design on many leaves, joined.
struct Sweep {
  std::vector<num::Enclosure> functional;                  // hull
  error::Values implemented_pre;                           // hull
  range::Ranges real;                                      // hull of the ranges
  std::vector<double> values;                              // worst error / bound, per leaf
  std::vector<std::vector<error::Enumerated>> enumerated;  // per leaf
  std::size_t unstable = 0;                                // largest count over the leaves
  bool complete = true;  // false: given up, since a radius exceeds give_up times its bound
};

// Leaves one after another until one exceeds give_up (its error cannot be centred to less than half
// its width), the rest in parallel.
Sweep sweep(const Subject& subject, const error::FloatDesign& image,
            const std::vector<Leaf>& leaves, double give_up);

LeafSet whole_box(const Subject& subject);
// Keeps the real network of every leaf; the hull is over `all`.
LeafSet leaf_set(const Subject& subject, const std::vector<range::FloatBox>& boxes,
                 range::Ranges hull);

}  // namespace certifix::optimize
