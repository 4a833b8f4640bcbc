// Networks that memory cannot hold are refused before anything is built.
#include "certifix/range/size.hpp"

#include <gtest/gtest.h>

namespace certifix::range {
namespace {

constexpr std::uint64_t kGigabyte = 1'000'000'000;

// The first `kept` of `inputs` inputs, then one output.
net::Network selection(std::size_t inputs, std::size_t kept) {
  std::vector<std::vector<net::Entry>> rows;
  for (std::size_t i = 0; i < kept; ++i) rows.push_back({{i, 1}});
  const auto block = [](std::size_t size) {
    return net::Block{
        "", {}, std::vector<num::Rational>(size), std::vector<net::Activation>(size), {}};
  };
  net::Block first = block(kept), last = block(1);
  first.name = "kept";
  first.origin = {"selection.onnx", "node #0"};
  first.sources = {{0, net::Matrix::sparse(inputs, rows)}};
  last.sources = {{1, net::Matrix::sparse(kept, {{{0, 1}}})}};
  return {"selection", inputs, {first, last}};
}

TEST(NetworkSize, AWideImageOfFewRowsIsHeld) {
  EXPECT_NO_THROW(require_analysable(selection(200'000, 3), kGigabyte));
}

TEST(NetworkSize, MatricesThatDoNotFitAreRefusedAtTheirLayer) {
  try {
    require_analysable(selection(100'000, 1'000), kGigabyte);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::too_large);
    EXPECT_EQ(error.origin(), (Origin{"selection.onnx", "node #0"}));
    EXPECT_NE(error.sentence().find("there are 1;"), std::string::npos) << error.sentence();
    EXPECT_NE(error.sentence().find("1000 rows of 'kept'"), std::string::npos) << error.sentence();
    EXPECT_FALSE(error.remedy().empty());
  }
  EXPECT_NO_THROW(require_analysable(selection(100'000, 1'000), 100 * kGigabyte));
}

TEST(NetworkSize, OutputsAreBoundedAgainstEachOther) {
  const std::size_t outputs = 2'000;
  const std::vector<std::vector<net::Entry>> rows(outputs, {{0, 1}});
  const net::Network wide("wide", 1,
                          {net::Block{"wide",
                                      {{0, net::Matrix::sparse(1, rows)}},
                                      std::vector<num::Rational>(outputs),
                                      std::vector<net::Activation>(outputs),
                                      {}}});
  EXPECT_THROW(require_analysable(wide, kGigabyte), Error);
}

TEST(NetworkSize, LayersAddUp) {
  const auto chain = [](std::size_t layers) {
    std::vector<std::vector<net::Entry>> rows;
    for (std::size_t i = 0; i < 1'000; ++i) rows.push_back({{i, 1}});
    std::vector<net::Block> blocks;
    for (std::size_t b = 0; b < layers; ++b)
      blocks.push_back({"",
                        {{b, net::Matrix::sparse(1'000, rows)}},
                        std::vector<num::Rational>(1'000),
                        std::vector<net::Activation>(1'000),
                        {}});
    return net::Network("chain", 1'000, blocks);
  };
  EXPECT_NO_THROW(require_analysable(chain(2), kGigabyte));
  EXPECT_THROW(require_analysable(chain(10), kGigabyte), Error);
}

}  // namespace
}  // namespace certifix::range
