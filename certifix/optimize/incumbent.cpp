#include "certifix/optimize/incumbent.hpp"

#include <fmt/format.h>

#include <utility>

namespace certifix::optimize {

Incumbent::Incumbent(const Subject& subject, const SearchOptions& options, Candidate first)
    : subject_(subject),
      options_(options),
      candidate_(std::move(first)),
      cost_(objective(options.cost, candidate_.design)) {}

bool Incumbent::offer(const Candidate& candidate) {
  if (candidate.ratio > options_.target ||
      !broken_limit(candidate.design, subject_.problem().limits).empty())
    return false;
  const double cost = objective(options_.cost, candidate.design);
  if (cost >= cost_) return false;
  cost_ = cost;
  candidate_ = candidate;
  if (options_.progress)
    options_.progress(fmt::format("trying {} {:.0f}, bound used {:.4f}", options_.cost.name, cost_,
                                  candidate_.ratio));
  return true;
}

}  // namespace certifix::optimize
