#include "certifix/optimize/neuron_model.hpp"

#include <algorithm>
#include <cmath>

#include "certifix/split/parallel.hpp"

namespace certifix::optimize {
namespace {

// Candidates around the reference's grids.
constexpr int kFiner = 6;
constexpr int kCoarser = 8;
// Leaves with bounds of their own in the model; violations on others are met by kappa.
constexpr std::size_t kModelled = 4;
constexpr int kSweeps = 6;       // of coordinate descent, at most
constexpr int kBisections = 24;  // of the prices' common factor
constexpr int kPriceRounds = 8;

// The fewest fractional bits at which w does not round to 0.
int first_bits(double w) {
  int bits = static_cast<int>(std::floor(-std::log2(std::fabs(w)))) - 2;
  while (rounded(w, bits) == 0) ++bits;
  return bits;
}

}  // namespace

NeuronGrids neuron_grids(const Plan& plan) {
  NeuronGrids result;
  result.output.emplace_back();
  for (const int lsb : plan.input_lsb) result.output[0].push_back(-lsb);
  for (const BlockPlan& block : plan.blocks) {
    result.output.emplace_back();
    for (const int lsb : block.output_lsb) result.output.back().push_back(-lsb);
    result.weight.emplace_back();
    for (const std::vector<int>& row : block.weight_lsb)
      result.weight.back().push_back(row.empty() ? 0 : -row[0]);
  }
  return result;
}

Plan neuron_plan(const Subject& subject, const NeuronGrids& grids,
                 const std::vector<Rounding>& rounding) {
  Plan plan = uniform_plan(subject, 0, 0, 0);
  for (std::size_t i = 0; i < plan.input_lsb.size(); ++i)
    plan.input_lsb[i] = input_lsb(subject.problem(), i, -grids.output[0][i]);
  for (std::size_t b = 0; b < plan.blocks.size(); ++b)
    for (std::size_t i = 0; i < plan.blocks[b].output_lsb.size(); ++i) {
      plan.blocks[b].output_lsb[i] = -grids.output[b + 1][i];
      for (int& lsb : plan.blocks[b].weight_lsb[i]) lsb = -grids.weight[b][i];
    }
  for (std::size_t b = 0; b < plan.blocks.size(); ++b)
    if (rounding[b] == Rounding::compensated) compensate(subject, plan, b + 1);
  return plan;
}

Sensitivity largest_sensitivity(const Subject& subject, const error::FloatDesign& image,
                                const std::vector<Leaf>& leaves) {
  error::Effort effort = subject.effort();
  effort.patterns = 0;
  effort.sensitivity = true;
  constexpr std::size_t kRound = 64;  // bounds the memory that analyses take
  Sensitivity result;
  for (std::size_t first = 0; first < leaves.size(); first += kRound) {
    std::vector<Sensitivity> round(std::min(kRound, leaves.size() - first));
    split::parallel_for(round.size(), subject.threads(), [&](std::size_t k) {
      const range::RealNetwork real(subject.network(), leaves[first + k].box);
      round[k] = error::analyze(subject.problem(), image, real, effort).sensitivity;
    });
    for (const Sensitivity& one : round) {
      if (result.empty()) result = one;
      for (std::size_t f = 0; f < one.size(); ++f)
        for (std::size_t b = 0; b < one[f].size(); ++b)
          for (std::size_t i = 0; i < one[f][b].size(); ++i)
            result[f][b][i] = std::max(result[f][b][i], one[f][b][i]);
    }
  }
  return result;
}

NeuronModel::NeuronModel(const Subject& subject, const LeafSet& leaves, const Candidate& reference,
                         const std::vector<Rounding>& rounding, const Sensitivity& everywhere,
                         const SearchOptions& options)
    : subject_(subject),
      functionals_(subject.problem().functionals.size()),
      reference_(neuron_grids(reference.plan)),
      cost_(options.cost),
      digits_(cost::counts_digits(cost_)),
      stepped_(cost_.table || cost::counts_program(cost_)),
      products_(cost_[cost::Figure::bias_bits] > 0 || cost::counts_program(cost_)) {
  const std::size_t blocks = reference.design.block_count();
  std::size_t next = 0;
  for (std::size_t b = 0; b < blocks; ++b) {
    start_.push_back(next);
    next += reference.design.size(b);
  }
  elements_.resize(next);
  rows_.resize(next - reference.design.size(0));

  std::vector<error::Analysis> analyses(std::min(kModelled, leaves.leaves.size()));
  const std::size_t modelled = analyses.size();
  const bool joined = !everywhere.empty();  // the bounds of no leaf
  bounds_ = (modelled + (joined ? 1 : 0)) * functionals_;
  error::Effort effort = subject.effort();
  effort.patterns = 0;
  effort.sensitivity = true;
  split::parallel_for(modelled, subject.threads(), [&](std::size_t k) {
    analyses[k] =
        error::analyze(subject.problem(), reference.image, *leaves.leaves[k].real, effort);
  });
  std::vector<double> bound;
  for (const spec::Functional& functional : subject.problem().functionals)
    bound.push_back(num::enclose(functional.bound).lower);
  const auto sensitivity = [&](std::size_t r, std::size_t b, std::size_t i) {
    const std::size_t f = r % functionals_;
    const std::size_t k = r / functionals_;
    return (k < modelled ? analyses[k].sensitivity[f][b][i] : everywhere[f][b][i]) / bound[f];
  };
  for (std::size_t b = 0; b < blocks; ++b)
    for (std::size_t i = 0; i < reference.design.size(b); ++i)
      for (std::size_t r = 0; r < bounds_; ++r)
        elements_[element(b, i)].sensitivity.push_back(sensitivity(r, b, i));
  add_elements(reference, options.input_bits.has_value());
  add_rows(reference);

  // Radii of the rows' weight differences, for every candidate and leaf.
  const range::FloatNetwork& network = subject.network();
  split::parallel_for(blocks - 1, subject.threads(), [&](std::size_t at) {
    const std::size_t b = at + 1;
    const std::size_t size = network.size(b);
    for (std::size_t c = 0; c < static_cast<std::size_t>(kCoarser + kFiner + 1); ++c) {
      std::vector<int> bits;
      for (std::size_t i = 0; i < size; ++i)
        bits.push_back(rows_[row(b, i)].lowest + static_cast<int>(c));
      const error::FloatDesign image = only_weights(subject, leaves, b, bits, rounding[b - 1]);
      for (std::size_t k = 0; k < bounds_ / functionals_; ++k) {
        const std::vector<num::Enclosure> sources = error::weight_sources(
            image, b, k < modelled ? leaves.leaves[k].real->ranges() : leaves.hull);
        for (std::size_t i = 0; i < size; ++i) {
          Row& to = rows_[row(b, i)];
          if (c < to.width.size()) to.radius[c].push_back(sources[i].radius());
        }
      }
    }
  });
  // phi: the joint bound of a block's weight differences over the sum of the radii.
  effort.sensitivity = false;
  for (std::size_t b = 1; b < blocks; ++b) {
    const error::FloatDesign image =
        only_weights(subject, leaves, b, reference_.weight[b - 1], rounding[b - 1]);
    std::vector<double> phi(bounds_, 1);
    split::parallel_for(modelled, subject.threads(), [&](std::size_t k) {
      const error::Analysis joint =
          error::analyze(subject.problem(), image, *leaves.leaves[k].real, effort);
      const std::vector<num::Enclosure> sources =
          error::weight_sources(image, b, leaves.leaves[k].real->ranges());
      for (std::size_t f = 0; f < functionals_; ++f) {
        double apart = 0;
        for (std::size_t i = 0; i < sources.size(); ++i)
          apart += analyses[k].sensitivity[f][b][i] * sources[i].radius();
        phi[k * functionals_ + f] =
            apart > 0 ? std::min(1.0, joint.functional[f].radius() / apart) : 1;
      }
    });
    for (std::size_t i = 0; i < network.size(b); ++i)
      for (std::size_t r = 0; r < bounds_; ++r)
        rows_[row(b, i)].sensitivity.push_back(elements_[element(b, i)].sensitivity[r] * phi[r]);
  }
  if (joined) scale_joined(modelled);
}

void NeuronModel::scale_joined(std::size_t modelled) {
  const std::vector<double> used = use(to_choice(reference_));
  for (std::size_t f = 0; f < functionals_; ++f) {
    const std::size_t r = modelled * functionals_ + f;
    double worst = 0;
    for (std::size_t k = 0; k < modelled; ++k) worst = std::max(worst, used[k * functionals_ + f]);
    const double scale = used[r] > 0 ? worst / used[r] : 0;
    for (Element& e : elements_) e.sensitivity[r] *= scale;
    for (Row& row : rows_) row.sensitivity[r] *= scale;
  }
}

void NeuronModel::add_elements(const Candidate& reference, bool inputs_fixed) {
  const spec::Problem& problem = subject_.problem();
  const int limit = problem.limits.word.value_or(100000);
  const std::size_t last = reference.design.block_count() - 1;
  for (std::size_t b = 0; b <= last; ++b) {
    for (std::size_t i = 0; i < reference.design.size(b); ++i) {
      Element& e = elements_[element(b, i)];
      const num::FixedFormat format = b == 0 ? reference.design.inputs[i].format
                                             : reference.design.blocks[b - 1].rows[i].output;
      const int centre = reference_.output[b][i];
      const bool fixed = b == 0 && inputs_fixed;
      e.top = format.msb + 1;
      e.lowest = fixed ? centre : centre - kCoarser;
      e.extra = b == last ? cost::output_bit(cost_) : 0;
      const int most = fixed ? centre : centre + kFiner;
      for (int q = e.lowest; q <= most && (q <= centre || e.top + q <= limit); ++q)
        e.scale.push_back(
            b == 0 ? error::input_rounding(problem.inputs[i], input_lsb(problem, i, -q)).magnitude()
                   : std::ldexp(0.5, -q));
    }
  }
}

void NeuronModel::add_rows(const Candidate& reference) {
  const int limit = subject_.problem().limits.word.value_or(100000);
  for (std::size_t b = 1; b < reference.design.block_count(); ++b) {
    const range::FloatBlock& block = subject_.network().block(b);
    for (std::size_t i = 0; i < block.size(); ++i) {
      Row& to = rows_[row(b, i)];
      const int centre = reference_.weight[b - 1][i];
      to.lowest = centre - kCoarser;
      for (int p = to.lowest; p <= centre + kFiner; ++p) {
        int widest = 0;
        for (const range::FloatSource& source : block.sources)
          for (std::size_t j = 0; j < source.columns; ++j)
            if (const double w = source.row(i)[j]; w != 0)
              widest = std::max(widest, rounded_width(w, p));
        if (p > centre && widest > limit) break;
        to.width.push_back(widest);
        to.weight.push_back(cost::multiplication(cost_, widest, 0));
      }
      to.radius.resize(to.width.size());
      for (const range::FloatSource& source : block.sources)
        for (std::size_t j = 0; j < source.columns; ++j)
          if (const double w = source.row(i)[j]; w != 0) {
            to.reads.push_back({element(source.block, j), first_bits(w)});
            if (!digits_) continue;
            for (std::size_t c = 0; c < to.width.size(); ++c)
              to.reads.back().digits.push_back(
                  static_cast<signed char>(rounded_digits(w, to.lowest + static_cast<int>(c))));
          }
      to.bias = block.bias[i];
      to.accumulator = reference.design.blocks[b - 1].rows[i].accumulator_width;
    }
  }
  if (stepped_) {
    read_by_.resize(elements_.size());
    for (std::size_t i = 0; i < rows_.size(); ++i)
      for (std::size_t k = 0; k < rows_[i].reads.size(); ++k)
        read_by_[rows_[i].reads[k].element].emplace_back(i, k);
  }
  if (!products_) return;
  const Choice choice = to_choice(reference_);
  for (std::size_t i = 0; i < rows_.size(); ++i)
    rows_[i].accumulator -= finest(rows_[i], choice.weight[i], choice.value);
}

double NeuronModel::per_value_bit(const Row& row, const Row::Read& read, std::size_t c) const {
  return row.weight[c].per_value_bit +
         (digits_ ? cost_[cost::Figure::adder_bits] * read.digits[c] : 0);
}

double NeuronModel::step(int weight_width, int value_width, int accumulator_width) const {
  return (cost_.table ? cost_.table->at(weight_width, value_width) : 0) +
         (cost::counts_program(cost_)
              ? cost::multiply_accumulate(cost_, weight_width, value_width, accumulator_width)
              : 0);
}

int NeuronModel::finest(const Row& row, int bits, const std::vector<int>& value) const {
  int result = bits;
  bool first = true;
  for (const Row::Read& read : row.reads) {
    if (bits < read.from) continue;
    result = first ? bits + value[read.element] : std::max(result, bits + value[read.element]);
    first = false;
  }
  return result;
}

double NeuronModel::row_cost(std::size_t i, int bits, const std::vector<int>& value) const {
  const Row& row = rows_[i];
  const auto c = static_cast<std::size_t>(bits - row.lowest);
  int count = 0, sum = 0;
  for (const Row::Read& read : row.reads)
    if (bits >= read.from) ++count, sum += width(read.element, value[read.element]);
  double result = row.weight[c].fixed * count + row.weight[c].per_value_bit * sum;
  if (digits_)
    for (const Row::Read& read : row.reads)
      if (bits >= read.from)
        result += read.digits[c] *
                  (cost_[cost::Figure::csd_digits] +
                   cost_[cost::Figure::adder_bits] * width(read.element, value[read.element]));
  const int products = products_ ? finest(row, bits, value) : 0;
  if (stepped_)
    for (const Row::Read& read : row.reads)
      if (bits >= read.from)
        result += step(row.width[c], width(read.element, value[read.element]),
                       row.accumulator + products);
  if (const double bias_bit = cost_[cost::Figure::bias_bits];
      bias_bit > 0 && rounded(row.bias, products) != 0)
    result += bias_bit * rounded_width(row.bias, products);
  if (const double paper = cost_[cost::Figure::paper_cost]; paper > 0)
    result += paper * count * row.width[c] * std::max(0, value[start_[1] + i]);
  return result;
}

std::vector<double> NeuronModel::readers(const Choice& choice) const {
  std::vector<double> result(elements_.size());
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const Row& row = rows_[i];
    const int bits = choice.weight[i];
    const auto c = static_cast<std::size_t>(bits - row.lowest);
    int count = 0;
    for (const Row::Read& read : row.reads)
      if (bits >= read.from) ++count, result[read.element] += per_value_bit(row, read, c);
    // The finest product follows all values that the row reads: each answers for a share.
    if (const double bias_bit = cost_[cost::Figure::bias_bits]; bias_bit > 0 && row.bias != 0)
      for (const Row::Read& read : row.reads)
        if (bits >= read.from) result[read.element] += bias_bit / count;
    if (const double paper = cost_[cost::Figure::paper_cost]; paper > 0)
      result[start_[1] + i] += paper * count * row.width[c];
  }
  return result;
}

std::vector<double> NeuronModel::steps(std::size_t e, const Choice& choice) const {
  const Element& element = elements_[e];
  std::vector<double> result(element.scale.size());
  for (const auto& [i, k] : read_by_[e]) {
    const Row& row = rows_[i];
    const int bits = choice.weight[i];
    if (bits < row.reads[k].from) continue;
    const int weight_width = row.width[static_cast<std::size_t>(bits - row.lowest)];
    const int accumulator = row.accumulator + (products_ ? finest(row, bits, choice.value) : 0);
    for (std::size_t c = 0; c < result.size(); ++c)
      result[c] += step(weight_width, width(e, element.lowest + static_cast<int>(c)), accumulator);
  }
  return result;
}

double NeuronModel::cost(const Choice& choice) const {
  double result = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i)
    result += row_cost(i, choice.weight[i], choice.value);
  for (std::size_t e = 0; e < elements_.size(); ++e)
    result += elements_[e].extra * width(e, choice.value[e]);
  return result;
}

std::vector<double> NeuronModel::use(const Choice& choice) const {
  std::vector<double> result(bounds_);
  for (std::size_t e = 0; e < elements_.size(); ++e) {
    const double scale = elements_[e].scale[choice.value[e] - elements_[e].lowest];
    for (std::size_t r = 0; r < bounds_; ++r) result[r] += elements_[e].sensitivity[r] * scale;
  }
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const Row& row = rows_[i];
    const std::vector<double>& radius = row.radius[choice.weight[i] - row.lowest];
    for (std::size_t r = 0; r < bounds_; ++r)
      result[r] += row.sensitivity[r] * radius[r / functionals_];
  }
  return result;
}

void NeuronModel::descend(Choice& choice, const std::vector<double>& price) const {
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    bool changed = false;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const Row& row = rows_[i];
      std::vector<double> priced(functionals_ ? bounds_ / functionals_ : 0);  // per leaf
      for (std::size_t r = 0; r < bounds_; ++r)
        priced[r / functionals_] += price[r] * row.sensitivity[r];
      double best = 1e300;
      int best_bits = choice.weight[i];
      for (std::size_t c = 0; c < row.width.size(); ++c) {
        const int bits = row.lowest + static_cast<int>(c);
        double total = row_cost(i, bits, choice.value);
        for (std::size_t k = 0; k < priced.size(); ++k) total += priced[k] * row.radius[c][k];
        if (total < best) {
          best = total;
          best_bits = bits;
        }
      }
      changed = changed || best_bits != choice.weight[i];
      choice.weight[i] = best_bits;
    }
    const std::vector<double> per_bit = readers(choice);
    for (std::size_t e = 0; e < elements_.size(); ++e) {
      const Element& element = elements_[e];
      double priced = 0;
      for (std::size_t r = 0; r < bounds_; ++r) priced += price[r] * element.sensitivity[r];
      const std::vector<double> more = stepped_ ? steps(e, choice) : std::vector<double>();
      double best = 1e300;
      int best_bits = choice.value[e];
      for (std::size_t c = 0; c < element.scale.size(); ++c) {
        const int bits = element.lowest + static_cast<int>(c);
        const double total = (per_bit[e] + element.extra) * width(e, bits) +
                             (stepped_ ? more[c] : 0) + priced * element.scale[c];
        if (total < best) {
          best = total;
          best_bits = bits;
        }
      }
      changed = changed || best_bits != choice.value[e];
      choice.value[e] = best_bits;
    }
    if (!changed) break;
  }
}

double NeuronModel::fit(Choice& choice, const std::vector<double>& price, double kappa) const {
  const double scale = cost(choice);
  double low = std::log(scale) - 12, high = std::log(scale) + 12;  // of the factor
  const auto at = [&](double factor, Choice from) {
    std::vector<double> scaled = price;
    for (double& p : scaled) p *= std::exp(factor);
    descend(from, scaled);
    return from;
  };
  const auto worst = [&](const Choice& c) {
    const std::vector<double> used = use(c);
    return *std::max_element(used.begin(), used.end());
  };
  Choice best = at(high, choice);
  for (int step = 0; step < kBisections; ++step) {
    const double middle = (low + high) / 2;
    Choice next = at(middle, best);
    if (worst(next) <= kappa) {
      high = middle;
      best = std::move(next);
    } else {
      low = middle;
    }
  }
  choice = std::move(best);
  return std::exp(high);
}

void NeuronModel::follow(std::vector<double>& price, const std::vector<double>& used) {
  const double worst = *std::max_element(used.begin(), used.end());
  double sum = 0;
  for (std::size_t r = 0; r < price.size(); ++r) {
    price[r] *= std::pow(std::max(used[r] / worst, 1e-3), 2);
    sum += price[r];
  }
  for (double& p : price) p /= sum;
}

NeuronModel::Estimate NeuronModel::estimate(const NeuronGrids& grids) const {
  const Choice choice = to_choice(grids);
  const std::vector<double> used = use(choice);
  return {cost(choice), *std::max_element(used.begin(), used.end())};
}

NeuronGrids NeuronModel::solve(double kappa) const {
  Choice best = to_choice(reference_);
  double best_cost = 1e300;
  std::vector<double> price(bounds_, 1.0 / static_cast<double>(bounds_));
  for (int round = 0; round < kPriceRounds; ++round) {
    Choice next = to_choice(reference_);
    fit(next, price, kappa);
    const std::vector<double> used = use(next);
    const double worst = *std::max_element(used.begin(), used.end());
    if (const double c = cost(next); worst <= kappa && c < best_cost) {
      best_cost = c;
      best = std::move(next);
    }
    if (bounds_ == 1) break;
    follow(price, used);
  }
  return to_grids(best);
}

std::vector<NeuronMove> NeuronModel::moves(const NeuronGrids& grids) const {
  const Choice choice = to_choice(grids);
  const std::vector<double> per_bit = readers(choice);
  std::vector<NeuronMove> result;
  const auto add = [&](NeuronMove move) {
    move.error = std::max(move.error, 1e-12);
    if (move.saving > 0) result.push_back(move);
  };
  for (std::size_t b = 0; b < start_.size(); ++b) {
    for (std::size_t i = 0; i < grids.output[b].size(); ++i) {
      const std::size_t at = element(b, i);
      const Element& e = elements_[at];
      if (const int bits = choice.value[at]; bits > e.lowest) {
        const double more = e.scale[bits - 1 - e.lowest] - e.scale[bits - e.lowest];
        double error = 0;
        for (const double s : e.sensitivity) error = std::max(error, s * more);
        double saving = (per_bit[at] + e.extra) * (width(at, bits) - width(at, bits - 1));
        if (stepped_) {
          const std::vector<double> stepped = steps(at, choice);
          saving += stepped[bits - e.lowest] - stepped[bits - 1 - e.lowest];
        }
        add({false, b, i, saving, error});
      }
      if (b == 0) continue;
      const std::size_t r = row(b, i);
      if (const int bits = choice.weight[r]; bits > rows_[r].lowest) {
        const Row& from = rows_[r];
        double error = 0;
        for (std::size_t k = 0; k < bounds_; ++k)
          error = std::max(
              error, from.sensitivity[k] * (from.radius[bits - 1 - from.lowest][k / functionals_] -
                                            from.radius[bits - from.lowest][k / functionals_]));
        add({true, b, i, row_cost(r, bits, choice.value) - row_cost(r, bits - 1, choice.value),
             error});
      }
    }
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const NeuronMove& x, const NeuronMove& y) { return x.worth() > y.worth(); });
  return result;
}

NeuronModel::Choice NeuronModel::to_choice(const NeuronGrids& grids) const {
  Choice result;
  for (std::size_t b = 0; b < start_.size(); ++b)
    for (std::size_t i = 0; i < grids.output[b].size(); ++i) {
      const Element& e = elements_[element(b, i)];
      result.value.push_back(std::clamp(grids.output[b][i], e.lowest,
                                        e.lowest + static_cast<int>(e.scale.size()) - 1));
      if (b == 0) continue;
      const Row& r = rows_[row(b, i)];
      result.weight.push_back(std::clamp(grids.weight[b - 1][i], r.lowest,
                                         r.lowest + static_cast<int>(r.width.size()) - 1));
    }
  return result;
}

NeuronGrids NeuronModel::to_grids(const Choice& choice) const {
  NeuronGrids result = reference_;
  for (std::size_t b = 0; b < start_.size(); ++b)
    for (std::size_t i = 0; i < result.output[b].size(); ++i) {
      result.output[b][i] = choice.value[element(b, i)];
      if (b > 0) result.weight[b - 1][i] = choice.weight[row(b, i)];
    }
  return result;
}

}  // namespace certifix::optimize
