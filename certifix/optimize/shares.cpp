#include "certifix/optimize/shares.hpp"

#include <fmt/format.h>

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

double radius(num::Enclosure e) { return (e.upper - e.lower) / 2; }

}  // namespace

Shares shares(const Subject& subject, const Candidate& candidate, const Leaf& leaf) {
  error::Effort effort = subject.effort();
  effort.sensitivity = true;
  const range::RealNetwork real(subject.network(), leaf.box);
  const error::Analysis analysis = error::analyze(subject.problem(), candidate.image, real, effort);
  const auto& sensitivity = analysis.sensitivity[worst_functional(subject.problem(), analysis)];
  // The middles of the sources are in the biases: |H| times their radius is left.
  Shares result;
  for (std::size_t i = 0; i < sensitivity[0].size(); ++i)
    result.inputs += sensitivity[0][i] * radius(analysis.error[0][i]);
  for (std::size_t b = 1; b < sensitivity.size(); ++b) {
    BlockShares share{subject.problem().network.block(b).name, 0, 0};
    for (std::size_t i = 0; i < sensitivity[b].size(); ++i) {
      share.weights += sensitivity[b][i] * radius(analysis.weight_source[b][i]);
      share.rounding += sensitivity[b][i] * radius(candidate.image.blocks[b - 1].rounding[i]);
    }
    result.blocks.push_back(std::move(share));
  }
  return result;
}

std::string dominating(const Shares& shares) {
  std::string result = "rounding of the inputs";
  double largest = shares.inputs;
  for (const BlockShares& block : shares.blocks) {
    if (block.weights > largest) {
      largest = block.weights;
      result = fmt::format("rounded weights of block '{}'", block.name);
    }
    if (block.rounding > largest) {
      largest = block.rounding;
      result = fmt::format("rounded outputs of block '{}'", block.name);
    }
  }
  return result;
}

}  // namespace certifix::optimize
