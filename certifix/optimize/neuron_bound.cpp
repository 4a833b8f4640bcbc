// A lower bound of the neuron model: no choice of grids that uses every bound to at most kappa is
// cheaper.
//
// For prices v >= 0 of the bounds, the optimum is at least the minimum over all choices of
//     cost + sum over bounds r  v_r (use_r - kappa).                                       (1)
// Its terms are one function a row, one an element, and one P(p, q) for each pair of a row and an
// element that it reads: bits(w) * bits(a), say. Coordinate descent may miss the minimum of (1), so
// it is bounded from below. With any messages m_ie(q), one for each pair,
//     sum over rows i      min over p [ row_i(p) + sum over reads e  min over q (P_ie(p, q) -
//     m_ie(q)) ]
//   + sum over elements e  min over q [ element_e(q) + sum over readers i  m_ie(q) ]
// is at most (1), whatever the messages are. They are improved element by element: with M_ie(q)
// the least value of row i's part when its read of e is held at q, every reader of e and e itself
// are given the same share of their sum, which never lowers the bound (block coordinate ascent).
//
// Rows and elements form a bipartite graph, and products are submodular once the order of one side
// is turned round; so the best messages reach the minimum of (1) itself. What is left of the gap is
// what prices cannot express, and the ascent's early end.
#include <algorithm>
#include <cmath>
#include <limits>

#include "certifix/optimize/neuron_model.hpp"

namespace certifix::optimize {
namespace {

constexpr int kBoundRounds = 4;  // each with other prices
// Steps of the search for their factor, which is this far off at most, as a power of e; from one
// round to the next by less.
constexpr int kThirds = 7;
constexpr double kReach = 2;
constexpr int kMoreThirds = 4;
constexpr double kWider = 0.3;
constexpr int kSweeps = 60;
constexpr double kWorthwhile = 1e-5;  // relative gain of a sweep below which the ascent ends

double least(const std::vector<double>& values) {
  return *std::min_element(values.begin(), values.end());
}

}  // namespace

// The minimum of (1) from below, for given prices; kappa's part left out.
class NeuronModel::Messages {
 public:
  Messages(const NeuronModel& model, const std::vector<double>& price, const Choice& start)
      : model_(model) {
    const std::size_t functionals = model.functionals_;
    element_.resize(model.elements_.size());
    readers_.resize(model.elements_.size());
    for (std::size_t e = 0; e < element_.size(); ++e) {
      const Element& element = model.elements_[e];
      double priced = 0;
      for (std::size_t r = 0; r < price.size(); ++r) priced += price[r] * element.sensitivity[r];
      for (std::size_t q = 0; q < element.scale.size(); ++q)
        element_[e].push_back(element.extra * width(e, q) + priced * element.scale[q]);
    }
    row_.resize(model.rows_.size());
    for (std::size_t i = 0; i < row_.size(); ++i) {
      const Row& row = model.rows_[i];
      for (std::size_t p = 0; p < row.width.size(); ++p) {
        double own = bias_bits(row, p);
        for (std::size_t r = 0; r < price.size(); ++r)
          own += price[r] * row.sensitivity[r] * row.radius[p][r / functionals];
        row_[i].push_back(own);
      }
      for (std::size_t k = 0; k < row.reads.size(); ++k) {
        Edge edge{i, {}, {}, {}};
        const std::size_t e = row.reads[k].element;
        const auto chosen = static_cast<std::size_t>(start.weight[i] - row.lowest);
        for (std::size_t p = 0; p < row_[i].size(); ++p)
          for (std::size_t q = 0; q < element_[e].size(); ++q)
            edge.pair.push_back(pair(row, row.reads[k], p, q));
        for (std::size_t q = 0; q < element_[e].size(); ++q) {
          edge.message.push_back(edge.pair[chosen * element_[e].size() + q]);
          element_[e][q] += edge.message.back();
        }
        edge.least = least_over_values(edge);
        for (std::size_t p = 0; p < row_[i].size(); ++p) row_[i][p] += edge.least[p];
        readers_[e].push_back(std::move(edge));
      }
    }
  }

  double bound() {
    double before = total();
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
      for (std::size_t e = 0; e < element_.size(); ++e) improve(e);
      const double now = total();
      if (now - before <= kWorthwhile * std::fabs(now)) return std::max(now, before);
      before = now;
    }
    return before;
  }

 private:
  struct Edge {
    std::size_t row;
    std::vector<double> pair;     // [p][q]: what the two cost together
    std::vector<double> message;  // [q]
    std::vector<double> least;    // [p], over q, of the pair's cost without the message
  };

  int width(std::size_t e, std::size_t q) const {
    return model_.width(e, model_.elements_[e].lowest + static_cast<int>(q));
  }

  // A bias b that is not 0 on 2^-x has at least log2 |b| + x + 1 - log2 (3/2) bits, at least none
  // where it rounds to 0. Its grid is that of the finest product, x = p + the largest q read, which
  // is at least the mean of the q: a part of the row, and a share of each pair.
  double bias_bits(const Row& row, std::size_t p) const {
    const double bit = model_.cost_[cost::Figure::bias_bits];
    const int bits = row.lowest + static_cast<int>(p);
    if (!(bit > 0) || row.bias == 0 || active(row, bits) == 0) return 0;
    return bit * (std::log2(std::fabs(row.bias)) + bits + 1 - std::log2(1.5));
  }

  double bias_share(const Row& row, int weight_bits, int value_bits) const {
    const double bit = model_.cost_[cost::Figure::bias_bits];
    return bit > 0 && row.bias != 0 ? bit * value_bits / active(row, weight_bits) : 0;
  }

  // Weights of the row that are not 0 on 2^-bits.
  static int active(const Row& row, int bits) {
    return static_cast<int>(
        std::count_if(row.reads.begin(), row.reads.end(),
                      [&](const Row::Read& read) { return bits >= read.from; }));
  }

  double pair(const Row& row, const Row::Read& read, std::size_t p, std::size_t q) const {
    const int weight_bits = row.lowest + static_cast<int>(p);
    if (weight_bits < read.from) return 0;
    const int bits = width(read.element, q);
    return row.weight[p].fixed +
           (model_.digits_ ? model_.cost_[cost::Figure::csd_digits] * read.digits[p] : 0) +
           model_.per_value_bit(row, read, p) * bits +
           (model_.stepped_ ? model_.step(row.width[p], bits, 1) : 0) +
           bias_share(row, weight_bits,
                      model_.elements_[read.element].lowest + static_cast<int>(q));
  }

  std::vector<double> least_over_values(const Edge& edge) const {
    std::vector<double> result;
    for (std::size_t first = 0; first < edge.pair.size(); first += edge.message.size()) {
      double best = std::numeric_limits<double>::infinity();
      for (std::size_t q = 0; q < edge.message.size(); ++q)
        best = std::min(best, edge.pair[first + q] - edge.message[q]);
      result.push_back(best);
    }
    return result;
  }

  void improve(std::size_t e) {
    std::vector<double>& element = element_[e];
    std::vector<std::vector<double>> parts;  // per reader: M, what its row is worth at each q
    std::vector<double> sum = element;
    for (const Edge& edge : readers_[e]) {
      std::vector<double> part(element.size(), std::numeric_limits<double>::infinity());
      for (std::size_t p = 0; p < edge.least.size(); ++p) {
        const double others = row_[edge.row][p] - edge.least[p];
        for (std::size_t q = 0; q < part.size(); ++q)
          part[q] = std::min(part[q], others + edge.pair[p * part.size() + q]);
      }
      for (std::size_t q = 0; q < part.size(); ++q) {
        part[q] -= edge.message[q];
        sum[q] += part[q];
      }
      parts.push_back(std::move(part));
    }
    const double share = 1.0 / static_cast<double>(parts.size() + 1);
    for (std::size_t q = 0; q < element.size(); ++q) element[q] = share * sum[q];
    for (std::size_t n = 0; n < parts.size(); ++n) {
      Edge& edge = readers_[e][n];
      for (std::size_t q = 0; q < element.size(); ++q)
        edge.message[q] += parts[n][q] - share * sum[q];
      const std::vector<double> now = least_over_values(edge);
      for (std::size_t p = 0; p < now.size(); ++p) row_[edge.row][p] += now[p] - edge.least[p];
      edge.least = now;
    }
  }

  double total() const {
    double sum = 0;
    for (const std::vector<double>& row : row_) sum += least(row);
    for (const std::vector<double>& element : element_) sum += least(element);
    return sum;
  }

  const NeuronModel& model_;
  std::vector<std::vector<double>> row_;      // [row][p]: its part
  std::vector<std::vector<double>> element_;  // [element][q]: its part
  std::vector<std::vector<Edge>> readers_;    // [element]
};

double NeuronModel::lower_bound(double kappa) const {
  double best = -std::numeric_limits<double>::infinity();
  std::vector<double> price(bounds_, 1.0 / static_cast<double>(bounds_));
  double low = -kReach, high = kReach;  // of the factor's logarithm
  for (int round = 0; round < kBoundRounds; ++round) {
    Choice choice = to_choice(reference_);
    const double factor = fit(choice, price, kappa);
    // The factor that keeps the share need not be the one with the best bound, which is concave in
    // it: a search by thirds around the first.
    const auto at = [&](double exponent) {
      std::vector<double> scaled = price;
      double spent = 0;
      for (double& p : scaled) spent += (p *= factor * std::exp(exponent)) * kappa;
      const double bound = Messages(*this, scaled, choice).bound() - spent;
      best = std::max(best, bound);
      return bound;
    };
    for (int step = 0; step < (round == 0 ? kThirds : kMoreThirds); ++step) {
      const double third = (high - low) / 3;
      if (at(low + third) < at(high - third))
        low += third;
      else
        high -= third;
    }
    low -= kWider;
    high += kWider;
    if (bounds_ == 1) break;
    follow(price, use(choice));
  }
  return best;
}

}  // namespace certifix::optimize
