#include "certifix/optimize/layer_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "certifix/cost/program.hpp"
#include "certifix/optimize/rounded_weights.hpp"
#include "certifix/split/parallel.hpp"

namespace certifix::optimize {
namespace {

// Candidates around the reference's grid. Wider windows changed no result on the benchmark
// networks.
constexpr int kFiner = 6;
constexpr int kCoarser = 10;
// A grid whose error is below this share of the bound is fine enough: finer ones are left out.
constexpr double kNegligible = 1.0 / 256;

// bits(w) of every row with its weights on 2^-bits.
std::vector<int> row_widths(const range::FloatBlock& block, int bits) {
  std::vector<int> result(block.size());
  for (const range::FloatSource& source : block.sources)
    for (std::size_t i = 0; i < result.size(); ++i)
      for (std::size_t j = 0; j < source.columns; ++j)
        if (const double w = source.row(i)[j]; w != 0)
          result[i] = std::max(result[i], rounded_width(w, bits));
  return result;
}

int widest(const std::vector<int>& widths) {
  return *std::max_element(widths.begin(), widths.end());
}

}  // namespace

LayerModel::LayerModel(const Subject& subject, const LeafSet& leaves, const Candidate& reference,
                       const LayerGrids& grids, const SearchOptions& options, WeightTables& weights)
    : subject_(subject),
      leaves_(leaves),
      reference_(reference),
      grids_(grids),
      cost_(options.cost),
      tables_(weights),
      functionals_(subject.problem().functionals.size()) {
  analyses_.resize(weights.modelled());
  bounds_ = analyses_.size() * functionals_;
  error::Effort effort = subject.effort();
  effort.patterns = 0;
  effort.sensitivity = true;
  split::parallel_for(analyses_.size(), subject.threads(), [&](std::size_t k) {
    analyses_[k] =
        error::analyze(subject.problem(), reference.image, *leaves.leaves[k].real, effort);
  });
  value_table(0, grids.input, options.input_bits.has_value());
  for (std::size_t b = 1; b < reference.design.block_count(); ++b) {
    weight_table(b, grids.weight[b - 1]);
    value_table(b, grids.output[b - 1], false);
    add_pairs(b);
  }
}

num::FixedFormat LayerModel::format(std::size_t b, std::size_t i) const {
  return b == 0 ? reference_.design.inputs[i].format
                : reference_.design.blocks[b - 1].rows[i].output;
}

void LayerModel::weight_table(std::size_t b, int centre) {
  const range::FloatBlock& block = subject_.network().block(b);
  const int limit = subject_.problem().limits.word.value_or(100000);
  Table table;
  (void)tables_.at(b, centre);  // the first to be tried should be one that matters
  for (int bits = centre - kCoarser; bits <= centre + kFiner; ++bits) {
    if (!table.bits.empty() && widest(row_widths(block, bits)) > limit) break;
    table.bits.push_back(bits);
    table.error.push_back(tables_.at(b, bits).error);
  }
  weights_.push_back(std::move(table));
}

double LayerModel::bias_cost(const range::FloatBlock& block, int bits) const {
  double sum = 0;
  int width = 1;
  for (const double bias : block.bias) {
    if (rounded(bias, bits) == 0) continue;
    width = std::max(width, rounded_width(bias, bits));
    sum += cost_[cost::Figure::bias_bits] * rounded_width(bias, bits);
  }
  return sum + cost_[cost::Figure::flash_bytes] * static_cast<double>(block.size()) *
                   (cost::storage_bits(width) / 8.0);
}

std::vector<double> LayerModel::pair_costs(std::size_t b, std::size_t k, int weight_bits) const {
  const range::FloatBlock& block = subject_.network().block(b);
  const range::FloatSource& source = block.sources[k];
  const std::vector<int> width = row_widths(block, weight_bits);
  const bool digits = cost::counts_digits(cost_);
  // Multiplications by bits(w) and the bits above the point of what they read.
  struct Group {
    double count = 0;
    cost::Linear sum{0, 0};
  };
  std::map<std::pair<int, int>, Group> groups;
  double count = 0;
  for (std::size_t i = 0; i < block.size(); ++i)
    for (std::size_t j = 0; j < source.columns; ++j) {
      const double w = source.row(i)[j];
      if (rounded(w, weight_bits) == 0) continue;
      const cost::Linear one =
          cost::multiplication(cost_, width[i], digits ? rounded_digits(w, weight_bits) : 0);
      Group& group = groups[{width[i], format(source.block, j).msb + 1}];
      ++group.count;
      group.sum.fixed += one.fixed;
      group.sum.per_value_bit += one.per_value_bit;
      ++count;
    }
  int top = 0;  // of the widest value
  for (std::size_t j = 0; j < source.columns; ++j)
    top = j == 0 ? format(source.block, j).msb + 1 : std::max(top, format(source.block, j).msb + 1);
  int accumulator = 1;
  for (const design::Row& row : reference_.design.blocks[b - 1].rows)
    accumulator = std::max(accumulator, row.accumulator_width);
  const int reference_bits = source.block == 0 ? grids_.input : grids_.output[source.block - 1];

  std::vector<double> result;
  for (const int bits : values_[source.block].bits) {
    double cost = 0;
    for (const auto& [key, group] : groups) {
      const int value_width = std::max(1, key.second + bits);
      cost += group.sum.fixed + group.sum.per_value_bit * value_width;
      if (cost_.table) cost += group.count * cost_.table->at(key.first, value_width);
    }
    if (cost::counts_program(cost_))
      cost += count * cost::multiply_accumulate(
                          cost_, widest(width), std::max(1, top + bits),
                          accumulator + weight_bits - grids_.weight[b - 1] + bits - reference_bits);
    if (k + 1 == block.sources.size()) cost += bias_cost(block, weight_bits + bits);
    result.push_back(cost);
  }
  return result;
}

void LayerModel::add_pairs(std::size_t b) {
  const range::FloatBlock& block = subject_.network().block(b);
  for (std::size_t k = 0; k < block.sources.size(); ++k) {
    Pair pair{b, block.sources[k].block, {}};
    for (const int bits : weights_[b - 1].bits) pair.cost.push_back(pair_costs(b, k, bits));
    pairs_.push_back(std::move(pair));
  }
  const double paper = cost_[cost::Figure::paper_cost];
  if (paper <= 0) return;
  double read = 0;
  for (const range::FloatSource& source : block.sources)
    read += static_cast<double>(source.columns);
  Pair own{b, b, {}};
  for (const int weight_bits : weights_[b - 1].bits) {
    const double per_bit =
        static_cast<double>(block.size()) * read * widest(row_widths(block, weight_bits)) + 2;
    own.cost.emplace_back();
    for (const int bits : values_[b].bits)
      own.cost.back().push_back(paper * per_bit * std::max(0, bits));
  }
  pairs_.push_back(std::move(own));
}

void LayerModel::value_table(std::size_t b, int centre, bool fixed) {
  const spec::Problem& problem = subject_.problem();
  Table table;
  const bool output = b + 1 == reference_.design.block_count();
  const int coarsest = fixed ? centre : centre - kCoarser;
  const int finest = fixed ? centre : centre + kFiner;
  for (int bits = coarsest; bits <= finest; ++bits) {
    std::vector<double> error(bounds_);
    int widest = 0;
    for (std::size_t i = 0; i < reference_.design.size(b); ++i) {
      widest = std::max(widest, format(b, i).msb + 1 + bits);
      double half = std::ldexp(0.5, -bits);
      if (b == 0) {
        const int lsb = fixed ? format(b, i).lsb : input_lsb(problem, i, -bits);
        half = error::input_rounding(problem.inputs[i], lsb).magnitude();
      }
      for (std::size_t k = 0; k < analyses_.size(); ++k)
        for (std::size_t f = 0; f < functionals_; ++f)
          error[k * functionals_ + f] +=
              tables_.relative(f, analyses_[k].sensitivity[f][b][i] * half);
    }
    if (widest > problem.limits.word.value_or(100000) && !table.bits.empty()) break;
    table.bits.push_back(bits);
    table.error.push_back(std::move(error));
  }
  values_.push_back(std::move(table));
  // Outputs multiply nothing, and must not be wide for free.
  output_cost_.push_back(
      output ? cost::output_bit(cost_) * static_cast<double>(reference_.design.size(b)) : 0);
}

void LayerModel::keep_useful(Table& table, double kappa) const {
  table.kept.clear();
  for (std::size_t c = 0; c < table.bits.size(); ++c) {
    double worst = 0;
    for (const double error : table.error[c]) worst = std::max(worst, error);
    const bool last = c + 1 == table.bits.size();
    if (worst > kappa && !last) continue;  // breaks the bound alone
    table.kept.push_back(c);
    if (worst < kNegligible * kappa) break;
  }
}

milp::Model LayerModel::model(double kappa) {
  milp::Model model;
  model.name = "layer grids";
  std::vector<milp::Row> bounds;
  for (std::size_t f = 0; f < bounds_; ++f)
    bounds.push_back({fmt::format("bound_{}", f), {}, -milp::kInfinity, 1});
  const auto add = [&](Table& table, const std::string& name, double cost_per_bit) {
    keep_useful(table, kappa);
    std::vector<double> costs;
    for (const std::size_t c : table.kept)
      costs.push_back(cost_per_bit * (table.bits[c] - table.bits.front()));
    table.columns = milp::add_choice(model, name, costs);
    for (std::size_t k = 0; k < table.kept.size(); ++k)
      for (std::size_t f = 0; f < bounds_; ++f)
        if (const double error = table.error[table.kept[k]][f]; error != 0)
          bounds[f].coefficients.push_back({table.columns[k], error / kappa});
  };
  for (std::size_t b = 0; b < values_.size(); ++b)
    add(values_[b], fmt::format("a{}", b), output_cost_[b]);
  for (std::size_t b = 0; b < weights_.size(); ++b) add(weights_[b], fmt::format("y{}", b + 1), 0);
  for (const Pair& pair : pairs_) {
    const Table& y = weights_[pair.block - 1];
    const Table& a = values_[pair.values];
    std::vector<milp::Row> by_value;
    for (std::size_t q = 0; q < a.kept.size(); ++q)
      by_value.push_back(
          {fmt::format("z{}_{}_a{}", pair.block, pair.values, q), {{a.columns[q], -1}}, 0, 0});
    for (std::size_t p = 0; p < y.kept.size(); ++p) {
      milp::Row by_weight{
          fmt::format("z{}_{}_y{}", pair.block, pair.values, p), {{y.columns[p], -1}}, 0, 0};
      for (std::size_t q = 0; q < a.kept.size(); ++q) {
        const double cost = pair.cost[y.kept[p]][a.kept[q]];
        const std::size_t z = model.add_column(
            {fmt::format("z{}_{}_{}_{}", pair.block, pair.values, p, q), 0, 1, false, cost});
        by_weight.coefficients.push_back({z, 1});
        by_value[q].coefficients.push_back({z, 1});
      }
      model.rows.push_back(std::move(by_weight));
    }
    for (milp::Row& row : by_value) model.rows.push_back(std::move(row));
  }
  for (milp::Row& row : bounds) model.rows.push_back(std::move(row));
  return model;
}

std::optional<LayerModel::Estimate> LayerModel::estimate(const LayerGrids& grids) const {
  Estimate result{0, 0};
  std::vector<double> used(bounds_);
  std::vector<std::size_t> value_at, weight_at;  // candidates
  const auto take = [&](const Table& table, int bits, std::vector<std::size_t>& at) {
    const int c = bits - table.bits.front();
    if (c < 0 || c >= static_cast<int>(table.bits.size())) return false;
    at.push_back(c);
    for (std::size_t f = 0; f < bounds_; ++f) used[f] += table.error[c][f];
    return true;
  };
  for (std::size_t b = 0; b < values_.size(); ++b) {
    const int bits = b == 0 ? grids.input : grids.output[b - 1];
    if (!take(values_[b], bits, value_at)) return std::nullopt;
    result.cost += output_cost_[b] * (bits - values_[b].bits.front());
    if (b > 0 && !take(weights_[b - 1], grids.weight[b - 1], weight_at)) return std::nullopt;
  }
  for (const Pair& pair : pairs_)
    result.cost += pair.cost[weight_at[pair.block - 1]][value_at[pair.values]];
  result.use = *std::max_element(used.begin(), used.end());
  return result;
}

LayerGrids LayerModel::grids(const std::vector<double>& values) const {
  const auto chosen = [&](const Table& table) {
    for (std::size_t k = 0; k < table.kept.size(); ++k)
      if (values[table.columns[k]] > 0.5) return table.bits[table.kept[k]];
    return table.bits.back();  // a solver's slip costs quality only
  };
  LayerGrids result;
  result.input = chosen(values_[0]);
  for (const Table& table : weights_) result.weight.push_back(chosen(table));
  for (std::size_t b = 1; b < values_.size(); ++b) result.output.push_back(chosen(values_[b]));
  return result;
}

ChoiceModel LayerModel::choices(double kappa) const {
  ChoiceModel result;
  result.bounds = bounds_;
  const auto add = [&](const Table& table, double cost_per_bit) {
    ChoiceModel::Variable variable;
    for (std::size_t c = 0; c < table.bits.size(); ++c) {
      variable.cost.push_back(cost_per_bit * (table.bits[c] - table.bits.front()));
      variable.use.push_back(table.error[c]);
      for (double& use : variable.use.back()) use /= kappa;
    }
    result.variables.push_back(std::move(variable));
  };
  for (const Table& table : weights_) add(table, 0);
  for (std::size_t b = 0; b < values_.size(); ++b) add(values_[b], output_cost_[b]);
  for (const Pair& pair : pairs_) {
    result.pairs.push_back({pair.block - 1, weights_.size() + pair.values, {}});
    for (const std::vector<double>& costs : pair.cost)
      result.pairs.back().cost.insert(result.pairs.back().cost.end(), costs.begin(), costs.end());
  }
  return result;
}

Selection LayerModel::selection(const LayerGrids& grids) const {
  Selection result;
  for (std::size_t b = 0; b < weights_.size(); ++b)
    result.push_back(static_cast<std::size_t>(grids.weight[b] - weights_[b].bits.front()));
  for (std::size_t b = 0; b < values_.size(); ++b)
    result.push_back(static_cast<std::size_t>((b == 0 ? grids.input : grids.output[b - 1]) -
                                              values_[b].bits.front()));
  return result;
}

LayerGrids LayerModel::grids(const Selection& selection) const {
  LayerGrids result;
  const std::size_t weights = weights_.size();
  for (std::size_t b = 0; b < weights; ++b) result.weight.push_back(weights_[b].bits[selection[b]]);
  result.input = values_[0].bits[selection[weights]];
  for (std::size_t b = 1; b < values_.size(); ++b)
    result.output.push_back(values_[b].bits[selection[weights + b]]);
  return result;
}

}  // namespace certifix::optimize
