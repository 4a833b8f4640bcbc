// Backward linear bounds, for all rows of a block at once.
//
// For the upper bounds of the rows of a block we hold, row by row,
//     z <= sum over pending blocks t, elements s:  A_t[s] a_s  + c + slack
// and eliminate the latest pending block until only inputs are left (docs/soundness.md, section 3).
// The lower bounds of z are minus the upper bounds of -z: the same code with the starting row
// negated.
//
// Rounding. A computed coefficient differs from the exact one by a relative error of the operations
// that made it; multiplied by the largest magnitude of what it multiplies, the difference goes into
// `slack`. For a product B W over a block's rows that needs only the vector
//     reach_s = |b_s| + sum_p |W_sp| max|a_p|,
// since sum_p (sum_s |B_s W_sp|) max|a_p| <= sum_s |B_s| reach_s: no second matrix product.
#include "certifix/range/ranges.hpp"

#include <cmath>

namespace certifix::range {
namespace {

using num::Enclosure;
using num::next_up;
using num::sum_error;

// a <= slope z + offset and a >= lower_slope z on the range of z.
struct Relaxation {
  double upper_slope;
  double upper_offset;
  double lower_slope;
};

Relaxation relax(net::Activation activation, Enclosure z) {
  switch (activation) {
    case net::Activation::identity:
      return {1, 0, 1};
    case net::Activation::relu:
      if (z.lower >= 0) return {1, 0, 1};
      if (z.upper <= 0) return {0, 0, 0};
      // Any slope is sound with the offset that makes the chord hold at both ends (relu is convex).
      const double slope = z.upper / (z.upper - z.lower);
      const double offset =
          std::max(next_up(-slope * z.lower), next_up(z.upper - num::next_down(slope * z.upper)));
      return {slope, offset, z.upper > -z.lower ? 1.0 : 0.0};
  }
  throw Bug(__FILE__, __LINE__, "unknown activation");
}

Enclosure activate(net::Activation activation, Enclosure z) {
  switch (activation) {
    case net::Activation::identity:
      return z;
    case net::Activation::relu:
      return {std::max(z.lower, 0.0), std::max(z.upper, 0.0)};
  }
  throw Bug(__FILE__, __LINE__, "unknown activation");
}

// What back-substitution needs to know of a finished block.
struct Finished {
  std::vector<Relaxation> relaxation;
  std::vector<double> magnitude;       // max |z_s|
  std::vector<double> post_magnitude;  // max |a_s|
  std::vector<double> reach;           // |b_s| + sum_p |W_sp| max|a_p|, rounded up
};

class BackSubstitution {
 public:
  BackSubstitution(const FloatNetwork& network, const FloatBox& box)
      : network_(network), box_(box) {
    Finished input;
    for (const Enclosure& x : box) input.post_magnitude.push_back(x.magnitude());
    finished_.push_back(std::move(input));
  }

  // |b_s| + sum_p |W_sp| max|a_p| of the rows of the next block, rounded up.
  std::vector<double> reach(const FloatBlock& block) const {
    std::vector<double> result(block.size());
    for (std::size_t i = 0; i < block.size(); ++i) {
      double sum = std::fabs(block.bias[i]);
      for (const FloatSource& source : block.sources) {
        const std::vector<double>& m = finished_[source.block].post_magnitude;
        for (std::size_t j = 0; j < source.columns; ++j) sum += std::fabs(source.row(i)[j]) * m[j];
      }
      result[i] = next_up(sum + sum_error(block.terms + 1 + kWeightError, sum));
    }
    return result;
  }

  void finish(const FloatBlock& block, const std::vector<Enclosure>& pre,
              const std::vector<Enclosure>& post, std::vector<double> reach_of_rows) {
    Finished next;
    next.reach = std::move(reach_of_rows);
    for (std::size_t i = 0; i < block.size(); ++i) {
      next.relaxation.push_back(relax(block.activation[i], pre[i]));
      next.magnitude.push_back(pre[i].magnitude());
      next.post_magnitude.push_back(post[i].magnitude());
    }
    finished_.push_back(std::move(next));
  }

  // Upper bounds of sign * z_i for all rows of block b; all earlier blocks are finished.
  std::vector<double> upper_bounds(std::size_t b, double sign,
                                   const std::vector<double>& reach_of_rows) const {
    const FloatBlock& block = network_.block(b);
    const std::size_t rows = block.size();
    std::vector<std::vector<double>> pending(b);
    std::vector<double> constant(rows);
    std::vector<double> slack(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      constant[i] = sign * block.bias[i];
      slack[i] = sum_error(kWeightError, reach_of_rows[i]);
    }
    for (const FloatSource& source : block.sources) {
      pending[source.block] = source.weights;
      if (sign < 0)
        for (double& a : pending[source.block]) a = -a;
    }
    for (std::size_t t = b - 1; t > 0; --t) {
      if (!pending[t].empty()) eliminate(t, rows, pending, constant, slack);
    }
    std::vector<double> result(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      double sum = constant[i];
      double absolute = std::fabs(constant[i]);
      if (!pending[0].empty()) {
        const double* a = pending[0].data() + i * box_.size();
        for (std::size_t j = 0; j < box_.size(); ++j) {
          const double term = std::max(a[j] * box_[j].lower, a[j] * box_[j].upper);
          sum += term;
          absolute += std::fabs(term);
        }
      }
      result[i] = next_up(sum + next_up(slack[i] + sum_error(box_.size() + 1, absolute)));
    }
    return result;
  }

 private:
  void eliminate(std::size_t t, std::size_t rows, std::vector<std::vector<double>>& pending,
                 std::vector<double>& constant, std::vector<double>& slack) const {
    const FloatBlock& block = network_.block(t);
    const Finished& finished = finished_[t];
    const std::size_t size = block.size();
    std::vector<double> coefficients = std::move(pending[t]);
    pending[t].clear();
    for (std::size_t i = 0; i < rows; ++i) {
      double* a = coefficients.data() + i * size;
      double offset = constant[i];
      double offset_absolute = std::fabs(constant[i]);
      double error = 0;
      for (std::size_t s = 0; s < size; ++s) {
        const Relaxation& r = finished.relaxation[s];
        const bool up = a[s] > 0;
        const double relaxed = a[s] * (up ? r.upper_slope : r.lower_slope);
        const double gained = up ? a[s] * r.upper_offset : 0;
        const double bias = relaxed * block.bias[s];
        offset += gained + bias;
        offset_absolute += std::fabs(gained) + std::fabs(bias);
        // The slope's product is one operation; the substitution below is terms + 2 more.
        error += std::fabs(relaxed) * (finished.magnitude[s] + finished.reach[s]);
        a[s] = relaxed;
      }
      constant[i] = offset;
      slack[i] = next_up(slack[i] + sum_error(3 * size + kWeightError, offset_absolute) +
                         sum_error(size + 4 + kWeightError, error * (1 + 0x1p-30)));
    }
    for (const FloatSource& source : block.sources) {
      std::vector<double>& target = pending[source.block];
      const std::vector<double>& m = finished_[source.block].post_magnitude;
      if (target.empty()) {
        target.assign(rows * source.columns, 0);
      } else {
        // What stands there already takes part in the same sums.
        for (std::size_t i = 0; i < rows; ++i) {
          double absolute = 0;
          for (std::size_t j = 0; j < source.columns; ++j)
            absolute += std::fabs(target[i * source.columns + j]) * m[j];
          slack[i] = next_up(slack[i] + sum_error(size + 4, absolute * (1 + 0x1p-30)));
        }
      }
      for (std::size_t i = 0; i < rows; ++i) {
        double* out = target.data() + i * source.columns;
        for (std::size_t s = 0; s < size; ++s) {
          const double c = coefficients[i * size + s];
          if (c == 0) continue;
          const double* w = source.row(s);
          for (std::size_t j = 0; j < source.columns; ++j) out[j] += c * w[j];
        }
      }
    }
  }

  const FloatNetwork& network_;
  const FloatBox& box_;
  std::vector<Finished> finished_;
};

std::vector<Enclosure> interval_bounds(const FloatBlock& block, const Ranges& done) {
  std::vector<Enclosure> result;
  for (std::size_t i = 0; i < block.size(); ++i) {
    num::EnclosedSum sum;
    sum.add(block.bias[i], block.bias[i]);
    for (const FloatSource& source : block.sources)
      for (std::size_t j = 0; j < source.columns; ++j)
        sum.add_product(source.row(i)[j], done.post[source.block][j]);
    result.push_back(sum.value(kWeightError + 1));
  }
  return result;
}

}  // namespace

FloatBox float_box(const spec::Box& box) {
  FloatBox result;
  for (const num::Interval& side : box) result.push_back(num::enclose(side.lower(), side.upper()));
  return result;
}

Ranges ranges(const FloatNetwork& network, const FloatBox& box) {
  Ranges result;
  result.pre.push_back(box);
  result.post.push_back(box);
  BackSubstitution back(network, box);
  for (std::size_t b = 1; b < network.block_count(); ++b) {
    const FloatBlock& block = network.block(b);
    const std::vector<double> reach = back.reach(block);
    std::vector<Enclosure> pre = interval_bounds(block, result);
    // The first block reads intervals of inputs: back-substitution could not do better.
    if (b > 1) {
      const std::vector<double> upper = back.upper_bounds(b, 1, reach);
      const std::vector<double> minus_lower = back.upper_bounds(b, -1, reach);
      for (std::size_t i = 0; i < block.size(); ++i)
        pre[i] = num::intersection(pre[i], {-minus_lower[i], upper[i]});
    }
    std::vector<Enclosure> post;
    for (std::size_t i = 0; i < block.size(); ++i)
      post.push_back(activate(block.activation[i], pre[i]));
    back.finish(block, pre, post, reach);
    result.pre.push_back(std::move(pre));
    result.post.push_back(std::move(post));
  }
  return result;
}

}  // namespace certifix::range
