// The whole truth about small designs: every combination of input codes, and for each the largest
// error that the real inputs which round to it can make.
//
// With one input the truth is exact: on a rounding cell the design is constant and the network
// affine between its kinks, so the largest error is at an end of the cell or at a kink; on a
// declared grid it is at one of the cell's grid points. With more inputs the corners of the cells
// and kinks on a diagonal bound the truth from below. No proven bound may be smaller, and no width
// that a code or a sum of the enumeration leaves may be proven.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>

#include "certifix/certify/text.hpp"
#include "certifix/check/verify.hpp"
#include "tests/property/check_random_pair.hpp"

namespace certifix::check {
namespace {

using num::Integer;
using num::Rational;
using test::RandomPair;
using Point = std::vector<Rational>;

// One code of an input, and the real inputs that become it: a closed interval, or grid points.
struct Cell {
  Rational value;  // code * ulp
  std::vector<Rational> points;
};

std::vector<Cell> cells_of(const num::Interval& side, const spec::InputConvention& convention,
                           const design::Input& input) {
  const Rational ulp = num::power_of_two(input.format.lsb);
  std::vector<Cell> cells;
  for (Integer code = input.code_min; code <= input.code_max; ++code) {
    const Rational lower = std::max(side.lower(), (Rational(code) - Rational(1, 2)) * ulp);
    const Rational upper = std::min(side.upper(), (Rational(code) + Rational(1, 2)) * ulp);
    Cell cell{Rational(code) * ulp, {}};
    if (!convention.fraction_bits) {
      cell.points = {lower, upper};
    } else {
      const int lsb = -*convention.fraction_bits;
      for (Integer n = num::ceil_to(lower, lsb); n <= num::floor_to(upper, lsb); ++n)
        if (const Rational x = num::scaled(n, lsb); num::round_half_up(x, input.format.lsb) == code)
          cell.points.push_back(x);
      if (cell.points.empty()) continue;
    }
    cells.push_back(std::move(cell));
  }
  return cells;
}

Point between(const Point& a, const Point& b, const Rational& fraction) {
  Point x;
  for (std::size_t i = 0; i < a.size(); ++i) x.push_back(a[i] + fraction * (b[i] - a[i]));
  return x;
}

// Appends the points strictly between a and b at which the network is not affine. In the first
// block where a relu's z has different signs at the ends, z is affine in between; where there is
// none, everything is.
void add_kinks(const net::Network& network, const Point& a, const Point& b,
               std::vector<Point>& kinks) {
  const test::RealRun at_a = test::run_network(network, a);
  const test::RealRun at_b = test::run_network(network, b);
  for (std::size_t block = 1; block < network.block_count(); ++block) {
    for (std::size_t i = 0; i < network.size(block); ++i) {
      const Rational& z_a = at_a.before[block][i];
      const Rational& z_b = at_b.before[block][i];
      if (network.block(block).activation[i] != net::Activation::relu ||
          z_a.sign() * z_b.sign() >= 0)
        continue;
      const Point kink = between(a, b, z_a / (z_a - z_b));
      add_kinks(network, a, kink, kinks);
      kinks.push_back(kink);
      add_kinks(network, kink, b, kinks);
      return;
    }
  }
}

// What the accumulator and the code of a row reach.
struct Reach {
  Integer least_sum, most_sum, least_code, most_code;
};

class Truth {
 public:
  explicit Truth(const RandomPair& pair) : pair_(pair), worst_(pair.problem.functionals.size()) {
    for (std::size_t i = 0; i < pair.problem.box.size(); ++i)
      cells_.push_back(
          cells_of(pair.problem.box[i], pair.problem.inputs[i], pair.certificate.design.inputs[i]));
  }

  std::size_t combinations() const {
    std::size_t product = 1;
    for (const std::vector<Cell>& cells : cells_) product *= cells.size();
    return product;
  }
  void enumerate() {
    for (const design::Block& block : pair_.certificate.design.blocks)
      reach_.emplace_back(block.rows.size());
    std::vector<const Cell*> chosen;
    choose(chosen);
  }

  // |error| of every functional, at its largest.
  const std::vector<Rational>& worst() const { return worst_; }
  const Reach& reach(std::size_t block, std::size_t row) const { return *reach_[block - 1][row]; }

 private:
  void choose(std::vector<const Cell*>& chosen) {
    if (chosen.size() == cells_.size()) return visit(chosen);
    for (const Cell& cell : cells_[chosen.size()]) {
      chosen.push_back(&cell);
      choose(chosen);
      chosen.pop_back();
    }
  }

  void visit(const std::vector<const Cell*>& chosen) {
    Point codes, first, last;
    for (const Cell* cell : chosen) {
      codes.push_back(cell->value);
      first.push_back(cell->points.front());
      last.push_back(cell->points.back());
    }
    const test::ImplementedRun run = test::run_design(pair_.certificate.design, codes);
    extend_reach(run);
    std::vector<Point> points;
    if (chosen.size() > 1)
      add_corners(chosen, {}, points);
    else
      for (const Rational& x : chosen[0]->points) points.push_back({x});
    if (all_real()) add_kinks(pair_.problem.network, first, last, points);
    for (const Point& x : points) judge(run.value.back(), x);
  }

  bool all_real() const {
    return std::ranges::none_of(pair_.problem.inputs,
                                [](const auto& input) { return input.fraction_bits.has_value(); });
  }

  static void add_corners(const std::vector<const Cell*>& chosen, Point x,
                          std::vector<Point>& corners) {
    if (x.size() == chosen.size()) return corners.push_back(std::move(x));
    const std::vector<Rational>& points = chosen[x.size()]->points;
    x.push_back(points.front());
    add_corners(chosen, x, corners);
    if (points.back() == points.front()) return;
    x.back() = points.back();
    add_corners(chosen, std::move(x), corners);
  }

  void judge(const Point& implemented, const Point& x) {
    const Point real = test::run_network(pair_.problem.network, x).value.back();
    for (std::size_t k = 0; k < worst_.size(); ++k) {
      Rational error = 0;
      for (std::size_t o = 0; o < real.size(); ++o)
        error += pair_.problem.functionals[k].coefficients[o] * (implemented[o] - real[o]);
      worst_[k] = std::max(worst_[k], num::abs(error));
    }
  }

  void extend_reach(const test::ImplementedRun& run) {
    for (std::size_t b = 0; b < reach_.size(); ++b)
      for (std::size_t i = 0; i < reach_[b].size(); ++i) {
        const design::Row& row = pair_.certificate.design.blocks[b].rows[i];
        const test::RowSums& sums = run.sums[b][i];
        const bool exact = row.accumulator_mode == design::AccumulatorMode::exact;
        const Integer& low = exact ? sums.least_subset : sums.final_sum;
        const Integer& high = exact ? sums.most_subset : sums.final_sum;
        const Integer& code = run.codes[b + 1][i];
        std::optional<Reach>& reach = reach_[b][i];
        if (!reach) reach = Reach{low, high, code, code};
        *reach = {std::min(reach->least_sum, low), std::max(reach->most_sum, high),
                  std::min(reach->least_code, code), std::max(reach->most_code, code)};
      }
  }

  const RandomPair& pair_;
  std::vector<std::vector<Cell>> cells_;  // of each input
  std::vector<Rational> worst_;
  std::vector<std::vector<std::optional<Reach>>> reach_;
};

Verdict verdict(const RandomPair& pair) {
  return verify(certify::problem_text(pair.problem), certify::certificate_text(pair.certificate));
}

// The refusal of the design with one width, of a random row, a bit too small for the truth.
void judge_widths(RandomPair pair, const Truth& truth, test::Random& random) {
  const auto below = [&](std::size_t end) {
    return static_cast<std::size_t>(random.between(0, static_cast<int>(end) - 1));
  };
  const std::size_t b = 1 + below(pair.certificate.design.blocks.size());
  const std::size_t i = below(pair.certificate.design.size(b));
  design::Row& row = pair.certificate.design.blocks[b - 1].rows[i];
  const Reach& reach = truth.reach(b, i);
  const bool of_sum = random.chance(50);
  if (of_sum) {
    row.accumulator_width = num::signed_width(reach.least_sum, reach.most_sum) - 1;
    if (row.accumulator_width == 0) return;
  } else {
    while (row.output.width() > 1 && row.output.contains(reach.least_code, reach.most_code))
      --row.output.msb;
    if (row.output.contains(reach.least_code, reach.most_code)) return;
  }
  const Verdict refused = verdict(pair);
  const auto* no = std::get_if<Rejected>(&refused);
  ASSERT_NE(no, nullptr) << "an overflow was proven impossible";
  EXPECT_EQ(id(no->rule), of_sum ? "R-ACCUMULATOR" : "R-OUTPUT-FORMAT") << no->where;
}

// Truth over proven bound of every functional with an error.
using Ratios = std::vector<Rational>;

Ratios judge(std::uint64_t seed, const RandomPair& pair, Truth& truth) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  const Verdict answer = verdict(pair);
  const auto* accepted = std::get_if<Accepted>(&answer);
  EXPECT_NE(accepted, nullptr);
  if (accepted == nullptr) return {};
  truth.enumerate();
  Ratios ratios;
  for (std::size_t k = 0; k < truth.worst().size(); ++k) {
    const Rational& proven = accepted->theorem.proven[k];
    EXPECT_LE(truth.worst()[k], proven) << "a proven error is exceeded";
    if (proven.sign() > 0) ratios.push_back(truth.worst()[k] / proven);
  }
  test::Random random(~seed);
  judge_widths(pair, truth, random);
  return ratios;
}

// The ratios of the first `cases` designs, from this seed on, whose combinations of codes are so
// many; where the truth is a lower bound only, so are they.
Ratios judge_all(std::uint64_t seed, int cases, std::size_t least, std::size_t most) {
  Ratios ratios;
  std::size_t combinations = 0;
  for (int done = 0; done < cases; ++seed) {
    const RandomPair pair = test::random_pair(seed);
    Truth truth(pair);
    if (truth.combinations() < least || truth.combinations() > most) continue;
    for (Rational& ratio : judge(seed, pair, truth)) ratios.push_back(std::move(ratio));
    combinations += truth.combinations();
    ++done;
  }
  std::ranges::sort(ratios);
  std::printf("%d designs, %zu combinations of codes\n", cases, combinations);
  return ratios;
}

std::size_t at_least(const Ratios& ratios, const Rational& limit) {
  return static_cast<std::size_t>(ratios.end() - std::ranges::lower_bound(ratios, limit));
}

void record(const std::string& name, const std::string& value) {
  testing::Test::RecordProperty(name, value);
  std::printf("truth over proven bound, %s: %s\n", name.c_str(), value.c_str());
}

// A bound that were even slightly too small would show where truth and bound are equal; one that
// became loose, in the median.
TEST(Exhaustive, TheTruthOfSmallDesignsIsWithinTheirTheoremsAndOftenCloseToThem) {
  const Ratios ratios = judge_all(1, 3000, 2, 600);
  const Rational median = ratios[ratios.size() / 2];
  record("median", num::decimal_down(median, 3));
  record("0.9 or more", std::to_string(at_least(ratios, Rational(9, 10))));
  record("equal", std::to_string(at_least(ratios, 1)));
  record("all", std::to_string(ratios.size()));
  EXPECT_GE(median, Rational(1, 2));
  EXPECT_GE(at_least(ratios, Rational(9, 10)), ratios.size() / 5);
  EXPECT_GE(at_least(ratios, 1), ratios.size() / 50);
}

TEST(Exhaustive, TheTruthOfDesignsWithFourteenBitsOfInputIsWithinTheirTheorems) {
  const Ratios ratios = judge_all(1, 4, 8192, 32768);
  EXPECT_GE(ratios.back(), Rational(1, 4)) << "the enumeration finds no error worth the name";
}

}  // namespace
}  // namespace certifix::check
