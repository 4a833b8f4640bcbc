#include "certifix/optimize/shares.hpp"

#include <fmt/format.h>

#include <cmath>

#include "certifix/error/floor.hpp"

namespace certifix::optimize {
namespace {

// The functional that comes closest to its bound.
std::size_t worst_functional(const spec::Problem& problem, const error::Analysis& analysis) {
  std::size_t worst = 0;
  double ratio = -1;
  for (std::size_t f = 0; f < problem.functionals.size(); ++f) {
    const double r =
        analysis.functional[f].magnitude() / num::enclose(problem.functionals[f].bound).lower;
    if (r > ratio) {
      ratio = r;
      worst = f;
    }
  }
  return worst;
}

}  // namespace

Shares shares(const Subject& subject, const Candidate& candidate, const Leaf& leaf) {
  error::Effort effort = subject.effort();
  effort.sensitivity = true;
  const range::RealNetwork real(subject.network(), leaf.box);
  const error::Analysis analysis = error::analyze(subject.problem(), candidate.image, real, effort);
  const std::size_t worst = worst_functional(subject.problem(), analysis);
  const auto& sensitivity = analysis.sensitivity[worst];
  // The biases hold the middles of the sources over the whole box. On this leaf their radius is
  // left, |H| times, and what weight differences do in the middle of the leaf, with their signs.
  std::vector<double> middle;
  for (const num::Enclosure side : leaf.box) middle.push_back(side.midpoint());
  const std::vector<double> known = error::known_errors(subject.problem().functionals[worst],
                                                        subject.network(), candidate.image, middle);
  Shares result;
  result.inputs = std::fabs(known[0]);
  for (std::size_t i = 0; i < sensitivity[0].size(); ++i)
    result.inputs += sensitivity[0][i] * analysis.error[0][i].radius();
  for (std::size_t b = 1; b < sensitivity.size(); ++b) {
    BlockShares share{subject.problem().network.block(b).name, std::fabs(known[b]), 0};
    for (std::size_t i = 0; i < sensitivity[b].size(); ++i) {
      share.weights += sensitivity[b][i] * analysis.weight_source[b][i].radius();
      share.rounding += sensitivity[b][i] * candidate.image.blocks[b - 1].rounding[i].radius();
    }
    result.blocks.push_back(std::move(share));
  }
  return result;
}

std::string dominating(const Shares& shares) {
  std::string result = "rounding of the inputs";
  double largest = shares.inputs, all = shares.inputs;
  for (const BlockShares& block : shares.blocks) {
    all += block.weights + block.rounding;
    if (block.weights > largest) {
      largest = block.weights;
      result = fmt::format("rounded weights of block '{}'", block.name);
    }
    if (block.rounding > largest) {
      largest = block.rounding;
      result = fmt::format("rounded outputs of block '{}'", block.name);
    }
  }
  if (all > 0 && std::isfinite(all))
    result += fmt::format(", {:.0f} % of the error", 100 * largest / all);
  return result;
}

}  // namespace certifix::optimize
