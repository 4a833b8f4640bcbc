// Cost models from JSON: what is read, and every way in which they are refused.
#include "certifix/import/import.hpp"
#include "import_cases.hpp"

namespace certifix::import {
namespace {

using cost::Figure;

class CostFile : public testing::Test {
 protected:
  cost::Model read(const std::string& text) {
    return read_cost_model(folder_.write("c.json", text));
  }
  void refuse(const std::string& text, ErrorCode code, const std::string& place) {
    SCOPED_TRACE(text);
    const auto path = folder_.write("c.json", text);
    expect_error(error_of([&] { read_cost_model(path); }), code, path, place);
  }
  TemporaryFolder folder_;
};

TEST_F(CostFile, WeightsAndTable) {
  const cost::Model model = read(
      R"({"name": "board", "weights": {"area": 0.5, "bias_bits": "2"}, "table": [["1", 2], [3, 4e-1]]})");
  EXPECT_EQ(model.name, "board");
  EXPECT_EQ(model[Figure::area], 0.5);
  EXPECT_EQ(model[Figure::bias_bits], 2);
  EXPECT_EQ(model[Figure::paper_cost], 0);
  EXPECT_EQ(*model.table, (cost::Table{{{1, 2}, {3, 0.4}}}));
}

TEST_F(CostFile, OneOfTheTwoIsEnough) {
  EXPECT_FALSE(read(R"({"name": "n", "weights": {"cortex_m4": 1}})").table);
  EXPECT_EQ(read(R"({"name": "n", "table": [[7]]})").table->at(1, 1), 7);
}

TEST_F(CostFile, WhatIsRefused) {
  refuse("[1, 2]", ErrorCode::malformed_cost, "top level");
  refuse(R"({"name": "n"})", ErrorCode::malformed_cost, "top level");
  refuse(R"({"weights": {"area": 1}})", ErrorCode::missing_value, "top level");
  refuse(R"({"name": "", "weights": {"area": 1}})", ErrorCode::malformed_cost, "name");
  refuse(R"({"name": "a b", "weights": {"area": 1}})", ErrorCode::malformed_cost, "name");
  refuse(R"({"name": 7, "weights": {"area": 1}})", ErrorCode::malformed_cost, "name");
  refuse(R"({"name": "n", "weights": {"area": 1}, "tables": []})", ErrorCode::malformed_cost,
         "top level");
  refuse(R"({"name": "n", "weights": {"areas": 1}})", ErrorCode::malformed_cost, "weights");
  refuse(R"({"name": "n", "weights": [1]})", ErrorCode::malformed_cost, "weights");
  refuse(R"({"name": "n", "weights": {"area": -1}})", ErrorCode::malformed_cost, "weights.area");
  refuse(R"({"name": "n", "weights": {"area": "x"}})", ErrorCode::bad_number, "weights.area");
  refuse(R"({"name": "n", "weights": {"area": "1e400"}})", ErrorCode::bad_number, "weights.area");
  refuse(R"({"name": "n", "weights": {"area": 0}})", ErrorCode::malformed_cost, "top level");
  refuse(R"({"name": "n", "weights": {"area": 1, "area": 2}})", ErrorCode::duplicate_name,
         "'area'");
  refuse(R"({"name": "n", "table": []})", ErrorCode::malformed_cost, "table");
  refuse(R"({"name": "n", "table": [[]]})", ErrorCode::malformed_cost, "table[0]");
  refuse(R"({"name": "n", "table": [[1, 2], [1]]})", ErrorCode::malformed_cost, "table[1]");
  refuse(R"({"name": "n", "table": [[1, null]]})", ErrorCode::malformed_cost, "table[0][1]");
  refuse("{\"name\": \"n\",\n \"table\": [[1,]]}", ErrorCode::malformed_cost, "line 2, column 15");
}

}  // namespace
}  // namespace certifix::import
