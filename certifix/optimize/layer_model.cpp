#include "certifix/optimize/layer_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace certifix::optimize {
namespace {

// Candidates around the reference's grid. Wider windows changed no result on the benchmark
// networks.
constexpr int kFiner = 6;
constexpr int kCoarser = 10;

double relative(const Subject& subject, std::size_t f, double error) {
  return error / num::enclose(subject.problem().functionals[f].bound).lower;
}

// Two's complement width of the integer nearest to w at `bits` fractional bits.
int width(double w, int bits) {
  const double code = std::floor(std::ldexp(w, bits) + 0.5);
  const double magnitude = code < 0 ? -code - 1 : code;
  return magnitude < 1 ? 1 : std::ilogb(magnitude) + 2;
}

int word_limit(const Subject& subject) { return subject.problem().limits.word.value_or(100000); }

}  // namespace

LayerModel::LayerModel(const Subject& subject, const Candidate& reference, const LayerGrids& grids,
                       bool inputs_fixed)
    : functionals_(subject.problem().functionals.size()) {
  value_table(subject, reference, 0, grids.input, inputs_fixed);
  for (std::size_t b = 1; b < reference.design.block_count(); ++b) {
    weight_table(subject, reference, b, grids.weight[b - 1]);
    value_table(subject, reference, b, grids.output[b - 1], false);
  }
}

void LayerModel::weight_table(const Subject& subject, const Candidate& reference, std::size_t b,
                              int centre) {
  const range::FloatBlock& block = subject.network().block(b);
  Table table;
  std::vector<Pair> pairs;
  for (const range::FloatSource& source : block.sources) pairs.push_back({b, source.block, {}, {}});
  for (int bits = centre - kCoarser; bits <= centre + kFiner; ++bits) {
    std::vector<double> error(functionals_);
    std::vector<double> per_bit(pairs.size()), offset(pairs.size());
    int widest = 0;
    for (std::size_t i = 0; i < block.size(); ++i) {
      double radius = 0;
      int row_width = 0;
      for (const range::FloatSource& source : block.sources)
        for (std::size_t j = 0; j < source.columns; ++j)
          if (const double w = source.row(i)[j]; w != 0)
            row_width = std::max(row_width, width(w, bits));
      widest = std::max(widest, row_width);
      for (std::size_t k = 0; k < block.sources.size(); ++k) {
        const range::FloatSource& source = block.sources[k];
        for (std::size_t j = 0; j < source.columns; ++j) {
          const double w = source.row(i)[j];
          if (w == 0) continue;
          const double rounded = std::ldexp(std::floor(std::ldexp(w, bits) + 0.5), -bits);
          const num::Enclosure a = subject.ranges().post[source.block][j];
          radius += std::fabs(rounded - w) * (a.upper - a.lower) / 2;
          if (rounded == 0) continue;
          const num::FixedFormat format =
              source.block == 0 ? reference.design.inputs[j].format
                                : reference.design.blocks[source.block - 1].rows[j].output;
          per_bit[k] += row_width;
          offset[k] += row_width * (format.msb + 1);
        }
      }
      for (std::size_t f = 0; f < functionals_; ++f)
        error[f] += relative(subject, f, reference.analysis.sensitivity[f][b][i] * radius);
    }
    if (widest > word_limit(subject)) break;
    table.bits.push_back(bits);
    table.error.push_back(std::move(error));
    for (std::size_t k = 0; k < pairs.size(); ++k) {
      pairs[k].per_bit.push_back(per_bit[k]);
      pairs[k].offset.push_back(offset[k]);
    }
  }
  weights_.push_back(std::move(table));
  pairs_.insert(pairs_.end(), pairs.begin(), pairs.end());
}

void LayerModel::value_table(const Subject& subject, const Candidate& reference, std::size_t b,
                             int centre, bool fixed) {
  Table table;
  const bool output = b + 1 == reference.design.block_count();
  const int coarsest = fixed ? centre : centre - kCoarser;
  const int finest = fixed ? centre : centre + kFiner;
  for (int bits = coarsest; bits <= finest; ++bits) {
    std::vector<double> error(functionals_);
    int widest = 0;
    for (std::size_t i = 0; i < reference.design.size(b); ++i) {
      const num::FixedFormat format = b == 0 ? reference.design.inputs[i].format
                                             : reference.design.blocks[b - 1].rows[i].output;
      widest = std::max(widest, format.msb + 1 + bits);
      const double half = b == 0 ? error::input_rounding(
                                       subject.problem().inputs[i],
                                       fixed ? format.lsb : input_lsb(subject.problem(), i, -bits))
                                       .magnitude()
                                 : std::ldexp(0.5, -bits);
      for (std::size_t f = 0; f < functionals_; ++f)
        error[f] += relative(subject, f, reference.analysis.sensitivity[f][b][i] * half);
    }
    if (widest > word_limit(subject) && !table.bits.empty()) break;
    table.bits.push_back(bits);
    table.error.push_back(std::move(error));
  }
  values_.push_back(std::move(table));
  // Outputs multiply nothing: a bit of theirs counts as one, so that they are not wide for free.
  output_cost_.push_back(output ? static_cast<double>(reference.design.size(b)) : 0);
}

milp::Model LayerModel::model(double kappa) {
  milp::Model model;
  model.name = "layer grids";
  std::vector<milp::Row> bounds;
  for (std::size_t f = 0; f < functionals_; ++f)
    bounds.push_back({fmt::format("bound_{}", f), {}, -milp::kInfinity, 1});
  const auto add = [&](Table& table, const std::string& name, double cost_per_bit) {
    std::vector<double> costs;
    for (const int bits : table.bits) costs.push_back(cost_per_bit * (bits - table.bits.front()));
    table.columns = milp::add_choice(model, name, costs);
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      for (std::size_t f = 0; f < functionals_; ++f)
        if (table.error[c][f] != 0)
          bounds[f].coefficients.push_back({table.columns[c], table.error[c][f] / kappa});
  };
  for (std::size_t b = 0; b < values_.size(); ++b)
    add(values_[b], fmt::format("a{}", b), output_cost_[b]);
  for (std::size_t b = 0; b < weights_.size(); ++b) add(weights_[b], fmt::format("y{}", b + 1), 0);
  for (const Pair& pair : pairs_) {
    const Table& y = weights_[pair.block - 1];
    const Table& a = values_[pair.source];
    std::vector<milp::Row> by_value;
    for (std::size_t q = 0; q < a.bits.size(); ++q)
      by_value.push_back(
          {fmt::format("z{}_{}_a{}", pair.block, pair.source, q), {{a.columns[q], -1}}, 0, 0});
    for (std::size_t p = 0; p < y.bits.size(); ++p) {
      milp::Row by_weight{
          fmt::format("z{}_{}_y{}", pair.block, pair.source, p), {{y.columns[p], -1}}, 0, 0};
      for (std::size_t q = 0; q < a.bits.size(); ++q) {
        const double cost = std::max(0.0, pair.per_bit[p] * a.bits[q] + pair.offset[p]);
        const std::size_t z = model.add_column(
            {fmt::format("z{}_{}_{}_{}", pair.block, pair.source, p, q), 0, 1, false, cost});
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

LayerGrids LayerModel::grids(const std::vector<double>& values) const {
  const auto chosen = [&](const Table& table) {
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      if (values[table.columns[c]] > 0.5) return table.bits[c];
    return table.bits.back();  // a solver's slip costs quality only
  };
  LayerGrids result;
  result.input = chosen(values_[0]);
  for (const Table& table : weights_) result.weight.push_back(chosen(table));
  for (std::size_t b = 1; b < values_.size(); ++b) result.output.push_back(chosen(values_[b]));
  return result;
}

}  // namespace certifix::optimize
