// What the proof of one leaf throws comes out, and the first leaf that fails decides, whatever the
// number of threads.
#include <gtest/gtest.h>

#include <latch>
#include <memory>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <vector>

#include "certifix/base/error.hpp"
#include "certifix/check/leaves.hpp"

namespace certifix::check {
namespace {

using num::Interval;
using num::Rational;

// [0, 8] cut into unit intervals, one after the other.
SplitTree eight_leaves() {
  SplitTree tree;
  for (int at = 1; at < 8; ++at) {
    tree.push_back(Cut{0, at});
    tree.push_back(Leaf{});
  }
  tree.push_back(Leaf{});
  return tree;
}

// What happens on leaf k: '.' proven, 'r' rejected, 't' thrown. Gives how it ends.
std::string outcome(const std::string& leaves, unsigned threads) {
  const auto prover = [&]() -> LeafProver {
    return [&](const LeafJob& job) -> std::optional<Rejected> {
      EXPECT_EQ(job.box[0], Interval(Rational(static_cast<int>(job.index)),
                                     Rational(static_cast<int>(job.index) + 1)));
      const char what = leaves.at(job.index);
      if (what == 't') throw std::runtime_error("thrown on " + std::to_string(job.index));
      if (what == 'r') return Rejected{Rule::bound, "functional 0", "too large"};
      return std::nullopt;
    };
  };
  try {
    const auto no = prove_on_leaves(eight_leaves(), {Interval(0, 8)}, threads, prover);
    return no ? no->where : "proven";
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

TEST(CheckLeaves, TheFirstLeafThatFailsDecides) {
  for (const unsigned threads : {1u, 2u, 7u, 20u}) {
    for (int repetition = 0; repetition < 20; ++repetition) {
      EXPECT_EQ(outcome("........", threads), "proven");
      EXPECT_EQ(outcome(".......r", threads), "functional 0, leaf 7");
      EXPECT_EQ(outcome("..rrrrrr", threads), "functional 0, leaf 2");
      EXPECT_EQ(outcome(".......t", threads), "thrown on 7");
      EXPECT_EQ(outcome("...trrtr", threads), "thrown on 3");
      EXPECT_EQ(outcome("rttttttt", threads), "functional 0, leaf 0");
      EXPECT_EQ(outcome("ttrrrrrr", threads), "thrown on 0");
    }
  }
}

// Leaf 1 fails when the failure of leaf 0 is known: its thread has given its prover back.
TEST(CheckLeaves, ALaterFailureOfALaterLeafDoesNotDecide) {
  std::latch both_begun(2);
  std::counting_semaphore<2> given_back(0);
  const auto prover = [&]() -> LeafProver {
    const std::shared_ptr<void> ours(nullptr, [&](void*) { given_back.release(); });
    return [&, ours](const LeafJob& job) -> std::optional<Rejected> {
      both_begun.arrive_and_wait();
      if (job.index == 1) given_back.acquire();
      return Rejected{Rule::bound, "functional 0", "too large"};
    };
  };
  const auto no = prove_on_leaves({Cut{0, 1}, Leaf{}, Leaf{}}, {Interval(0, 2)}, 2, prover);
  EXPECT_EQ(no->where, "functional 0, leaf 0");
}

TEST(CheckLeaves, AProverThatCannotBeMadeIsAnError) {
  const auto prover = []() -> LeafProver { throw std::runtime_error("no memory"); };
  for (const unsigned threads : {1u, 3u})
    EXPECT_THROW(prove_on_leaves(eight_leaves(), {Interval(0, 8)}, threads, prover),
                 std::runtime_error);
}

}  // namespace
}  // namespace certifix::check
