#include "certifix/optimize/weight_tables.hpp"

#include <algorithm>

#include "certifix/split/parallel.hpp"

namespace certifix::optimize {
namespace {

constexpr std::size_t kModelled = 4;
// Compensation must lower the worst error to this part, or each weight stays the nearest.
constexpr double kGain = 0.9;
// Below this share of the bound it does not matter how weights are rounded.
constexpr double kNegligible = 1.0 / 256;

double worst(const std::vector<double>& errors) {
  return *std::max_element(errors.begin(), errors.end());
}

}  // namespace

WeightTables::WeightTables(const Subject& subject, const LeafSet& leaves)
    : subject_(subject), leaves_(leaves) {
  for (std::size_t b = 1; b < subject.network().block_count(); ++b) {
    worthwhile_.emplace_back();
    if (!subject.compensated().possible(b)) worthwhile_.back() = false;
  }
}

std::size_t WeightTables::modelled() const { return std::min(kModelled, leaves_.leaves.size()); }

double WeightTables::relative(std::size_t f, double error) const {
  return error / num::enclose(subject_.problem().functionals[f].bound).lower;
}

std::vector<double> WeightTables::errors(std::size_t b, int bits, Rounding rounding) const {
  const error::FloatDesign image = only_weights(
      subject_, leaves_, b, std::vector<int>(subject_.network().size(b), bits), rounding);
  const std::size_t functionals = subject_.problem().functionals.size();
  error::Effort effort = subject_.effort();
  effort.patterns = 0;
  std::vector<double> result(modelled() * functionals);
  split::parallel_for(modelled(), subject_.threads(), [&](std::size_t k) {
    const error::Analysis analysis =
        error::analyze(subject_.problem(), image, *leaves_.leaves[k].real, effort);
    for (std::size_t f = 0; f < functionals; ++f) {
      const num::Enclosure e = analysis.functional[f];
      result[k * functionals + f] = relative(f, (e.upper - e.lower) / 2);
    }
  });
  return result;
}

const WeightTables::Entry& WeightTables::at(std::size_t b, int bits) {
  const auto [place, is_new] = known_.try_emplace({b, bits});
  Entry& entry = place->second;
  if (!is_new) return entry;
  entry.error = errors(b, bits, Rounding::nearest);
  std::optional<bool>& worthwhile = worthwhile_[b - 1];
  if (worthwhile == false || worst(entry.error) < kNegligible) return entry;
  std::vector<double> compensated = errors(b, bits, Rounding::compensated);
  const bool gain = worst(compensated) < kGain * worst(entry.error);
  // Deep in a network of unstable neurons nothing cancels: one attempt tells.
  if (!worthwhile) worthwhile = gain;
  if (gain) entry = {std::move(compensated), Rounding::compensated};
  return entry;
}

Plan WeightTables::rounded(Plan plan) {
  for (std::size_t b = 1; b <= plan.blocks.size(); ++b) {
    const BlockPlan& block = plan.blocks[b - 1];
    const auto row = std::find_if(block.weight_lsb.begin(), block.weight_lsb.end(),
                                  [](const std::vector<int>& lsb) { return !lsb.empty(); });
    if (row != block.weight_lsb.end() && at(b, -row->front()).rounding == Rounding::compensated)
      compensate(subject_, plan, b);
  }
  return plan;
}

}  // namespace certifix::optimize
