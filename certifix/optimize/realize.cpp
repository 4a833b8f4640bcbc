#include "certifix/optimize/realize.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace certifix::optimize {
namespace {

using num::Enclosure;
using num::FixedFormat;
using num::Integer;
using num::Rational;

// The integer nearest to w / 2^lsb. Doubles suffice while the quotient is small: any neighbour
// would be sound, since the analysis sees the integer that was chosen.
Integer nearest(const Rational& exact, double near, int lsb) {
  const double quotient = std::ldexp(near, -lsb);
  if (std::fabs(quotient) < 0x1p50) return Integer(std::floor(quotient + 0.5));
  return num::round_half_up(exact, lsb);
}

design::Input input(const spec::Problem& problem, std::size_t i, int lsb) {
  Integer low, high;
  if (const std::optional<int> f = problem.inputs[i].fraction_bits) {
    const Integer first = num::ceil_to(problem.box[i].lower(), -*f);
    const Integer last = num::floor_to(problem.box[i].upper(), -*f);
    low = num::round_half_up(num::scaled(Rational(first), -*f), lsb);
    high = num::round_half_up(num::scaled(Rational(last), -*f), lsb);
  } else {
    low = num::round_half_up(problem.box[i].lower(), lsb);
    high = num::round_half_up(problem.box[i].upper(), lsb);
  }
  return {FixedFormat::smallest(low, high, lsb), low, high};
}

// Takes the factors of two that all weights of the row share out of them.
void strip_common_zeros(std::vector<design::Term>& terms, std::vector<int>& weight_lsb) {
  if (terms.empty()) return;
  mp_bitcnt_t common = mpz_scan1(terms[0].weight.get_mpz_t(), 0);
  for (const design::Term& term : terms)
    common = std::min(common, mpz_scan1(term.weight.get_mpz_t(), 0));
  if (common == 0) return;
  for (design::Term& term : terms) term.weight >>= common;
  for (int& lsb : weight_lsb) lsb += static_cast<int>(common);
}

// Integer weights and their alignment; the bias is the rounded one of the network.
design::Row row(const Subject& subject, const design::Design& design, const Plan& plan,
                std::size_t b, std::size_t i) {
  const net::Block& block = subject.problem().network.block(b);
  const BlockPlan& grids = plan.blocks[b - 1];
  design::Row result;
  result.activation = block.activation[i];
  result.output.lsb = grids.output_lsb[i];
  std::vector<int> weight_lsb;
  std::size_t position = 0;
  for (std::size_t s = 0; s < block.sources.size(); ++s) {
    const net::Source& source = block.sources[s];
    const double* near = subject.network().block(b).sources[s].row(i);
    for (const net::Entry& entry : source.weights.row(i)) {
      const int lsb = grids.weight_lsb[i][position];
      Integer weight = grids.value.empty()
                           ? nearest(entry.value, near[entry.column], lsb)
                           : num::round_half_up(num::exact_value(grids.value[i][position]), lsb);
      ++position;
      if (weight == 0) continue;
      result.terms.push_back({source.block, entry.column, std::move(weight), 0});
      weight_lsb.push_back(lsb);
    }
  }
  strip_common_zeros(result.terms, weight_lsb);
  // The accumulator is as fine as its finest product, and never coarser than the output, so that
  // the bias is not rounded more coarsely than the row.
  int accumulator = result.output.lsb;
  for (std::size_t t = 0; t < result.terms.size(); ++t) {
    const design::Term& term = result.terms[t];
    accumulator = std::min(accumulator, weight_lsb[t] + design.lsb(term.source, term.index));
  }
  for (std::size_t t = 0; t < result.terms.size(); ++t) {
    design::Term& term = result.terms[t];
    term.shift = weight_lsb[t] + design.lsb(term.source, term.index) - accumulator;
  }
  result.accumulator_lsb = accumulator;
  result.bias = num::round_half_up(block.bias[i], accumulator);
  return result;
}

// Moves a bias by -offset, to the nearest of its grid, in the design and in its double image.
void shift_bias(const net::Block& block, design::Row& row, error::DifferenceBlock& image,
                std::size_t i, double offset) {
  if (!std::isfinite(offset)) return;
  const Rational wanted =
      num::scaled(Rational(row.bias), row.accumulator_lsb) - num::exact_value(offset);
  row.bias = num::round_half_up(wanted, row.accumulator_lsb);
  image.bias_difference[i] =
      num::enclose(num::scaled(Rational(row.bias), row.accumulator_lsb) - block.bias[i]);
}

void centre_rows(const Subject& subject, const range::Ranges& hull, design::Design& design,
                 error::FloatDesign& image) {
  for (std::size_t b = 1; b < design.block_count(); ++b) {
    const std::vector<Enclosure> sources = error::weight_sources(image, b, hull);
    for (std::size_t i = 0; i < sources.size(); ++i)
      shift_bias(subject.problem().network.block(b), design.blocks[b - 1].rows[i],
                 image.blocks[b - 1], i, (sources[i] + image.blocks[b - 1].rounding[i]).midpoint());
  }
}

// The output that a functional bounds alone, if it does.
std::optional<std::size_t> single_output(const spec::Functional& functional) {
  std::optional<std::size_t> result;
  for (std::size_t o = 0; o < functional.coefficients.size(); ++o) {
    if (functional.coefficients[o].sign() == 0) continue;
    if (result || functional.coefficients[o] != Rational(1)) return std::nullopt;
    result = o;
  }
  return result;
}

// Moves the biases of identity outputs to the middle of their errors. The outputs' errors move by
// exactly as much, so that nothing needs to be analysed again.
void centre_outputs(const Subject& subject, design::Design& design, error::FloatDesign& image,
                    Sweep& sweep) {
  const std::size_t b = design.block_count() - 1;
  const net::Block& block = subject.problem().network.block(b);
  std::vector<design::Row>& rows = design.blocks[b - 1].rows;
  std::vector<Rational> moved(rows.size());
  for (std::size_t f = 0; f < subject.problem().functionals.size(); ++f) {
    const auto output = single_output(subject.problem().functionals[f]);
    if (!output || block.activation[*output] != net::Activation::identity) continue;
    if (moved[*output].sign() != 0) continue;
    const Integer before = rows[*output].bias;
    shift_bias(block, rows[*output], image.blocks[b - 1], *output, sweep.functional[f].midpoint());
    moved[*output] =
        num::scaled(Rational(Integer(rows[*output].bias - before)), rows[*output].accumulator_lsb);
  }
  for (std::size_t o = 0; o < rows.size(); ++o)
    sweep.implemented_pre[b][o] = sweep.implemented_pre[b][o] + num::enclose(moved[o]);
  for (std::size_t f = 0; f < subject.problem().functionals.size(); ++f) {
    Rational shift;
    for (std::size_t o = 0; o < rows.size(); ++o)
      shift += subject.problem().functionals[f].coefficients[o] * moved[o];
    if (shift.sign() != 0) sweep.functional[f] = sweep.functional[f] + num::enclose(shift);
  }
}

double worst_ratio(const spec::Problem& problem, const std::vector<Enclosure>& functional) {
  double worst = 0;
  for (std::size_t f = 0; f < problem.functionals.size(); ++f)
    worst = std::max(worst, num::next_up(functional[f].magnitude() /
                                         num::enclose(problem.functionals[f].bound).lower));
  return worst;
}

Integer to_integer(double x) {
  // Beyond any word limit: infinities become a width that no limit allows.
  if (!std::isfinite(x)) return (x > 0 ? 1 : -1) * (Integer(1) << 4000);
  return Integer(x);
}

// The codes of a row's implemented values (docs/soundness.md, section 6).
std::pair<Integer, Integer> codes(net::Activation activation, Enclosure pre, int lsb) {
  Integer low = to_integer(std::ceil(std::ldexp(pre.lower, -lsb)));
  Integer high = to_integer(std::floor(std::ldexp(pre.upper, -lsb)));
  switch (activation) {
    case net::Activation::identity:
      break;
    case net::Activation::relu:
      low = std::max(low, Integer(0));
      high = std::max(high, Integer(0));
      break;
  }
  if (high < low) high = low;
  return {low, high};
}

// One format for all these rows, which have the same lsb: the top bit of the widest, a sign if any
// needs one.
void share_format(const std::vector<design::Row*>& rows) {
  const bool any_signed = std::any_of(rows.begin(), rows.end(),
                                      [](const design::Row* row) { return row->output.is_signed; });
  int msb = rows[0]->output.msb;
  for (const design::Row* row : rows)
    msb = std::max(msb, row->output.msb + (any_signed && !row->output.is_signed ? 1 : 0));
  for (design::Row* row : rows) row->output = {any_signed, msb, row->output.lsb};
}

Codes choose_formats(const Subject& subject, design::Design& design,
                     const error::Values& implemented_pre) {
  Codes all(1);
  for (const design::Input& input : design.inputs)
    all[0].emplace_back(input.code_min, input.code_max);
  for (std::size_t b = 1; b < design.block_count(); ++b) {
    std::vector<design::Row>& rows = design.blocks[b - 1].rows;
    all.emplace_back();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto range = codes(rows[i].activation, implemented_pre[b][i], rows[i].output.lsb);
      rows[i].output = FixedFormat::smallest(range.first, range.second, rows[i].output.lsb);
      all.back().push_back(range);
    }
  }
  std::vector<design::Row*> together;
  for (design::Block& block : design.blocks) {
    for (design::Row& row : block.rows) together.push_back(&row);
    if (subject.scope() != FormatScope::block) continue;
    share_format(together);
    together.clear();
  }
  if (subject.scope() == FormatScope::network) share_format(together);
  return all;
}

// From a sweep over the candidate's leaves: outputs centred, the ratio, formats, accumulators.
void conclude(const Subject& subject, Sweep& sweep, Candidate& candidate) {
  centre_outputs(subject, candidate.design, candidate.image, sweep);
  candidate.ratio = worst_ratio(subject.problem(), sweep.functional);
  candidate.unstable = sweep.unstable;
  candidate.codes = choose_formats(subject, candidate.design, sweep.implemented_pre);
  declare_accumulators(candidate.design, candidate.codes);
}

}  // namespace

int input_lsb(const spec::Problem& problem, std::size_t i, int wanted) {
  const std::optional<int> declared = problem.inputs[i].fraction_bits;
  return declared ? std::max(wanted, -*declared) : wanted;
}

Plan uniform_plan(const Subject& subject, int input, int weight, int output) {
  Plan plan;
  for (std::size_t i = 0; i < subject.problem().box.size(); ++i)
    plan.input_lsb.push_back(input_lsb(subject.problem(), i, input));
  for (std::size_t b = 1; b < subject.problem().network.block_count(); ++b) {
    const net::Block& block = subject.problem().network.block(b);
    BlockPlan grids;
    grids.output_lsb.assign(block.size(), output);
    for (std::size_t i = 0; i < block.size(); ++i) {
      std::size_t terms = 0;
      for (const net::Source& source : block.sources) terms += source.weights.row(i).size();
      grids.weight_lsb.emplace_back(terms, weight);
    }
    plan.blocks.push_back(std::move(grids));
  }
  return plan;
}

Candidate realize(const Subject& subject, const LeafSet& leaves, const Plan& plan, double give_up) {
  const spec::Problem& problem = subject.problem();
  Candidate result{plan, {}, {}, {}, 0, 0};
  design::Design& design = result.design;
  design.name = problem.network.name();
  design.clamp = problem.out_of_range == spec::OutOfRange::clamp;
  for (std::size_t i = 0; i < problem.box.size(); ++i)
    design.inputs.push_back(input(problem, i, plan.input_lsb[i]));
  for (std::size_t b = 1; b < problem.network.block_count(); ++b) {
    design.blocks.push_back({problem.network.block(b).name, {}});
    for (std::size_t i = 0; i < problem.network.block(b).size(); ++i)
      design.blocks.back().rows.push_back(row(subject, design, plan, b, i));
  }
  result.image = error::to_float(problem, subject.network(), subject.norms(), design);
  centre_rows(subject, leaves.hull, design, result.image);
  Sweep all = sweep(subject, result.image, leaves.leaves, give_up);
  if (!all.complete) {
    result.ratio = std::numeric_limits<double>::infinity();
    return result;
  }
  // The leaves may be a sample: the hull of the real ranges stands for the others.
  for (std::size_t b = 1; b < all.implemented_pre.size(); ++b)
    for (std::size_t i = 0; i < all.implemented_pre[b].size(); ++i) {
      const Enclosure real = all.real.pre[b][i];
      const Enclosure whole = leaves.hull.pre[b][i];
      Enclosure& pre = all.implemented_pre[b][i];
      pre = {pre.lower + std::min(0.0, whole.lower - real.lower),
             pre.upper + std::max(0.0, whole.upper - real.upper)};
    }
  conclude(subject, all, result);
  return result;
}

std::vector<double> centred_ratios(const Subject& subject,
                                   const std::vector<std::vector<num::Enclosure>>& errors) {
  const spec::Problem& problem = subject.problem();
  const net::Block& last = problem.network.block(problem.network.block_count() - 1);
  const std::size_t functionals = problem.functionals.size();
  std::vector<double> result(errors.size() * functionals);
  for (std::size_t f = 0; f < functionals; ++f) {
    Enclosure all = errors[0][f];
    for (const std::vector<Enclosure>& leaf : errors) all = num::hull(all, leaf[f]);
    const auto output = single_output(problem.functionals[f]);
    const bool centred = output && last.activation[*output] == net::Activation::identity;
    const double middle = centred ? all.midpoint() : 0;
    const double bound = num::enclose(problem.functionals[f].bound).lower;
    for (std::size_t k = 0; k < errors.size(); ++k)
      result[k * functionals + f] =
          std::max(errors[k][f].upper - middle, middle - errors[k][f].lower) / bound;
  }
  return result;
}

Judged judge(const Subject& subject, const std::vector<Leaf>& leaves, Candidate candidate) {
  Sweep all = sweep(subject, candidate.image, leaves, 1e300);
  conclude(subject, all, candidate);
  return {std::move(candidate), std::move(all.values), std::move(all.enumerated)};
}

}  // namespace certifix::optimize
