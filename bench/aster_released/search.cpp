#include "bench/aster_released/search.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

#include "certifix/base/error.hpp"
#include "certifix/num/outward/enclosure.hpp"
#include "certifix/semantics/evaluate.hpp"

namespace certifix::aster_released {
namespace {

using num::Rational;

double approximate(const Rational& x) { return mpq_class(x.numerator(), x.denominator()).get_d(); }

// The real network in doubles: its error is far below any bound of the benchmark.
class DoubleNetwork {
 public:
  explicit DoubleNetwork(const net::Network& network) {
    for (std::size_t b = 1; b < network.block_count(); ++b) {
      const net::Block& block = network.block(b);
      layers_.emplace_back();
      for (std::size_t j = 0; j < block.size(); ++j) {
        Row row{{}, approximate(block.bias[j]), block.activation[j] == net::Activation::relu};
        for (const net::Entry& entry : block.sources[0].weights.row(j))
          row.weights.emplace_back(entry.column, approximate(entry.value));
        layers_.back().push_back(std::move(row));
      }
    }
  }

  std::vector<double> run(const std::vector<double>& x) const {
    std::vector<double> values = x;
    for (const std::vector<Row>& layer : layers_) {
      std::vector<double> next;
      for (const Row& row : layer) {
        double sum = row.bias;
        for (const auto& [column, weight] : row.weights) sum += weight * values[column];
        next.push_back(row.relu ? std::max(sum, 0.0) : sum);
      }
      values = std::move(next);
    }
    return values;
  }

 private:
  struct Row {
    std::vector<std::pair<std::size_t, double>> weights;
    double bias;
    bool relu;
  };
  std::vector<std::vector<Row>> layers_;
};

using Codes = std::vector<std::int64_t>;  // multiples of 2^-grid

class Climb {
 public:
  Climb(const net::Network& network, const spec::Box& box, const Program& program, int grid,
        std::uint64_t seed)
      : real_(network),
        program_(program),
        grid_(grid),
        finer_(grid - program.input_fraction()),
        random_(seed) {
    for (std::size_t i = 0; i < box.size(); ++i) {
      const num::Integer low = num::ceil_to(box[i].lower(), -grid);
      const num::Integer high = num::floor_to(box[i].upper(), -grid);
      if (low > high)
        throw Error(ErrorCode::empty_grid, "an input's interval holds no point of the grid");
      CERTIFIX_CHECK(std::max(num::bit_length(low), num::bit_length(high)) <= 52,
                     "grid points are doubles");
      low_.push_back(low.get_si());
      high_.push_back(high.get_si());
    }
  }

  // The largest error over the outputs at a point.
  double error(const Codes& codes) {
    ++evaluations;
    const std::vector<double> x = point(codes);
    std::vector<double> implemented(program_.output_count());
    program_.run(x, implemented);
    const std::vector<double> exact = real_.run(x);
    double worst = 0;
    for (std::size_t o = 0; o < exact.size(); ++o)
      worst = std::max(worst, std::fabs(implemented[o] - exact[o]));
    if (worst > best_error) {
      best_error = worst;
      best = codes;
    }
    return worst;
  }

  void corners() {
    const std::size_t dimensions = std::min<std::size_t>(low_.size(), 12);
    for (std::size_t mask = 0; mask < (std::size_t{1} << dimensions); ++mask) {
      Codes codes = low_;
      for (std::size_t i = 0; i < low_.size(); ++i)
        if ((i < dimensions && ((mask >> i) & 1) != 0) || (i >= dimensions && random_() % 2 == 0))
          codes[i] = high_[i];
      try_start(codes);
      for (std::size_t i = 0; i < codes.size(); ++i) to_cell_edge(codes, i);
      try_start(codes);
    }
  }

  Codes random_point() {
    Codes codes(low_.size());
    for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = random_coordinate(i);
    return codes;
  }

  // Evaluates a point; the worst ones are where the hill climbing starts.
  double try_start(const Codes& codes) {
    const double worst = error(codes);
    remember(worst, codes);
    return worst;
  }

  // From each start in turn: one coordinate anew, at an end, moved by a random power of two of the
  // grid, or to an edge of its input cell; or all coordinates to such edges.
  void step() {
    auto& [reached, from] = starts_[turn_++ % starts_.size()];
    Codes codes = from;
    const std::size_t i = random_() % codes.size();
    switch (random_() % 6) {
      case 0:
        codes[i] = random_coordinate(i);
        break;
      case 1:
        codes[i] = random_() % 2 == 0 ? low_[i] : high_[i];
        break;
      case 2:
        to_cell_edge(codes, i);
        break;
      case 3:
        for (std::size_t k = 0; k < codes.size(); ++k) to_cell_edge(codes, k);
        break;
      default: {
        const std::int64_t by = std::int64_t{1} << (random_() % 40);
        codes[i] = std::clamp(codes[i] + (random_() % 2 == 0 ? by : -by), low_[i], high_[i]);
      }
    }
    const double worst = error(codes);
    if (worst <= reached) return;
    reached = worst;
    from = std::move(codes);
  }

  std::vector<double> point(const Codes& codes) const {
    std::vector<double> x;
    for (const std::int64_t code : codes) x.push_back(std::ldexp(code, -grid_));
    return x;
  }

  Codes best;
  double best_error = -1;
  std::uint64_t evaluations = 0;

 private:
  static constexpr std::size_t kStarts = 16;

  void remember(double error, const Codes& codes) {
    if (starts_.size() == kStarts && error <= starts_.back().first) return;
    if (starts_.size() == kStarts) starts_.pop_back();
    const auto worse = [error](const auto& start) { return start.first < error; };
    starts_.emplace(std::find_if(starts_.begin(), starts_.end(), worse), error, codes);
  }

  // The first or the last point of the grid that the input format truncates to the same code.
  void to_cell_edge(Codes& codes, std::size_t i) {
    const std::int64_t cell = std::int64_t{1} << finer_;
    const std::int64_t first = codes[i] & ~(cell - 1);
    codes[i] = std::clamp(random_() % 4 == 0 ? first : first + cell - 1, low_[i], high_[i]);
  }

  std::int64_t random_coordinate(std::size_t i) {
    const auto span = static_cast<std::uint64_t>(high_[i] - low_[i]) + 1;
    return low_[i] + static_cast<std::int64_t>(random_() % span);
  }

  DoubleNetwork real_;
  const Program& program_;
  int grid_;
  int finer_;  // bits that the grid has beyond the input format
  std::mt19937_64 random_;
  std::vector<std::pair<double, Codes>> starts_;  // worst first
  std::size_t turn_ = 0;
  Codes low_;
  Codes high_;
};

}  // namespace

Found search(const net::Network& network, const spec::Box& box, const Program& program, int grid,
             const Rational& eps, std::uint64_t evaluations, std::uint64_t seed) {
  Climb climb(network, box, program, grid, seed);
  climb.corners();
  const std::uint64_t random = std::max<std::uint64_t>(evaluations / 3, 1);
  const double bound = approximate(eps);
  std::uint64_t breaking = 0;
  for (std::uint64_t n = 0; n < random; ++n) {
    if (climb.try_start(climb.random_point()) > bound) ++breaking;
  }
  while (climb.evaluations < evaluations) climb.step();

  Found found;
  found.input = climb.point(climb.best);
  found.random_share = static_cast<double>(breaking) / static_cast<double>(random);
  found.evaluations = climb.evaluations;
  std::vector<Rational> x;
  for (const double value : found.input) x.push_back(num::exact_value(value));
  const std::vector<Rational> exact = semantics::evaluate(network, x);
  const std::vector<Rational> implemented = program.run_exact(found.input);
  for (std::size_t o = 0; o < exact.size(); ++o) {
    const Rational error = implemented[o] - exact[o];
    if (num::abs(error) <= num::abs(found.error)) continue;
    found.error = error;
    found.output = o;
  }
  return found;
}

}  // namespace certifix::aster_released
