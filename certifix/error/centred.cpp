// Carries targets back to the inputs. Before block t is eliminated, each target is
//     sum over blocks <= t  G_s e_s  +  sum over blocks < t  B_s a_s  +  own  (+- radius, slack).
// For a row with slope lambda, e = lambda (sum ŵ e_p + sum dw a_p + db + rho). With the centre
// kappa of lambda's set, e = kappa delta + (lambda - kappa) delta, and |lambda - kappa| <= 1/2 on
// unstable rows; so with H = kappa G: G_p += H ŵ_p, B_p += H dw_p, own += H (db + rho), radius +=
// |G| max|delta| / 2. The B of all blocks are bounded together at the end, over the real network.
#include "certifix/error/centred.hpp"

#include <cmath>

namespace certifix::error {
namespace {

using num::EnclosedSum;
using num::Enclosure;
using num::next_up;
using num::sum_error;

class Elimination {
 public:
  Elimination(const Pair& pair, Targets targets, const std::vector<Enumerated>& enumerated,
              bool keep)
      : pair_(pair), targets_(std::move(targets)), enumerated_(enumerated), keep_(keep) {
    if (keep_) {
      result_.coefficients.resize(targets_.errors.coefficients.size());
      result_.deviation.resize(targets_.errors.coefficients.size());
    }
  }

  CentredBound run() {
    for (std::size_t t = targets_.errors.coefficients.size(); t-- > 1;)
      if (!targets_.errors.coefficients[t].empty()) eliminate(t);
    const std::size_t count = targets_.errors.count();
    const std::vector<double> upper = pair_.real.back().upper_bounds(targets_.differences);
    const std::vector<double> minus_lower =
        pair_.real.back().upper_bounds(range::negated(std::move(targets_.differences)));
    const std::vector<double>& inputs = targets_.errors.coefficients[0];
    const std::size_t columns = pair_.size(0);
    for (std::size_t i = 0; i < count; ++i) {
      EnclosedSum rounding;
      if (!inputs.empty())
        for (std::size_t j = 0; j < columns; ++j)
          rounding.add_product(inputs[i * columns + j], pair_.blocks[0].error[j]);
      const Enclosure sum =
          Enclosure{-minus_lower[i], upper[i]} + rounding.value(1) + targets_.own[i];
      result_.total.push_back(
          num::widened(sum, next_up(targets_.radius[i] + targets_.errors.slack[i])));
    }
    if (keep_ && !inputs.empty()) {
      result_.coefficients[0] = inputs;
      for (double& c : result_.coefficients[0]) c = std::fabs(c);
    }
    return std::move(result_);
  }

 private:
  // kappa of a row for one target.
  double centre(std::size_t t, std::size_t s, std::size_t target) const {
    switch (pair_.blocks[t].slope[s]) {
      case Slope::zero:
        return 0;
      case Slope::one:
        return 1;
      case Slope::any:
        for (std::size_t j = 0; j < enumerated_.size(); ++j)
          if (enumerated_[j].block == t && enumerated_[j].row == s)
            return static_cast<double>((target >> j) & 1);
        return 0.5;
    }
    throw Bug(__FILE__, __LINE__, "unknown slope");
  }

  bool is_enumerated(std::size_t t, std::size_t s) const {
    for (const Enumerated& e : enumerated_)
      if (e.block == t && e.row == s) return true;
    return false;
  }

  void eliminate(std::size_t t) {
    const PairBlock& block = pair_.blocks[t];
    const DifferenceBlock& design = pair_.design.blocks[t - 1];
    const std::size_t size = pair_.size(t);
    const std::size_t count = targets_.errors.count();
    std::vector<double> h = std::move(targets_.errors.coefficients[t]);
    targets_.errors.coefficients[t].clear();
    if (keep_) result_.deviation[t].assign(count * size, 0);
    std::vector<char> fixed(size);
    for (std::size_t s = 0; s < size; ++s) fixed[s] = is_enumerated(t, s);
    for (std::size_t i = 0; i < count; ++i) {
      EnclosedSum own;
      double radius = 0, slack = 0;
      for (std::size_t s = 0; s < size; ++s) {
        double& c = h[i * size + s];
        if (c == 0) continue;
        if (block.slope[s] == Slope::any && !fixed[s]) {
          const double deviation = std::fabs(c) * block.delta[s].magnitude() / 2;
          radius += deviation;
          if (keep_) result_.deviation[t][i * size + s] = deviation;
        }
        c *= centre(t, s, i);  // 0, 1 or a power of two: exact, or an underflow that slack covers
        own.add_product(c, design.rounding[s]);
        own.add_product(c, design.bias_difference[s]);
        slack += std::fabs(c) * (block.error_reach[s] + block.difference_reach[s]);
        radius += std::fabs(c) * block.difference_radius[s];
      }
      targets_.own[i] = targets_.own[i] + own.value(1);
      targets_.radius[i] = next_up(targets_.radius[i] + radius + sum_error(3 * size + 3, radius));
      targets_.errors.slack[i] =
          next_up(targets_.errors.slack[i] +
                  sum_error(size + 6, slack * (1 + 0x1p-30) + standing(i, design)));
    }
    for (const DifferenceSource& source : design.sources) {
      std::vector<double>& g = targets_.errors.of_block(source.block, source.columns);
      std::vector<double>& b = targets_.differences.of_block(source.block, source.columns);
      for (std::size_t i = 0; i < count; ++i) {
        range::add_product(h.data() + i * size, size, source.implemented.data(), source.columns,
                           g.data() + i * source.columns);
        range::add_product(h.data() + i * size, size, source.difference.data(), source.columns,
                           b.data() + i * source.columns);
      }
    }
    if (keep_) {
      for (double& c : h) c = std::fabs(c);
      result_.coefficients[t] = std::move(h);
    }
  }

  // What stands in the sources' coefficients already takes part in the same sums.
  double standing(std::size_t i, const DifferenceBlock& design) const {
    double sum = 0;
    for (const DifferenceSource& source : design.sources) {
      const std::vector<double>& g = targets_.errors.coefficients[source.block];
      const std::vector<double>& b = targets_.differences.coefficients[source.block];
      for (std::size_t j = 0; j < source.columns; ++j) {
        const std::size_t at = i * source.columns + j;
        if (!g.empty()) sum += std::fabs(g[at]) * pair_.blocks[source.block].error[j].magnitude();
        if (!b.empty())
          sum += std::fabs(b[at]) * pair_.real.ranges().post[source.block][j].magnitude();
      }
    }
    return sum * (1 + 0x1p-30);
  }

  const Pair& pair_;
  Targets targets_;
  const std::vector<Enumerated>& enumerated_;
  bool keep_;
  CentredBound result_;
};

}  // namespace

Targets row_targets(const Pair& pair, std::size_t b, const std::vector<std::size_t>& rows) {
  const DifferenceBlock& block = pair.design.blocks[b - 1];
  Targets result{range::LinearForms(rows.size(), b), range::LinearForms(rows.size(), b), {}, {}};
  for (const DifferenceSource& source : block.sources) {
    std::vector<double>& g = result.errors.of_block(source.block, source.columns);
    std::vector<double>& d = result.differences.of_block(source.block, source.columns);
    for (std::size_t k = 0; k < rows.size(); ++k) {
      const std::size_t from = rows[k] * source.columns;
      std::copy_n(source.implemented.data() + from, source.columns, g.data() + k * source.columns);
      std::copy_n(source.difference.data() + from, source.columns, d.data() + k * source.columns);
    }
  }
  const PairBlock& known = pair.blocks[b];
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const std::size_t i = rows[k];
    result.own.push_back(block.rounding[i] + block.bias_difference[i]);
    result.radius.push_back(known.difference_radius[i]);
    result.errors.slack[k] =
        sum_error(kImplementedError + 1, known.error_reach[i] + known.difference_reach[i]);
  }
  return result;
}

Targets functional_targets(const Pair& pair, std::size_t copies) {
  const std::size_t last = pair.blocks.size() - 1;
  const std::size_t outputs = pair.size(last);
  const std::size_t count = pair.problem.functionals.size() * copies;
  Targets result{range::LinearForms(count, last + 1), range::LinearForms(count, last + 1),
                 std::vector<Enclosure>(count), std::vector<double>(count)};
  std::vector<double>& g = result.errors.of_block(last, outputs);
  for (std::size_t i = 0; i < count; ++i) {
    const spec::Functional& functional = pair.problem.functionals[i / copies];
    for (std::size_t o = 0; o < outputs; ++o) {
      const num::NearDouble c = num::near_double(functional.coefficients[o]);
      g[i * outputs + o] = c.value;
      if (!c.exact)
        result.errors.slack[i] +=
            next_up(std::fabs(c.value) * 0x1p-52 * pair.blocks[last].error[o].magnitude());
    }
  }
  return result;
}

CentredBound centred_bound(const Pair& pair, Targets targets,
                           const std::vector<Enumerated>& enumerated, bool keep) {
  return Elimination(pair, std::move(targets), enumerated, keep).run();
}

}  // namespace certifix::error
