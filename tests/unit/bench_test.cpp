// The benchmark's bookkeeping: rows survive their files, the summary sees what must be seen.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "bench/exhaustive_table.hpp"
#include "bench/references.hpp"
#include "bench/row.hpp"
#include "bench/scaling_table.hpp"
#include "bench/summary.hpp"
#include "bench/table.hpp"
#include "bench/uniform_bits.hpp"
#include "bench/uniform_table.hpp"
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
      << "network,error,paper_area,proto_layer_area,proto_neuron_area\n"
         "AC6,1e-3,4028400,83301,61234\n";
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
                                 verified({"AC6", "1e-3", "certifix-layer", ""}, 150),
                                 verified({"AC6", "1e-3", "aster", "A"}, 400)};
  const std::string text = table(rows, references);
  EXPECT_NE(text.find("61234"), std::string::npos) << text;
  EXPECT_NE(text.find("83301"), std::string::npos) << text;
  EXPECT_NE(text.find("1749000"), std::string::npos);
  EXPECT_NE(settings_table(rows, references).find("/ 1749000"), std::string::npos);
  const std::string values = csv(rows, references);
  const auto columns = [](const std::string& line) {
    return std::count(line.begin(), line.end(), ',');
  };
  EXPECT_EQ(columns(values.substr(0, values.find('\n'))) * 4, columns(values));
  std::filesystem::remove_all(folder);
}

bool has(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

ExhaustiveRow exhaustive(const num::Rational& error) {
  ExhaustiveRow row{"SinglePendulumNN", "1e-3", {1234567, 4938268, {1117, 1105}}, {}, {}, 12.34};
  row.proven = {num::Rational(1, 1000), num::Rational(1, 2000)};
  row.worst = {{error, {3, -4}, {num::Rational(1, 3), num::Rational(-7, 4)}},
               {num::Rational(1, 10000), {5, 6}, {1, 2}}};
  return row;
}

TEST(ExhaustiveTable, AnswersBothQuestions) {
  const ExhaustiveRow tight = exhaustive(num::Rational(-19, 20000));
  EXPECT_FALSE(broken(tight));
  EXPECT_EQ(tightness(tight), num::Rational(19, 20));
  const std::string text = exhaustive_text(tight);
  EXPECT_TRUE(has(text,
                  "all 1,234,567 combinations of input codes (1117 x 1105), all 4,938,268 "
                  "corners of their cells, 12.3 s"))
      << text;
  EXPECT_TRUE(has(text, "no error above its proven bound"));
  EXPECT_TRUE(has(text, "worst is 0.95 of the proven bound, at least 0.95")) << text;
  EXPECT_TRUE(has(text, "1/3 -7p-2"));
  const ExhaustiveRow loose = exhaustive(num::Rational(1, 2000));
  EXPECT_TRUE(has(exhaustive_text(loose), "BELOW 0.95"));
  const ExhaustiveRow wrong = exhaustive(num::Rational(-1001, 1000000));
  EXPECT_TRUE(broken(wrong));
  EXPECT_TRUE(has(exhaustive_text(wrong), "ABOVE A PROVEN BOUND"));
}

TEST(ExhaustiveTable, KeepsExactNumbersForPrograms) {
  EXPECT_TRUE(has(exhaustive_csv({exhaustive(num::Rational(-19, 20000))}),
                  "SinglePendulumNN,1e-3,1234567,4938268,0,1/1000,-19/20000,0.95,3 -4,1/3 -7p-2"));
}

// Two rows: the weight 3 * 2^-2 of an input with 2 fractional bits, then an output of the first.
design::Design uniform_design() {
  const num::FixedFormat format{true, 3, -2};
  design::Row row{net::Activation::identity,      {{0, 0, 3, 0}}, 5, -4, 20,
                  design::AccumulatorMode::exact, format};
  design::Row last = row;
  last.terms[0].source = 1;
  return {"uniform", true, {{format, -3, 3}}, {{"hidden", {row}}, {"output", {last}}}};
}

TEST(UniformBits, AreThoseOfEveryInputWeightAndValue) {
  EXPECT_EQ(uniform_bits(uniform_design()), 2);
  design::Design coarser_weight = uniform_design();
  coarser_weight.blocks[1].rows[0].terms[0].shift = 1;
  EXPECT_EQ(uniform_bits(coarser_weight), 2);
  design::Design finer_weight = uniform_design();
  finer_weight.blocks[1].rows[0].accumulator_lsb = -5;
  EXPECT_EQ(uniform_bits(finer_weight), std::nullopt);
  design::Design finer_input = uniform_design();
  finer_input.inputs[0].format.lsb = -3;
  EXPECT_EQ(uniform_bits(finer_input), std::nullopt);
  design::Design coarser_value = uniform_design();
  coarser_value.blocks[0].rows[0].output.lsb = -1;
  EXPECT_EQ(uniform_bits(coarser_value), std::nullopt);
}

TEST(UniformTable, MarksWhatNeedsMoreThanTheReference) {
  const std::filesystem::path folder =
      std::filesystem::path(::testing::TempDir()) / "certifix_bench_uniform";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "uniform_bits.csv") << "network,bits_1e-3,bits_1e-5\nAC6,15,22\n";
  const References references(folder);
  EXPECT_EQ(references.uniform_bits("AC6", "1e-5"), "22");
  EXPECT_EQ(references.uniform_bits("AC8", "1e-5"), "");
  std::vector<Row> rows = {
      verified({"AC6", "1e-3", "uniform", kNoSimplify}, 100),
      verified({"AC6", "1e-3", "uniform", ""}, 90),
      verified({"AC6", "1e-5", "uniform", kNoSimplify}, 100),
      without_design({"AC8", "1e-3", "uniform", kNoSimplify}, Status::unreachable),
  };
  rows[0].uniform_bits = 15;
  rows[1].uniform_bits = 14;
  rows[2].uniform_bits = 24;
  EXPECT_EQ(from_json_text(to_json_text(rows[2]), "row.json").uniform_bits, 24);
  const std::string text = uniform_table(rows, references);
  EXPECT_TRUE(has(text, "ABOVE by 2")) << text;
  EXPECT_TRUE(has(text, "1 of 2 rows need no more bits than the reference"));
  EXPECT_TRUE(has(text, "unreachable"));
  std::filesystem::remove_all(folder);
}

TEST(BenchTable, ShowsTheNetworksOwnStructureIfThatIsAllThereIs) {
  const std::vector<Row> rows = {verified({"AC6", "1e-3", "uniform", kNoSimplify}, 100),
                                 verified({"AC7", "1e-3", "uniform", kNoSimplify}, 300),
                                 verified({"AC7", "1e-3", "uniform", ""}, 200)};
  EXPECT_EQ(find_own(rows, "AC6", "1e-3", "uniform"), &rows[0]);
  EXPECT_EQ(find_own(rows, "AC7", "1e-3", "uniform"), &rows[2]);
  EXPECT_EQ(find_own(rows, "AC7", "1e-3", "certifix"), nullptr);
}

TEST(ScalingTable, DividesByTheSecondsOfEach) {
  const std::string text = scaling_table({{"ACC3NN", 981, 512, 1023, 2.0, 1.25}});
  EXPECT_TRUE(has(text, "511.5")) << text;
  EXPECT_TRUE(has(text, "818.4"));
  EXPECT_TRUE(has(text, "1.60"));
}

}  // namespace
}  // namespace certifix::bench
