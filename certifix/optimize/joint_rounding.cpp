#include "certifix/optimize/joint_rounding.hpp"

#include <algorithm>
#include <cmath>

#include "certifix/optimize/rounded_weights.hpp"
#include "certifix/range/point.hpp"

namespace certifix::optimize {
namespace {

constexpr std::size_t kSamples = 192;
constexpr std::uint64_t kSeed = 2;
constexpr int kSweeps = 4;
constexpr double kGain = 0.98;     // a sweep that leaves more than this of the error is the last
constexpr double kMostKept = 2e7;  // doubles: features and forms

// Slopes of a functional in every row's value before activation, [b][i].
std::vector<std::vector<double>> slopes(const range::FloatNetwork& network,
                                        const std::vector<double>& c, const range::Point& point) {
  std::vector<std::vector<double>> g;
  for (const std::vector<double>& values : point.post) g.emplace_back(values.size());
  g.back() = c;
  for (std::size_t b = network.block_count() - 1; b > 0; --b) {
    const range::FloatBlock& block = network.block(b);
    for (std::size_t i = 0; i < block.size(); ++i) {
      if (block.activation[i] == net::Activation::relu && point.pre[b][i] < 0) g[b][i] = 0;
      for (const range::FloatSource& source : block.sources)
        range::add_product(&g[b][i], 1, source.row(i), source.columns, g[source.block].data());
    }
  }
  return g;
}

double mean_square(const double* x, std::size_t count) {
  double sum = 0;
  for (std::size_t k = 0; k < count; ++k) sum += x[k] * x[k];
  return sum / static_cast<double>(std::max<std::size_t>(count, 1));
}

// Takes the mean of every column from a matrix of `count` rows.
void centre(double* rows, std::size_t count, std::size_t columns) {
  for (std::size_t j = 0; j < columns; ++j) {
    double mean = 0;
    for (std::size_t k = 0; k < count; ++k) mean += rows[k * columns + j];
    mean /= static_cast<double>(count);
    for (std::size_t k = 0; k < count; ++k) rows[k * columns + j] -= mean;
  }
}

double dot(const double* x, const std::vector<double>& y) {
  double sum = 0;
  for (std::size_t j = 0; j < y.size(); ++j) sum += x[j] * y[j];
  return sum;
}

// Calls visit(dense column, position among the row's terms).
template <class Visit>
void for_terms(const net::Block& block, std::size_t i, const Visit& visit) {
  std::size_t first = 0, position = 0;
  for (const net::Source& source : block.sources) {
    for (const net::Entry& entry : source.weights.row(i)) visit(first + entry.column, position++);
    first += source.weights.columns();
  }
}

}  // namespace

bool JointRounding::possible(const Subject& subject) {
  double kept = 0;
  const double errors = static_cast<double>(kSamples * (subject.problem().functionals.size() + 1));
  for (std::size_t b = 1; b < subject.network().block_count(); ++b) {
    const auto columns = static_cast<double>(subject.network().block(b).terms);
    kept += static_cast<double>(subject.network().size(b)) * columns * (columns + errors);
  }
  return kept <= kMostKept;
}

JointRounding::JointRounding(const Subject& subject, const LeafSet& leaves)
    : subject_(subject),
      points_(kSamples),
      errors_(kSamples * subject.problem().functionals.size()) {
  const range::FloatNetwork& network = subject.network();
  const std::vector<range::Point> points =
      range::sampled_points(network, subject.box(), points_, kSeed);
  std::vector<std::vector<std::vector<double>>> g;  // [functional and point][b][i]
  for (const spec::Functional& functional : subject.problem().functionals) {
    std::vector<double> c;
    for (const num::Rational& x : functional.coefficients)
      c.push_back(num::near_double(x).value / num::near_double(functional.bound).value);
    for (const range::Point& point : points) g.push_back(slopes(network, c, point));
  }
  double unstable = 0;
  for (std::size_t b = 1; b < network.block_count(); ++b) {
    const range::FloatBlock& block = network.block(b);
    std::vector<double> values;
    for (const range::Point& point : points) {
      const std::vector<double> read = range::read_by(block, point);
      values.insert(values.end(), read.begin(), read.end());
    }
    const std::size_t n = values.size() / points_;
    centre(values.data(), points_, n);
    for (std::size_t i = 0; i < block.size(); ++i) {
      Row row{b, i, {}, {}, values, 0, QuadraticForm(n)};
      for (const range::FloatSource& source : block.sources)
        row.weights.insert(row.weights.end(), source.row(i), source.row(i) + source.columns);
      std::vector<double> slope;
      for (std::size_t k = 0; k < errors_; ++k) {
        slope.push_back(g[k][b][i]);
        for (std::size_t j = 0; j < n; ++j)
          row.features.push_back(slope.back() * values[k % points_ * n + j]);
      }
      for (std::size_t f = 0; f * points_ < errors_; ++f)
        centre(row.features.data() + f * points_ * n, points_, n);
      const num::Enclosure z = leaves.hull.pre[b][i];
      if (block.activation[i] == net::Activation::relu && z.lower < 0 && z.upper > 0) {
        ++unstable;
        row.radius = mean_square(slope.data(), errors_) / 4;
      }
      rows_.push_back(std::move(row));
    }
  }
  const double share = 1 / static_cast<double>(points_);
  for (Row& row : rows_) {
    row.radius *= unstable;
    const std::size_t n = row.weights.size();
    for (std::size_t k = 0; k < errors_; ++k)
      row.form.add_square(row.features.data() + k * n, share);
    if (row.radius == 0) continue;
    for (std::size_t k = 0; k < points_; ++k)
      row.form.add_square(row.values.data() + k * n, row.radius * share);
  }
}

// Moves codes of one row so that error, to which they contribute, has less variance.
void JointRounding::improve(const Row& row, const std::vector<double>& ulps,
                            std::vector<double>& codes, std::vector<double>& error) const {
  const std::size_t n = codes.size();
  std::vector<double> gradient(n), d(n);
  for (std::size_t j = 0; j < n; ++j) d[j] = codes[j] * ulps[j] - row.weights[j];
  const auto add = [&](const double* feature, double factor) {
    for (std::size_t j = 0; j < n; ++j) gradient[j] += factor * feature[j];
  };
  const double share = 1 / static_cast<double>(points_);
  for (std::size_t k = 0; k < errors_; ++k) add(row.features.data() + k * n, share * error[k]);
  if (row.radius > 0)
    for (std::size_t k = 0; k < points_; ++k) {
      const double* values = row.values.data() + k * n;
      add(values, row.radius * share * dot(values, d));
    }
  codes = descend(row.form, std::move(gradient), row.weights, ulps, std::move(codes));
  for (std::size_t j = 0; j < n; ++j) d[j] = codes[j] * ulps[j] - row.weights[j] - d[j];
  for (std::size_t k = 0; k < errors_; ++k) error[k] += dot(row.features.data() + k * n, d);
}

Plan JointRounding::improved(Plan plan) const {
  std::vector<std::vector<double>> ulps, codes;  // of rows_
  std::vector<double> error(errors_);
  for (const Row& row : rows_) {
    const BlockPlan& block = plan.blocks[row.block - 1];
    std::vector<double>& ulp = ulps.emplace_back(row.weights.size(), 1.0);
    std::vector<double>& code = codes.emplace_back(row.weights.size());
    std::vector<double> d(row.weights.size());
    for_terms(subject_.problem().network.block(row.block), row.index,
              [&](std::size_t column, std::size_t position) {
                const int lsb = block.weight_lsb[row.index][position];
                const double value = block.value.empty() ? rounded(row.weights[column], -lsb)
                                                         : block.value[row.index][position];
                ulp[column] = std::ldexp(1.0, lsb);
                code[column] = std::ldexp(value, -lsb);
                d[column] = value - row.weights[column];
              });
    for (std::size_t k = 0; k < errors_; ++k)
      error[k] += dot(row.features.data() + k * d.size(), d);
  }
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    const double before = mean_square(error.data(), errors_);
    for (std::size_t r = 0; r < rows_.size(); ++r) improve(rows_[r], ulps[r], codes[r], error);
    if (mean_square(error.data(), errors_) > kGain * before) break;
  }
  for (BlockPlan& block : plan.blocks) {
    block.value.clear();
    for (const std::vector<int>& lsb : block.weight_lsb) block.value.emplace_back(lsb.size());
  }
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    const Row& row = rows_[r];
    std::vector<double>& value = plan.blocks[row.block - 1].value[row.index];
    for_terms(subject_.problem().network.block(row.block), row.index,
              [&](std::size_t column, std::size_t position) {
                value[position] = codes[r][column] * ulps[r][column];
              });
  }
  return plan;
}

}  // namespace certifix::optimize
