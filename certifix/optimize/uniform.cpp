#include "certifix/optimize/uniform.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "certifix/optimize/rounded_weights.hpp"

namespace certifix::optimize {
namespace {

constexpr int kFewest = -64;  // fractional bits; negative: coarser than integers
constexpr int kMost = 512;

}  // namespace

Plan uniform_plan(const Subject& subject, int bits,
                  const std::optional<std::vector<int>>& input_bits) {
  Plan plan = uniform_plan(subject, -bits, -bits, -bits);
  if (input_bits)
    for (std::size_t i = 0; i < plan.input_lsb.size(); ++i)
      plan.input_lsb[i] =
          input_lsb(subject.problem(), i, -(*input_bits)[input_bits->size() == 1 ? 0 : i]);
  return plan;
}

Candidate uniform_candidate(const Subject& subject, const LeafSet& leaves, int bits,
                            const std::optional<std::vector<int>>& input_bits, double target) {
  Plan plan = uniform_plan(subject, bits, input_bits);
  Candidate nearest = realize(subject, leaves, plan);
  if (nearest.ratio <= target) return nearest;
  Candidate compensated = realize(subject, leaves, compensated_plan(subject, std::move(plan)));
  return compensated.ratio < nearest.ratio ? compensated : nearest;
}

UniformSearch search_uniform(const Subject& subject, const LeafSet& leaves,
                             const std::optional<std::vector<int>>& input_bits, double target) {
  const spec::Limits& limits = subject.problem().limits;
  const auto at = [&](int bits) {
    return uniform_candidate(subject, leaves, bits, input_bits, target);
  };
  int bits = 16;
  Candidate candidate = at(bits);
  // The error falls about by half per bit: jump to the estimate, then walk.
  for (int jump = 0; jump < 4 && candidate.ratio > target; ++jump) {
    if (!std::isfinite(candidate.ratio)) break;
    const int step = std::max(1, static_cast<int>(std::ceil(std::log2(candidate.ratio / target))));
    if (bits + step > kMost) break;
    bits += step;
    candidate = at(bits);
  }
  while (candidate.ratio > target && bits < kMost && broken_limit(candidate.design, limits).empty())
    candidate = at(++bits);
  while (bits > kFewest && candidate.ratio <= target) {
    Candidate coarser = at(bits - 1);
    if (coarser.ratio > target) break;
    candidate = std::move(coarser);
    --bits;
  }
  UniformSearch result;
  result.limit = broken_limit(candidate.design, limits);
  if (candidate.ratio <= target && result.limit.empty()) {
    result.found = std::move(candidate);
    result.bits = bits;
    return result;
  }
  if (result.limit.empty())
    result.limit = "finer grids do not help, since the analysis computes in doubles";
  // The finest within the limits: what the limits allow to prove.
  while (bits > kFewest && !broken_limit(candidate.design, limits).empty()) candidate = at(--bits);
  if (broken_limit(candidate.design, limits).empty()) result.finest = std::move(candidate);
  result.bits = bits;
  return result;
}

}  // namespace certifix::optimize
