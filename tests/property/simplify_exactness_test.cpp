// The simplified network against the original, in exact rationals: random problems of every shape.
#include "certifix/simplify/simplify.hpp"

#include <gtest/gtest.h>

#include "certifix/range/ranges.hpp"
#include "certifix/semantics/evaluate.hpp"
#include "certifix/simplify/box_tree.hpp"
#include "certifix/simplify/choose.hpp"
#include "certifix/simplify/rewrite.hpp"
#include "tests/support/random_dag.hpp"
#include "tests/support/random_network.hpp"

namespace certifix::simplify {
namespace {

using num::Interval;
using num::Rational;

constexpr int kProblems = 400;
constexpr int kDeepNetworks = 100;
constexpr int kPoints = 100;
constexpr std::size_t kInputsWithAllCorners = 3;

std::vector<std::vector<Rational>> corners(const spec::Box& box) {
  std::vector<std::vector<Rational>> result;
  for (std::size_t pattern = 0; pattern < std::size_t{1} << box.size(); ++pattern) {
    std::vector<Rational>& x = result.emplace_back();
    for (std::size_t j = 0; j < box.size(); ++j)
      x.push_back((pattern >> j & 1) != 0 ? box[j].upper() : box[j].lower());
  }
  return result;
}

// f with each row's activation replaced by what its role says of it.
std::vector<Rational> evaluate_with_roles(const net::Network& f, const Claims& claims,
                                          const std::vector<Rational>& x) {
  std::vector<std::vector<Rational>> values{x};
  for (std::size_t b = 1; b < f.block_count(); ++b) {
    values.emplace_back();
    for (std::size_t i = 0; i < f.size(b); ++i) {
      Rational z = f.block(b).bias[i];
      for (const net::Source& source : f.block(b).sources)
        for (const net::Entry& entry : source.weights.row(i))
          z += entry.value * values[source.block][entry.column];
      switch (claims.of(b, i)) {
        case Role::keep:
          z = semantics::apply(f.block(b).activation[i], z);
          break;
        case Role::dead:
          z = 0;
          break;
        case Role::bypass:
        case Role::affine:
          break;
      }
      values[b].push_back(z);
    }
  }
  return values.back();
}

Claims random_claims(test::RandomDag& random, const net::Network& f) {
  Claims claims;
  for (std::size_t b = 1; b < f.block_count(); ++b) {
    auto& roles = claims.role.emplace_back();
    const bool last = b + 1 == f.block_count();
    for (std::size_t i = 0; i < f.size(b); ++i) {
      std::vector<Role> possible{Role::keep};
      const bool relu = f.block(b).activation[i] == net::Activation::relu;
      if (relu) possible.push_back(Role::affine);
      if (relu && !last) possible.push_back(Role::dead);
      if (!last) possible.push_back(Role::bypass);
      roles.push_back(possible[random.integer(0, static_cast<int>(possible.size()) - 1)]);
    }
  }
  return claims;
}

// Every row but the outputs is read by a later one, and every source has a weight.
void expect_nothing_superfluous(const net::Network& g, std::uint64_t seed) {
  std::vector<std::vector<char>> read(g.block_count());
  for (std::size_t b = 0; b < g.block_count(); ++b) read[b].resize(g.size(b));
  for (std::size_t b = 1; b < g.block_count(); ++b) {
    for (const net::Source& source : g.block(b).sources) {
      EXPECT_GT(source.weights.entry_count(), 0u) << "seed " << seed;
      for (std::size_t i = 0; i < g.size(b); ++i)
        for (const net::Entry& entry : source.weights.row(i)) read[source.block][entry.column] = 1;
    }
  }
  for (std::size_t b = 1; b + 1 < g.block_count(); ++b)
    for (std::size_t i = 0; i < g.size(b); ++i)
      EXPECT_TRUE(read[b][i]) << "seed " << seed << " block " << b << " row " << i;
}

TEST(Rewrite, DoesWhatTheRolesSayWhetherTheyAreTrueOrNot) {
  for (std::uint64_t seed = 1; seed <= kProblems; ++seed) {
    test::RandomDag random(seed);
    const spec::Problem problem = random.problem();
    const net::Network& f = problem.network;
    const Claims claims = random_claims(random, f);
    const net::Network g = rewrite(f, problem.box, claims);
    EXPECT_EQ(g.output_count(), f.output_count());
    expect_nothing_superfluous(g, seed);
    for (int k = 0; k < 20; ++k) {
      const std::vector<Rational> x = random.point(problem);
      ASSERT_EQ(semantics::evaluate(g, x), evaluate_with_roles(f, claims, x)) << "seed " << seed;
    }
  }
}

TEST(Simplify, ComputesTheSameOnTheBox) {
  std::size_t dead = 0, bypassed = 0, affine = 0, constant_inputs = 0, affine_networks = 0;
  for (std::uint64_t seed = 1; seed <= kProblems; ++seed) {
    test::RandomDag random(seed);
    spec::Problem problem = random.problem();
    if (random.chance(60)) {  // a small box, so that many neurons are stable
      for (Interval& side : problem.box)
        side =
            Interval(side.lower(), side.lower() + (side.upper() - side.lower()) * Rational(1, 16));
      for (spec::InputConvention& convention : problem.inputs) convention.fraction_bits.reset();
    }
    const Simplified s = simplify(problem.network, problem.box);
    EXPECT_LE(s.statistics.multiplications_after, s.statistics.multiplications_before)
        << "seed " << seed;
    expect_nothing_superfluous(s.network, seed);
    std::vector<std::vector<Rational>> points;
    if (problem.box.size() <= kInputsWithAllCorners) points = corners(problem.box);
    for (int k = 0; k < kPoints; ++k) points.push_back(random.point(problem));
    for (const std::vector<Rational>& x : points)
      ASSERT_EQ(semantics::evaluate(s.network, x), semantics::evaluate(problem.network, x))
          << "seed " << seed;
    dead += s.statistics.dead;
    bypassed += s.statistics.bypassed;
    affine += s.statistics.affine;
    affine_networks += s.statistics.affine_on_box() ? 1 : 0;
    for (const Interval& side : problem.box) constant_inputs += side.is_point() ? 1 : 0;
  }
  // The problems above have them all.
  EXPECT_GT(dead, 100u);
  EXPECT_GT(bypassed, 100u);
  EXPECT_GT(affine, 20u);
  EXPECT_GT(constant_inputs, 20u);
  EXPECT_GT(affine_networks, 20u);
}

// The preorder tree with the cut at `node`, whose children are leaves, taken back.
check::SplitTree without_cut(const check::SplitTree& tree, std::size_t node) {
  check::SplitTree result(tree.begin(), tree.begin() + static_cast<std::ptrdiff_t>(node));
  result.insert(result.end(), tree.begin() + static_cast<std::ptrdiff_t>(node) + 2, tree.end());
  return result;
}

bool is_leaf(const check::SplitTree& tree, std::size_t node) {
  return std::holds_alternative<check::Leaf>(tree[node]);
}

PreRanges proven_by(const check::SplitTree& tree, const net::Network& f, const spec::Box& box) {
  PreRanges joined;
  for (const spec::Box& leaf : leaf_boxes(tree, box)) {
    PreRanges here = range::ranges(range::to_float(f), range::float_box(leaf)).pre;
    if (joined.empty())
      joined = std::move(here);
    else
      join(joined, here);
  }
  return joined;
}

Rational volume(const spec::Box& box) {
  Rational product = 1;
  for (const Interval& side : box) product *= side.upper() - side.lower();
  return product;
}

// A network deep enough for its ranges to be loose.
struct Case {
  net::Network f;
  spec::Box box;
};

Case deep_case(std::uint64_t seed) {
  test::RandomDag random(seed);
  Case result{test::random_network(seed, {3, 6, 6, 6, 2}), {}};
  for (int j = 0; j < 3; ++j) {
    const Rational lower(random.integer(-1000, 500), 1000);
    const Rational width(random.chance(10) ? 0 : random.integer(1, 600), 1000);
    result.box.emplace_back(lower, lower + width);
  }
  return result;
}

TEST(SplitTree, TilesTheBoxAndProvesTheClaimsOnEveryLeaf) {
  std::size_t cut_problems = 0;
  for (std::uint64_t seed = 1; seed <= kDeepNetworks; ++seed) {
    const auto [f, box] = deep_case(seed);
    const Simplified s = simplify(f, box, {.leaves = 20});
    const std::vector<spec::Box> leaves = leaf_boxes(s.tree, box);
    ASSERT_EQ(leaves.size(), s.statistics.leaves);
    EXPECT_LE(leaves.size(), 20u);
    if (leaves.size() == 1) continue;
    ++cut_problems;
    Rational sum;
    for (const spec::Box& leaf : leaves) {
      sum += volume(leaf);
      for (std::size_t j = 0; j < leaf.size(); ++j)
        EXPECT_EQ(leaf[j].is_point(), box[j].is_point()) << "seed " << seed;
      const PreRanges pre = range::ranges(range::to_float(f), range::float_box(leaf)).pre;
      for (std::size_t b = 1; b < f.block_count(); ++b) {
        for (std::size_t i = 0; i < f.size(b); ++i) {
          if (f.block(b).activation[i] != net::Activation::relu) continue;
          const Role role = s.claims.of(b, i);
          if (role == Role::dead) {
            EXPECT_LE(pre[b][i].upper, 0) << "seed " << seed;
          } else if (role != Role::keep) {
            EXPECT_GE(pre[b][i].lower, 0) << "seed " << seed;
          }
        }
      }
    }
    EXPECT_EQ(sum, volume(box));
    for (const std::vector<Rational>& x : corners(box))
      ASSERT_EQ(semantics::evaluate(s.network, x), semantics::evaluate(f, x)) << "seed " << seed;
    EXPECT_LT(s.statistics.multiplications_after,
              simplify(f, box, {.leaves = 1}).statistics.multiplications_after);
  }
  EXPECT_GT(cut_problems, 10u);
}

TEST(SplitTree, HasNoCutThatDecidesNothing) {
  for (std::uint64_t seed = 1; seed <= kDeepNetworks; ++seed) {
    const auto [f, box] = deep_case(seed);
    const Simplified s = simplify(f, box);
    for (std::size_t n = 0; n + 2 < s.tree.size(); ++n) {
      if (is_leaf(s.tree, n) || !is_leaf(s.tree, n + 1) || !is_leaf(s.tree, n + 2)) continue;
      EXPECT_GT(least_multiplications(f, box, proven_by(without_cut(s.tree, n), f, box)),
                s.statistics.multiplications_after)
          << "seed " << seed << " node " << n;
    }
  }
}

TEST(ChooseClaims, IsNeverWorseThanBypassingAllOrNothing) {
  for (std::uint64_t seed = 1; seed <= kProblems; ++seed) {
    test::RandomDag random(seed);
    const spec::Problem problem = random.problem();
    const net::Network& f = problem.network;
    const Simplified s = simplify(f, problem.box);
    for (const bool bypass : {true, false}) {
      Claims other = s.claims;
      for (std::size_t b = 1; b + 1 < f.block_count(); ++b)
        for (std::size_t i = 0; i < f.size(b); ++i) {
          const bool identity = f.block(b).activation[i] == net::Activation::identity;
          Role& role = other.role[b - 1][i];
          if (role == Role::bypass || role == Role::affine || identity)
            role = bypass ? Role::bypass : identity ? Role::keep : Role::affine;
        }
      EXPECT_LE(s.statistics.multiplications_after,
                net::multiplication_count(rewrite(f, problem.box, other)))
          << "seed " << seed << (bypass ? " all bypassed" : " all kept");
    }
  }
}

TEST(Extent, DeadNeuronsAloneOrNothing) {
  std::size_t gone = 0, linear = 0;
  for (std::uint64_t seed = 1; seed <= kProblems; ++seed) {
    test::RandomDag random(seed);
    const spec::Problem problem = random.problem();
    const net::Network& f = problem.network;
    const Simplified none = simplify(f, problem.box, {.extent = Extent::none});
    EXPECT_EQ(net::multiplication_count(none.network), net::multiplication_count(f));
    EXPECT_TRUE(none.claims.role.empty());
    const Simplified s = simplify(f, problem.box, {.extent = Extent::dead});
    for (std::size_t b = 1; b < f.block_count(); ++b)
      for (std::size_t i = 0; i < f.size(b); ++i) {
        ASSERT_TRUE(s.claims.of(b, i) == Role::keep || s.claims.of(b, i) == Role::dead);
        gone += s.claims.of(b, i) == Role::dead ? 1 : 0;
      }
    EXPECT_EQ(net::multiplication_count(s.network), s.statistics.multiplications_after);
    EXPECT_LE(s.statistics.multiplications_after, s.statistics.multiplications_before);
    EXPECT_EQ(s.statistics.bypassed + s.statistics.affine, 0u);
    for (int k = 0; k < 10; ++k) {
      const std::vector<Rational> x = random.point(problem);
      ASSERT_EQ(semantics::evaluate(s.network, x), semantics::evaluate(f, x)) << "seed " << seed;
    }
    linear += s.statistics.linear;
  }
  EXPECT_GT(gone, 50u);
  EXPECT_GT(linear, 50u);
}

}  // namespace
}  // namespace certifix::simplify
