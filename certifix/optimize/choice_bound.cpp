#include "certifix/optimize/choice_bound.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <queue>

#include "certifix/base/error.hpp"
#include "certifix/num/outward/enclosure.hpp"
#include "certifix/optimize/choice_descent.hpp"
#include "certifix/optimize/choice_dual.hpp"

namespace certifix::optimize {
namespace {

constexpr int kFirstSteps = 150;  // of the prices, at the root
constexpr int kSteps = 30;
constexpr int kFewestSteps = 10;
constexpr double kSweepsOfStep = 4;    // a step looks at every entry this often, about
constexpr double kSearchShare = 0.1;   // of the work: local search from the start
constexpr double kBetterShare = 0.01;  // and from each better choice
constexpr double kLittle = 0.02;       // of the work, for which a gap is closed altogether
constexpr std::size_t kProposals = 8;  // minimisers that are repaired, a node

struct Node {
  Domain domain;
  std::shared_ptr<const Dual> dual;
  double bound = 0;
  std::size_t branch = 0;  // variable
  std::size_t at = 0;      // candidates up to here, or above
  long number = 0;
};

struct Dearer {
  bool operator()(const Node& a, const Node& b) const {
    return a.bound != b.bound ? a.bound > b.bound : a.number > b.number;
  }
};

class Search {
 public:
  Search(const ChoiceModel& model, Selection start, double work, double close)
      : model_(model),
        descent_(model),
        allowed_(work),
        close_(close),
        best_(descent_.improve(std::move(start), kSearchShare * work)),
        cost_(selection_cost(model, best_)),
        scaled_(model, cost_) {}

  ChoiceBound run() {
    Node root;
    for (const ChoiceModel::Variable& variable : model_.variables) {
      root.domain.emplace_back();
      for (std::size_t c = 0; c < variable.size(); ++c) root.domain.back().push_back(c);
    }
    root.dual = std::make_shared<Dual>(first_dual(model_, best_));
    // Large models have less than one node's worth of work.
    const double steps = allowed_ / (kSweepsOfStep * entries(root.domain));
    if (steps >= kFewestSteps)
      consider(std::move(root), static_cast<int>(std::min<double>(kFirstSteps, steps)));
    else
      return {std::move(best_), cost_, 0, nodes_};
    while (!open_.empty() && work_ < allowed_) {
      if (open_.top().bound >= cost_ * (1 - close_) && work_ > kLittle * allowed_) break;
      if (open_.top().bound >= cost_) break;
      const Node node = open_.top();
      open_.pop();
      for (const bool upper : {false, true}) {
        Node child = node;
        std::erase_if(child.domain[node.branch],
                      [&](std::size_t c) { return (c > node.at) != upper; });
        consider(std::move(child), kSteps);
      }
    }
    const double lower = open_.empty() ? cost_ : std::min(cost_, open_.top().bound);
    return {std::move(best_), cost_, lower, nodes_};
  }

 private:
  // Bounds a node, and keeps it open unless it holds nothing cheaper than the best choice.
  void consider(Node node, int steps) {
    ++nodes_;
    if (!propagate(scaled_, model_.bounds, node.domain)) return;
    Ascent ascent = ascend(model_, scaled_, node.domain, *node.dual, cost_, steps);
    work_ += steps * kSweepsOfStep * entries(node.domain);
    const std::size_t visited = ascent.visited.size();
    for (std::size_t k = 0; k < std::min(kProposals, visited); ++k)
      propose(ascent.visited[visited - 1 - k]);
    const Proven proven = prove_bound(model_, scaled_, node.domain, ascent.dual);
    const auto cost_of = [&](long units) { return static_cast<double>(units) * scaled_.unit; };
    node.bound = std::max(node.bound, cost_of(proven.bound));
    if (node.bound >= cost_) return;
    for (std::size_t i = 0; i < node.domain.size(); ++i) {
      std::vector<std::size_t> left;
      for (std::size_t c = 0; c < node.domain[i].size(); ++c)
        if (cost_of(proven.with[i][c]) < cost_) left.push_back(node.domain[i][c]);
      if (left.empty()) return;
      node.domain[i] = std::move(left);
    }
    node.dual = std::make_shared<Dual>(std::move(ascent.dual));
    if (!choose_branch(node, ascent.visited)) {
      // One candidate for each variable: the choice itself.
      Selection only;
      for (const std::vector<std::size_t>& candidates : node.domain) only.push_back(candidates[0]);
      if (fits_exactly(only)) keep(std::move(only));
      return;
    }
    node.number = nodes_;
    open_.push(std::move(node));
  }

  // Where the last minimisers differ most, weighed by what the difference costs. False: nothing is
  // left to divide.
  bool choose_branch(Node& node, const std::vector<Selection>& visited) const {
    const std::size_t last = visited.size() / 2;
    double best = -1;
    for (std::size_t i = 0; i < node.domain.size(); ++i) {
      const std::vector<std::size_t>& left = node.domain[i];
      if (left.size() < 2) continue;
      double mean = 0, square = 0;
      for (std::size_t k = last; k < visited.size(); ++k) {
        const auto c = static_cast<double>(std::clamp(visited[k][i], left.front(), left.back()));
        mean += c;
        square += c * c;
      }
      const auto count = static_cast<double>(visited.size() - last);
      mean /= count;
      const double spread = std::sqrt(std::max(0.0, square / count - mean * mean));
      const double score = (spread + 1e-3) * slope_[i] + 1e-9 * static_cast<double>(left.size());
      if (score <= best) continue;
      best = score;
      node.branch = i;
      // The last candidate that is at most the mean, but not the last of all.
      std::size_t at = 0;
      while (at + 2 < left.size() && static_cast<double>(left[at + 1]) <= mean) ++at;
      node.at = left[at];
    }
    return best >= 0;
  }

  bool fits_exactly(const Selection& selection) const {
    for (std::size_t r = 0; r < model_.bounds; ++r) {
      num::Rational sum = 0;
      for (std::size_t i = 0; i < selection.size(); ++i)
        sum += num::exact_value(model_.variables[i].use[selection[i]][r]);
      if (sum > num::Rational(1)) return false;
    }
    return true;
  }

  void propose(const Selection& choice) {
    Selection repaired = descent_.repair(choice);
    if (!selection_fits(model_, repaired) || selection_cost(model_, repaired) >= cost_) return;
    keep(descent_.improve(std::move(repaired), kBetterShare * allowed_));
  }

  void keep(Selection choice) {
    const double cost = selection_cost(model_, choice);
    if (cost >= cost_) return;
    cost_ = cost;
    best_ = std::move(choice);
  }

  double entries(const Domain& domain) const {
    double sum = 0;
    for (std::size_t i = 0; i < domain.size(); ++i)
      sum += static_cast<double>(domain[i].size() * model_.bounds);
    for (const ChoiceModel::Pair& pair : model_.pairs)
      sum += static_cast<double>(domain[pair.first].size() * domain[pair.second].size());
    return sum;
  }

  // What one candidate more or less of each variable costs, around a choice.
  static std::vector<double> slopes(const ChoiceModel& model, const Selection& choice) {
    std::vector<double> result(model.variables.size());
    const auto step = [](std::size_t c) { return c > 0 ? c - 1 : c + 1; };
    for (std::size_t i = 0; i < result.size(); ++i)
      if (const ChoiceModel::Variable& variable = model.variables[i]; variable.size() > 1)
        result[i] = variable.cost[step(choice[i])] - variable.cost[choice[i]];
    for (const ChoiceModel::Pair& pair : model.pairs) {
      const std::size_t size = model.variables[pair.second].size();
      const auto at = [&](std::size_t p, std::size_t q) { return pair.cost[p * size + q]; };
      const std::size_t p = choice[pair.first];
      const std::size_t q = choice[pair.second];
      if (model.variables[pair.first].size() > 1) result[pair.first] += at(step(p), q) - at(p, q);
      if (size > 1) result[pair.second] += at(p, step(q)) - at(p, q);
    }
    for (double& slope : result) slope = std::fabs(slope);
    return result;
  }

  const ChoiceModel& model_;
  ChoiceDescent descent_;
  double allowed_;
  double close_;
  double work_ = 0;
  Selection best_;
  double cost_;
  ScaledModel scaled_;
  std::vector<double> slope_ = slopes(model_, best_);
  std::priority_queue<Node, std::vector<Node>, Dearer> open_;
  long nodes_ = 0;
};

}  // namespace

ChoiceBound bound_choices(const ChoiceModel& model, Selection start, double work, double close) {
  CERTIFIX_CHECK(selection_fits(model, start), "branch and bound starts with a choice that fits");
  return Search(model, std::move(start), work, close).run();
}

}  // namespace certifix::optimize
