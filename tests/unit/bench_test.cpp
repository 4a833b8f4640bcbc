// The benchmark's bookkeeping: rows survive their files, the summary sees what must be seen.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "bench/references.hpp"
#include "bench/row.hpp"
#include "bench/summary.hpp"
#include "bench/table.hpp"
#include "certifix/base/error.hpp"

namespace certifix::bench {
namespace {

Row verified(const Job& job, std::int64_t area) {
  Row row;
  row.job = job;
  row.status = Status::verified;
  row.cost.area = area;
  row.cost.multiplications = 7;
  row.cost.max_weight_bits = 9;
  row.cost.max_activation_bits = 12;
  row.cost.max_accumulator_bits = 30;
  row.leaves = 3;
  row.proven = "0.000998";
  row.found = "0.00071";
  row.found_to_proven = 0.71;
  row.evaluations = 1000;
  row.worst_input = {"1/3", "-7p-2"};
  row.quantize_seconds = 1.5;
  row.stage_seconds = {{"ranges", 0.5}, {"search", 1}};
  return row;
}

Row without_design(const Job& job, Status status) {
  Row row;
  row.job = job;
  row.status = status;
  row.reason = "the words are too short";
  row.smallest_bound = "0.002";
  return row;
}

TEST(BenchRow, SurvivesItsFile) {
  for (const Row& row : {verified({"AC6", "1e-3", "aster", "B"}, 123),
                         without_design({"AC6", "1e-5", "uniform", ""}, Status::unreachable)}) {
    const std::string text = to_json_text(row);
    const Row read = from_json_text(text, "row.json");
    EXPECT_EQ(read.job, row.job);
    EXPECT_EQ(read.status, row.status);
    EXPECT_EQ(read.cost, row.cost);
    EXPECT_EQ(read.worst_input, row.worst_input);
    EXPECT_EQ(read.stage_seconds, row.stage_seconds);
    EXPECT_EQ(to_json_text(read), text);
  }
}

TEST(BenchRow, RefusesAnotherFile) {
  for (const char* text : {"", "{}", "[1, 2]", R"({"network": 3})"}) {
    try {
      from_json_text(text, "row.json");
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::malformed_inputs);
      EXPECT_EQ(error.origin().file, "row.json");
    }
  }
}

TEST(BenchSummary, SeesABrokenBound) {
  std::vector<Row> rows = {verified({"AC6", "1e-3", "certifix", ""}, 100)};
  EXPECT_FALSE(summarize(rows).broken);
  rows[0].broken = "output 0: found 2, proven 1";
  const Summary summary = summarize(rows);
  EXPECT_TRUE(summary.broken);
  EXPECT_NE(summary.text.find("AC6_1e-3_certifix: output 0: found 2, proven 1"), std::string::npos);
}

TEST(BenchSummary, ListsTheRowsWhereAnotherMethodIsCheaper) {
  const std::vector<Row> rows = {
      verified({"AC6", "1e-3", "certifix", ""}, 100),
      verified({"AC6", "1e-3", "uniform", ""}, 90),
      verified({"AC6", "1e-3", "aster", "A"}, 400),
      verified({"AC6", "1e-3", "aster", "B"}, 200),
      without_design({"AC6", "1e-3", "aster", "C"}, Status::infeasible),
      without_design({"AC6", "1e-5", "certifix", ""}, Status::unreachable),
      without_design({"AC6", "1e-5", "uniform", ""}, Status::failed),
  };
  EXPECT_EQ(cheapest_aster(rows, "AC6", "1e-3", "AB")->job.setting, "B");
  EXPECT_EQ(cheapest_aster(rows, "AC6", "1e-3", "CD"), nullptr);
  const Summary summary = summarize(rows);
  const auto says = [&](const char* words) {
    return summary.text.find(words) != std::string::npos;
  };
  EXPECT_TRUE(says("certifix: verified 1 of 2, 1 unreachable")) << summary.text;
  EXPECT_TRUE(says("aster C: verified 0 of 1, 1 infeasible"));
  EXPECT_TRUE(
      says("area of uniform / certifix: 0.90 (geometric mean of 1 rows); certifix larger on 1"));
  EXPECT_TRUE(says("AC6 1e-3: 100 > 90"));
  EXPECT_TRUE(says("area of aster (A, B) / certifix: 2.00"));
  EXPECT_TRUE(says("smallest bound 0.002"));
  EXPECT_TRUE(summary.failed);
  EXPECT_FALSE(summary.broken);
}

TEST(BenchTable, StandsBesideTheFiguresOfOthers) {
  const std::filesystem::path folder =
      std::filesystem::path(::testing::TempDir()) / "certifix_bench_references";
  std::filesystem::create_directories(folder / "aster");
  std::ofstream(folder / "prototype_results.csv")
      << "network,error,paper_area,proto_layer_area\nAC6,1e-3,4028400,83301\n";
  std::ofstream(folder / "aster" / "aster_paper_results.csv")
      << "table,benchmark,repo_network,target_error,tool,setting,metric,unit,value,flags\n"
         "4,AC6,AC6,1e-3,Aster,A,cost,bits,1749000,\n4,AC6,AC6,1e-3,Aster,B,cost,bits,inf,\n"
         "4,DoublePendV2,,1e-5,Aster,D,cost,bits,529350,\n"
         "7,AC6,AC6,1e-3,Aster,A,time,s,12,\n";
  const References references(folder);
  EXPECT_EQ(references.prototype("AC6", "1e-3", "proto_layer_area"), "83301");
  EXPECT_EQ(references.prototype("AC6", "1e-5", "proto_layer_area"), "");
  EXPECT_EQ(references.paper_cost("AC6", "1e-3", "A"), "1749000");
  EXPECT_EQ(references.paper_cost("AC6", "1e-3", "B"), "inf");
  EXPECT_EQ(references.paper_cost("DoublePendulumRobustNN", "1e-5", "D"), "529350");
  const std::vector<Row> rows = {verified({"AC6", "1e-3", "certifix", ""}, 100),
                                 verified({"AC6", "1e-3", "aster", "A"}, 400)};
  const std::string text = table(rows, references);
  EXPECT_NE(text.find("83301"), std::string::npos) << text;
  EXPECT_NE(text.find("1749000"), std::string::npos);
  EXPECT_NE(settings_table(rows, references).find("/ 1749000"), std::string::npos);
  const std::string values = csv(rows, references);
  const auto columns = [](const std::string& line) {
    return std::count(line.begin(), line.end(), ',');
  };
  EXPECT_EQ(columns(values.substr(0, values.find('\n'))) * 3, columns(values));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace certifix::bench
