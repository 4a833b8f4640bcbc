// Networks that dense matrices cannot hold are refused before anything is built.
#include "certifix/range/float_network.hpp"

#include <gtest/gtest.h>

#include "certifix/range/size.hpp"

namespace certifix::range {
namespace {

// y = x on `inputs` inputs, then a row for each input that is kept.
net::Network selection(std::size_t inputs, std::size_t kept) {
  std::vector<std::vector<net::Entry>> rows;
  for (std::size_t i = 0; i < kept; ++i) rows.push_back({{i, 1}});
  return {"selection",
          inputs,
          {net::Block{"kept",
                      {{0, net::Matrix::sparse(inputs, rows)}},
                      std::vector<num::Rational>(kept),
                      std::vector<net::Activation>(kept, net::Activation::relu),
                      {"selection.onnx", "node #0"}}}};
}

TEST(FloatNetwork, AWideImageOfFewRowsIsHeld) {
  const FloatNetwork network = to_float(selection(200'000, 3));
  EXPECT_EQ(network.block(1).sources[0].weights.size(), 600'000);
  EXPECT_EQ(network.block(1).sources[0].row(2)[2], 1);
}

TEST(FloatNetwork, MatricesThatDoNotFitAreRefusedAtTheirLayer) {
  try {
    to_float(selection(100'000, 2'000));
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::too_large);
    EXPECT_EQ(error.origin(), (Origin{"selection.onnx", "node #0"}));
    EXPECT_NE(error.sentence().find("2000 rows of 'kept'"), std::string::npos) << error.sentence();
    EXPECT_FALSE(error.remedy().empty());
  }
}

TEST(FloatNetwork, OutputsAreBoundedAgainstEachOther) {
  EXPECT_NO_THROW(require_analysable(selection(9'000, 1)));
  std::vector<std::vector<net::Entry>> rows(10'001, {{0, 1}});
  const net::Network wide("wide", 1,
                          {net::Block{"wide",
                                      {{0, net::Matrix::sparse(1, rows)}},
                                      std::vector<num::Rational>(rows.size()),
                                      std::vector<net::Activation>(rows.size()),
                                      {}}});
  EXPECT_THROW(require_analysable(wide), Error);
}

}  // namespace
}  // namespace certifix::range
