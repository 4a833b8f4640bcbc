#include "certifix/optimize/run.hpp"

#include <fmt/format.h>

#include <utility>

namespace certifix::optimize {
namespace {

constexpr std::size_t kWorst = 8;   // leaves of a working set: the worst,
constexpr std::size_t kSpread = 8;  // and others

}  // namespace

Run::Run(const Subject& subject, const Options& options, std::optional<split::Tree> start)
    : subject_(subject),
      options_(options),
      progress_(options.progress
                    ? Progress([this](std::string_view stage, std::string_view detail) {
                        show(stage, detail);
                      })
                    : Progress()),
      watch_(progress_),
      budget_(options.leaves.value_or(subject.leaf_budget())),
      start_(std::move(start)) {}

void Run::show(std::string_view stage, std::string_view detail) const {
  std::string line;
  const auto add = [&](std::string_view part) {
    if (!part.empty()) line += (line.empty() ? "" : "; ") + std::string(part);
  };
  if (tree_) add(fmt::format("{} leaves", tree_->leaves.size()));
  if (best_) add(fmt::format("best {} {:.0f}", options_.cost.name, best_cost_));
  add(detail);
  options_.progress(stage, line);
}

SearchOptions Run::search_options() {
  SearchOptions result;
  result.cost = options_.cost;
  result.input_bits = options_.input_bits;
  if (options_.solver) result.solver = options_.solver;
  result.cancelled = [this] { return cancelled(); };
  if (progress_) result.progress = [this](std::string_view line) { progress_("search", line); };
  return result;
}

void Run::split_for(const Candidate& reference) {
  tree_ = optimize::first_tree(subject_, reference, budget_, watch_, start_ ? &*start_ : nullptr,
                               [this] { return cancelled(); });
  if (tree_) first_tree_ = tree_;
}

LeafSet Run::working_set(const std::vector<range::FloatBox>& critical) const {
  return tree_ ? optimize::working_set(subject_, *tree_, kWorst, kSpread, critical)
               : whole_box(subject_);
}

std::vector<Leaf> Run::leaves() const {
  if (tree_) return all_leaves(*tree_);
  return {{subject_.box(), std::nullopt}};
}

std::vector<range::FloatBox> Run::worst(const Judged& judged) const {
  return worst_boxes(leaves(), judged.values, kWorst);
}

Judged Run::judge_grown(Candidate candidate, std::size_t most) {
  auto [judged, tree] = judge_on_tree(subject_, std::move(candidate), std::move(tree_), most,
                                      watch_, [this] { return cancelled(); });
  tree_ = std::move(tree);
  offer(judged);
  return std::move(judged);
}

Judged Run::judge_as_is(Candidate candidate) {
  Judged judged =
      watch_.stage("judge", [&] { return judge(subject_, leaves(), std::move(candidate)); });
  offer(judged);
  return judged;
}

bool Run::accepts(const Candidate& candidate) const {
  return candidate.ratio <= 1 && broken_limit(candidate.design, subject_.problem().limits).empty();
}

void Run::offer(const Judged& judged) {
  if (!accepts(judged.candidate)) return;
  const double cost = objective(options_.cost, judged.candidate.design);
  if (best_ && cost >= best_cost_) return;
  best_ = JudgedOnTree{judged, tree_};
  best_cost_ = cost;
  watch_.show("judge", "accepted by the analysis");
}

}  // namespace certifix::optimize
