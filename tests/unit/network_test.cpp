#include "certifix/net/network.hpp"

#include <gtest/gtest.h>

#include "certifix/semantics/evaluate.hpp"
#include "tests/support/dense.hpp"

namespace certifix::net {
namespace {

Network example() {
  return Network("example", 1,
                 {Block{"hidden", {{0, test::dense(1, 1, {2})}}, {-1}, {Activation::relu}, {}},
                  Block{"output",
                        {{0, test::dense(1, 1, {1})}, {1, test::dense(1, 1, {1})}},
                        {0},
                        {Activation::identity},
                        {}}});
}

TEST(Network, EvaluatesADagExactly) {
  EXPECT_EQ(semantics::evaluate(example(), {3}), std::vector<num::Rational>{8});
  EXPECT_EQ(semantics::evaluate(example(), {num::Rational(1, 3)}),
            std::vector<num::Rational>{num::Rational(1, 3)});
  EXPECT_EQ(multiplication_count(example()), 3u);
  EXPECT_EQ(semantics::parameter_count(example()), 5u);
}

TEST(Network, RefusesWhatIsNotADag) {
  EXPECT_THROW(
      Network("bad", 1, {Block{"b", {{1, test::dense(1, 1, {2})}}, {0}, {Activation::relu}, {}}}),
      Bug);
  EXPECT_THROW(
      Network("bad", 2, {Block{"b", {{0, test::dense(1, 1, {2})}}, {0}, {Activation::relu}, {}}}),
      Bug);
}

}  // namespace
}  // namespace certifix::net
