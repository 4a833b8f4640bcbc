#include "certifix/netlist/schedule.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "certifix/base/error.hpp"

namespace certifix::netlist {
namespace {

constexpr int kFirstRead = 2;  // the cycle in which the first input word can be read

int levels_of_tree(int lanes) {
  int levels = 0;
  while ((1 << levels) < lanes) ++levels;
  return levels;
}

class Scheduler {
 public:
  Scheduler(const Alignment& alignment, int lanes, int levels, bool may_use_tree)
      : alignment_(alignment), may_use_tree_(may_use_tree) {
    result_.lanes = lanes;
    result_.tree_stages = (levels_of_tree(lanes) + levels - 1) / levels;
  }

  Schedule run() {
    place_inputs();
    for (std::size_t b = 1; b <= alignment_.blocks.size(); ++b) add_block(b);
    result_.latency = std::max(kFirstRead, last_write_ + 1);
    for (const Pass& pass : result_.passes) result_.has_tree |= pass.tree;
    return std::move(result_);
  }

 private:
  // A block, tried.
  struct Plan {
    std::vector<Pass> passes;
    std::vector<int> ready;  // of the live rows
    std::set<int> writes;
    int next_cycle = 0;
    int last_write = 0;
  };

  void place_inputs() {
    const std::vector<StoredElement>& inputs = alignment_.elements[0];
    result_.places.emplace_back(inputs.size());
    ready_.emplace_back(inputs.size(), 0);
    int count = 0;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (!inputs[i].live) continue;
      const int word = count / result_.lanes;
      result_.places[0][i] = {word, count % result_.lanes};
      ready_[0][i] = kFirstRead + word;
      ++count;
    }
    result_.input_words = result_.words = (count + result_.lanes - 1) / result_.lanes;
    for (int word = 0; word < result_.input_words; ++word) writes_.insert(1 + word);
  }

  void add_block(std::size_t b) {
    const AlignedBlock& block = alignment_.blocks[b - 1];
    Plan plan = plan_rows(b);
    if (may_use_tree_) {
      Plan tree = plan_tree(b);
      if (tree.last_write < plan.last_write) plan = std::move(tree);
    }
    for (Pass& pass : plan.passes) result_.passes.push_back(std::move(pass));
    writes_ = std::move(plan.writes);
    next_cycle_ = plan.next_cycle;
    last_write_ = std::max(last_write_, plan.last_write);

    const bool is_output = b == alignment_.blocks.size();
    result_.places.emplace_back(alignment_.elements[b].size());
    ready_.emplace_back(alignment_.elements[b].size(), 0);
    if (is_output) return;
    for (std::size_t k = 0; k < block.live.size(); ++k) {
      const auto lanes = static_cast<std::size_t>(result_.lanes);
      result_.places[b][block.live[k]] = {result_.words + static_cast<int>(k / lanes),
                                          static_cast<int>(k % lanes)};
      ready_[b][block.live[k]] = plan.ready[k];
    }
    result_.words += (static_cast<int>(block.live.size()) + result_.lanes - 1) / result_.lanes;
  }

  Plan empty_plan() const { return {{}, {}, writes_, next_cycle_, 0}; }

  Plan plan_rows(std::size_t b) const {
    const AlignedBlock& block = alignment_.blocks[b - 1];
    Plan plan = empty_plan();
    for (std::size_t first = 0; first < block.live.size();
         first += static_cast<std::size_t>(result_.lanes)) {
      const std::size_t count =
          std::min(block.live.size() - first, static_cast<std::size_t>(result_.lanes));
      std::set<std::tuple<int, std::size_t, std::size_t>> reads;  // ready, element
      for (std::size_t k = first; k < first + count; ++k)
        for (const AlignedTerm& term : block.rows[k].terms)
          reads.emplace(ready_[term.source][term.index], term.source, term.index);
      Pass pass{b, false, first, count, {}};
      for (const auto& [ready, source, index] : reads) {
        const Place& place = result_.places[source][index];
        pass.steps.push_back({ready, place.word, place.lane, source, index});
      }
      issue(std::move(pass), kLag, plan);
    }
    return plan;
  }

  Plan plan_tree(std::size_t b) const {
    const AlignedBlock& block = alignment_.blocks[b - 1];
    Plan plan = empty_plan();
    for (std::size_t k = 0; k < block.live.size(); ++k) {
      std::map<int, int> words;  // and when all is there that is read of it
      for (const AlignedTerm& term : block.rows[k].terms) {
        int& ready = words[result_.places[term.source][term.index].word];
        ready = std::max(ready, ready_[term.source][term.index]);
      }
      Pass pass{b, true, k, 1, {}};
      for (const auto& [word, ready] : words) pass.steps.push_back({ready, word, 0, 0, 0});
      std::stable_sort(pass.steps.begin(), pass.steps.end(),
                       [](const Step& x, const Step& y) { return x.cycle < y.cycle; });
      issue(std::move(pass), kLag + result_.tree_stages, plan);
    }
    return plan;
  }

  // Steps come with the cycle from which on they can be done, and get the one in which they are.
  static void issue(Pass pass, int lag, Plan& plan) {
    CERTIFIX_CHECK(!pass.steps.empty(), "a live row reads something");
    for (Step& step : pass.steps) {
      step.cycle = std::max({step.cycle, plan.next_cycle, kFirstRead});
      plan.next_cycle = step.cycle + 1;
    }
    int& last = pass.steps.back().cycle;
    while (!plan.writes.insert(last + lag).second) ++last;
    plan.next_cycle = last + 1;
    plan.last_write = std::max(plan.last_write, last + lag);
    plan.ready.insert(plan.ready.end(), pass.row_count, last + lag + 1);
    plan.passes.push_back(std::move(pass));
  }

  const Alignment& alignment_;
  bool may_use_tree_;
  Schedule result_;
  std::vector<std::vector<int>> ready_;  // the first cycle in which a code can be read
  std::set<int> writes_;                 // cycles at whose ends something is written
  int next_cycle_ = kFirstRead;
  int last_write_ = 0;
};

}  // namespace

std::int64_t Schedule::step_count() const {
  std::int64_t count = 0;
  for (const Pass& pass : passes) count += static_cast<std::int64_t>(pass.steps.size());
  return count;
}

int most_lanes(const Alignment& alignment) {
  std::size_t most = 1;
  for (const AlignedBlock& block : alignment.blocks) most = std::max(most, block.live.size());
  return static_cast<int>(most);
}

Schedule schedule(const Alignment& alignment, int lanes, int levels) {
  CERTIFIX_CHECK(lanes >= 1 && levels >= 1, "a folded circuit has lanes");
  const int used = std::min(lanes, most_lanes(alignment));
  Schedule rows = Scheduler(alignment, used, levels, false).run();
  if (used == 1) return rows;
  Schedule mixed = Scheduler(alignment, used, levels, true).run();
  return 10 * mixed.latency <= 9 * rows.latency ? mixed : rows;
}

}  // namespace certifix::netlist
