#include "certifix/net/network.hpp"

#include <gtest/gtest.h>

namespace certifix::net {
namespace {

Network example() {
  return Network("example", 1,
                 {Block{"hidden", {{0, Matrix::dense(1, 1, {2})}}, {-1}, {Activation::relu}, {}},
                  Block{"output",
                        {{0, Matrix::dense(1, 1, {1})}, {1, Matrix::dense(1, 1, {1})}},
                        {0},
                        {Activation::identity},
                        {}}});
}

TEST(Network, EvaluatesADagExactly) {
  EXPECT_EQ(evaluate(example(), {3}), std::vector<num::Rational>{8});
  EXPECT_EQ(evaluate(example(), {num::Rational(1, 3)}),
            std::vector<num::Rational>{num::Rational(1, 3)});
  EXPECT_EQ(multiplication_count(example()), 3u);
  EXPECT_EQ(parameter_count(example()), 5u);
}

TEST(Network, RefusesWhatIsNotADag) {
  EXPECT_THROW(
      Network("bad", 1, {Block{"b", {{1, Matrix::dense(1, 1, {2})}}, {0}, {Activation::relu}, {}}}),
      Bug);
  EXPECT_THROW(
      Network("bad", 2, {Block{"b", {{0, Matrix::dense(1, 1, {2})}}, {0}, {Activation::relu}, {}}}),
      Bug);
}

}  // namespace
}  // namespace certifix::net
