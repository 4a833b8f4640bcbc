// What simplification makes of the published networks: few multiplications, and exactly the same
// outputs.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <random>
#include <string>

#include "certifix/import/import.hpp"
#include "certifix/semantics/evaluate.hpp"
#include "certifix/simplify/simplify.hpp"

namespace certifix::simplify {
namespace {

using num::Rational;

constexpr std::size_t kPoints = 100;

struct Benchmark {
  const char* network;
  const char* box;
  std::size_t multiplications;  // at most

  friend void PrintTo(const Benchmark& b, std::ostream* out) { *out << b.network << " " << b.box; }
};

std::optional<std::filesystem::path> benchmarks() {
  const char* given = std::getenv("CERTIFIX_BENCHMARKS");
  const std::filesystem::path path =
      given ? given : std::filesystem::path(CERTIFIX_SOURCE_DIR) / "../shared/benchmarks";
  if (!std::filesystem::is_directory(path / "aster")) return std::nullopt;
  return path / "aster";
}

// Alternately a corner and a point inside.
std::vector<Rational> point(std::size_t k, const spec::Box& box, std::mt19937_64& engine) {
  std::vector<Rational> x;
  for (const num::Interval& side : box) {
    const auto share = static_cast<int>(engine() % 1025);
    const Rational at = k % 2 == 0 ? Rational(share % 2) : Rational(share, 1024);
    x.push_back(side.lower() + (side.upper() - side.lower()) * at);
  }
  return x;
}

class SimplifyBenchmark : public testing::TestWithParam<Benchmark> {};

TEST_P(SimplifyBenchmark, NeedsFewMultiplicationsAndComputesTheSame) {
  const auto folder = benchmarks();
  if (!folder) GTEST_SKIP() << "no benchmark networks: set CERTIFIX_BENCHMARKS to their folder";
  const net::Network f = import::import_model(*folder / GetParam().network / "model.onnx").network;
  const spec::Box box =
      import::read_box(*folder / GetParam().network / GetParam().box, f.input_count()).box;
  const Simplified s = simplify(f, box);
  const Statistics& n = s.statistics;
  std::printf(
      "%-26s %-18s %5zu -> %4zu multiplications; %3zu dead, %3zu linear, %3zu unstable; "
      "%2zu leaves%s\n",
      GetParam().network, GetParam().box, n.multiplications_before, n.multiplications_after, n.dead,
      n.linear, n.unstable, n.leaves, n.affine_on_box() ? "; affine on its box" : "");
  EXPECT_LE(n.multiplications_after, GetParam().multiplications);
  EXPECT_EQ(n.multiplications_after, net::multiplication_count(s.network));

  std::mt19937_64 engine(1);
  for (std::size_t k = 0; k < kPoints; ++k) {
    const std::vector<Rational> x = point(k, box, engine);
    ASSERT_EQ(semantics::evaluate(s.network, x), semantics::evaluate(f, x)) << "point " << k;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Published, SimplifyBenchmark,
    testing::Values(
        Benchmark{"VertCasNN", "input.vnnlib", 18}, Benchmark{"VertCasNN", "input_133.vnnlib", 18},
        Benchmark{"AC8", "input.vnnlib", 169}, Benchmark{"AC7", "input.vnnlib", 136},
        Benchmark{"AC6", "input.vnnlib", 38}, Benchmark{"SinglePendulumNN", "input.vnnlib", 5},
        Benchmark{"DoublePendulumNonRobustNN", "input.vnnlib", 62},
        Benchmark{"DoublePendulumRobustNN", "input.vnnlib", 28},
        Benchmark{"AcrobotNN", "input.vnnlib", 23}, Benchmark{"MountainCarNN", "input.vnnlib", 52},
        Benchmark{"UnicycleNN", "input.vnnlib", 2498}, Benchmark{"ACC3NN", "input.vnnlib", 700},
        Benchmark{"MpcNN", "input.vnnlib", 640}, Benchmark{"LyapunovNN", "input.vnnlib", 14},
        Benchmark{"ACCNew", "input.vnnlib", 12488}));

}  // namespace
}  // namespace certifix::simplify
