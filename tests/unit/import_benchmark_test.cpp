// The benchmark networks, which are not part of the project: imported from every format they come
// in, evaluated exactly, and compared with the outputs that were computed for them elsewhere.
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "certifix/import/float_value.hpp"
#include "certifix/import/import.hpp"
#include "certifix/semantics/evaluate.hpp"
#include "import_cases.hpp"

namespace certifix::import {
namespace {

using num::Rational;
using Point = std::vector<Rational>;

struct Sample {
  Point x;
  Point y;
};

std::vector<Sample> samples(const std::filesystem::path& folder) {
  std::vector<Sample> result;
  const auto file = nlohmann::json::parse(bytes_of(folder / "samples.json"));
  for (const auto& point : file.at("points")) {
    Sample sample;
    for (const double x : point.at("x")) sample.x.push_back(float_value(x));
    for (const double y : point.at("y")) sample.y.push_back(float_value(y));
    result.push_back(std::move(sample));
  }
  return result;
}

// |y - expected| <= 1e-9 max(1, |expected|): the references were computed in doubles.
void expect_close(const Point& y, const Point& expected) {
  ASSERT_EQ(y.size(), expected.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    const Rational scale = std::max(Rational(1), num::abs(expected[i]));
    EXPECT_LE(num::abs(y[i] - expected[i]), decimal("1e-9") * scale)
        << "output " << i << ": " << num::decimal_up(y[i], 15) << " instead of "
        << num::decimal_up(expected[i], 15);
  }
}

class Benchmark : public testing::Test {
 protected:
  void SetUp() override {
    const auto root = benchmarks();
    if (!root)
      GTEST_SKIP() << "no benchmark networks here; set CERTIFIX_BENCHMARKS to their folder";
    root_ = *root;
  }
  std::filesystem::path root_;
};

TEST_F(Benchmark, OnnxAgreesWithItsSamples) {
  for (const char* name :
       {"acasxu_1_1", "sisl_TestNetwork2", "arch_single_pendulum",
        "arch_double_pendulum_more_robust", "arch_airplane", "arch_acc5", "arch_unicycle",
        "arch_tora_relu", "arch_vcas_pra01", "mnistfc_256x2", "reach_vdp", "vnncomp_test_small",
        "vnncomp_test_tiny", "marabou_fc_2_2_3"}) {
    SCOPED_TRACE(name);
    const auto folder = root_ / "more" / name;
    const Imported model = import_model(folder / "model.onnx");
    EXPECT_TRUE(model.warnings.empty());
    const ModelSummary summary = summarize_model(folder / "model.onnx");
    EXPECT_TRUE(summary.supported());
    for (const ModelNode& node : summary.nodes) EXPECT_TRUE(node.output_shape) << node.name;
    std::vector<Sample> points = samples(folder);
    if (model.network.input_count() > 100) points.resize(1);  // exact evaluation takes its time
    for (const Sample& sample : points)
      expect_close(semantics::evaluate(model.network, sample.x), sample.y);
  }
}

// The network of a .nnet file without its normalisation, each weight rounded to the nearest
// float32: what converters to ONNX make of it.
std::string converted(const std::string& nnet) {
  std::istringstream lines(nnet);
  std::string result;
  std::string line;
  std::size_t inputs = 0;
  for (int number = 0; std::getline(lines, line);) {
    if (line.starts_with("//")) continue;
    std::istringstream tokens(line);
    std::string token;
    if (++number == 1) {
      std::getline(tokens, token, ',');
      std::getline(tokens, token, ',');
      inputs = std::stoul(token);
    }
    const auto repeated = [](const std::string& text, std::size_t count) {
      std::string list;
      for (std::size_t i = 0; i < count; ++i) list += text;
      return list + "\n";
    };
    if (number <= 3)
      result += line + "\n";
    else if (number <= 5)
      result += repeated("0,", inputs);
    else if (number <= 7)
      result += repeated(number == 6 ? "0," : "1,", inputs + 1);
    else {
      while (std::getline(tokens, token, ','))
        if (token.find_first_of("0123456789") != std::string::npos) {
          char digits[400];
          std::snprintf(digits, sizeof digits, "%.300f,",
                        static_cast<double>(std::strtof(token.c_str(), nullptr)));
          result += digits;
        }
      result += "\n";
    }
  }
  return result;
}

TEST_F(Benchmark, NnetAgreesWithTheSamplesOfItsConversion) {
  const TemporaryFolder temporary;
  for (const char* name : {"acasxu_1_1", "arch_vcas_pra01"}) {
    SCOPED_TRACE(name);
    const auto folder = root_ / "more" / name;
    const Imported model =
        import_model(temporary.write("converted.nnet", converted(bytes_of(folder / "model.nnet"))));
    for (const Sample& sample : samples(folder))
      expect_close(semantics::evaluate(model.network, sample.x), sample.y);
  }
}

// With its normalisation: inputs and outputs in raw units. Here the decimals stay what they are, so
// that the float32 weights of the conversion agree in their leading digits only.
TEST_F(Benchmark, NnetNormalisationTakesRawUnits) {
  struct Case {
    const char* name;
    std::vector<const char*> means, ranges;  // one more for the outputs
  };
  const std::vector<Case> cases = {
      {"acasxu_1_1",
       {"19791.091", "0", "0", "650", "600", "7.5188840201005975"},
       {"60261", "6.28318530718", "6.28318530718", "1100", "1200", "373.94992"}},
      {"arch_vcas_pra01",
       {"0", "0", "20", "-0.7194709316423972"},
       {"16000", "200", "40", "26.24923585890485"}}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto folder = root_ / "more" / c.name;
    const Imported model = import_model(folder / "model.nnet");
    ASSERT_TRUE(model.box);
    for (const Sample& sample : samples(folder)) {
      Point x = sample.x;
      for (std::size_t i = 0; i < x.size(); ++i)
        x[i] = x[i] * decimal(c.ranges[i]) + decimal(c.means[i]);
      const Point raw = semantics::evaluate(model.network, x);
      ASSERT_EQ(raw.size(), sample.y.size());
      for (std::size_t i = 0; i < raw.size(); ++i) {
        const Rational y = (raw[i] - decimal(c.means.back())) / decimal(c.ranges.back());
        EXPECT_LE(num::abs(y - sample.y[i]),
                  decimal("1e-5") * std::max(Rational(1), num::abs(sample.y[i])));
      }
    }
  }
}

// This file has its decimals cut after five digits.
TEST_F(Benchmark, NnetWithAnIrregularHeader) {
  const auto folder = root_ / "more" / "arch_single_pendulum";
  const Imported model = import_model(folder / "model.nnet");
  EXPECT_FALSE(model.box);
  EXPECT_EQ(model.warnings.size(), 2u);
  for (const Sample& sample : samples(folder))
    EXPECT_LE(num::abs(semantics::evaluate(model.network, sample.x)[0] - sample.y[0]),
              decimal("1e-5"));
}

// TestNetwork2.onnx has the normalisation folded into its float32 weights.
TEST_F(Benchmark, NnetWithFoldedNormalisation) {
  const auto folder = root_ / "more" / "sisl_TestNetwork2";
  const Imported nnet = import_model(folder / "model.nnet");
  ASSERT_TRUE(nnet.box);
  EXPECT_EQ((*nnet.box)[3], num::Interval(100, 1200));
  for (const Sample& sample : samples(folder)) {
    const Point y = semantics::evaluate(nnet.network, sample.x);
    const Point& expected = sample.y;
    for (std::size_t i = 0; i < y.size(); ++i)
      EXPECT_LE(num::abs(y[i] - expected[i]), decimal("1e-3"))
          << num::decimal_up(y[i], 12) << " instead of " << num::decimal_up(expected[i], 12);
  }
}

TEST_F(Benchmark, AsterOnnxAgreesWithItsDecimals) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(root_ / "aster")) {
    if (!entry.is_directory()) continue;
    SCOPED_TRACE(entry.path());
    ++count;
    const Imported onnx = import_model(entry.path() / "model.onnx");
    const Imported json = import_model(entry.path() / "model.json");
    ASSERT_EQ(onnx.network.block_count(), json.network.block_count());
    for (std::size_t b = 1; b < onnx.network.block_count(); ++b)
      EXPECT_EQ(onnx.network.block(b).activation, json.network.block(b).activation);
    ASSERT_TRUE(json.box);
    // The lower corner, the centre and a point between.
    for (const Rational& at : {Rational(0), Rational(1, 2), Rational(3, 10)}) {
      Point x;
      for (const num::Interval& side : *json.box)
        x.push_back(side.lower() + (side.upper() - side.lower()) * at);
      if (onnx.network.input_count() * onnx.network.block_count() > 40 && at.sign() == 0) continue;
      expect_close(semantics::evaluate(onnx.network, x), semantics::evaluate(json.network, x));
    }
  }
  EXPECT_EQ(count, 24u);
}

TEST_F(Benchmark, LinearLayersInsideAreKeptWhereComposingWouldCostWeights) {
  // 2x64x64x64x64x1x1x4x1: 64 -> 1 -> 1 compose, -> 4 does not.
  const Imported model = import_model(root_ / "aster" / "ACCNew" / "model.onnx");
  std::vector<std::size_t> sizes;
  for (std::size_t b = 0; b < model.network.block_count(); ++b)
    sizes.push_back(model.network.size(b));
  EXPECT_EQ(sizes, (std::vector<std::size_t>{2, 64, 64, 64, 64, 1, 4, 1}));
  EXPECT_EQ(model.network.block(5).activation[0], net::Activation::identity);
}

TEST_F(Benchmark, SummaryNamesWhatIsUnsupportedInTheOthers) {
  const std::vector<std::pair<const char*, std::vector<std::string>>> cases = {
      {"arch_tora_sigmoid", std::vector<std::string>(4, "Sigmoid")},
      {"arch_attitude_control", std::vector<std::string>(3, "Sigmoid")},
      {"polar_b1_relu_tanh", {"Tanh"}},
      {"polar_b5_sigmoid", std::vector<std::string>(4, "Sigmoid")},
      {"oval21_cifar_deep_kw", std::vector<std::string>(4, "Conv")},
      {"verivital_convnet_avgpool", {"Conv", "Pad", "AveragePool"}},
      {"marabou_linear_bn", {"BatchNormalization"}},
      {"marabou_mnist5x20_leaky", std::vector<std::string>(6, "LeakyRelu")},
      {"marabou_traffic_classifier64", std::vector<std::string>(2, "Conv")}};
  for (const auto& [name, expected] : cases) {
    SCOPED_TRACE(name);
    const auto path = root_ / "more" / name / "model.onnx";
    const ModelSummary summary = summarize_model(path);
    std::vector<std::string> unsupported;
    for (const ModelNode& node : summary.nodes) {
      EXPECT_TRUE(node.output_shape) << node.op_type << " " << node.index;
      if (node.supported) continue;
      unsupported.push_back(node.op_type);
      EXPECT_FALSE(node.reason.empty());
      EXPECT_FALSE(node.remedy.empty());
    }
    EXPECT_EQ(unsupported, expected);
    EXPECT_FALSE(summary.supported());
    const auto error = error_of([&] { import_model(path); });
    ASSERT_TRUE(error);
    EXPECT_EQ(exit_code(error->code()), ExitCode::bad_input);
    EXPECT_NE(error->origin().place.find("(" + expected[0] + ", opset "), std::string::npos)
        << error->what();
  }
}

TEST_F(Benchmark, EveryBoxIsRead) {
  for (const auto& entry : std::filesystem::directory_iterator(root_ / "more")) {
    if (!entry.is_directory()) continue;
    const auto spec = nlohmann::json::parse(bytes_of(entry.path() / "spec.json"));
    for (const auto& file : std::filesystem::directory_iterator(entry.path())) {
      if (file.path().extension() != ".vnnlib") continue;
      SCOPED_TRACE(file.path());
      const std::size_t inputs = spec.at("inputs").size();
      const ImportedBox box = read_box(file.path(), inputs);
      ASSERT_EQ(box.box.size(), inputs);
      // spec.json describes one of the boxes where a folder has several properties.
      const std::string name = file.path().filename().string();
      if (name == "prop_2.vnnlib" || name == "prop_3.vnnlib" || name == "prop_4.vnnlib") continue;
      for (std::size_t i = 0; i < inputs; ++i) {
        const Rational lower = float_value(spec["inputs"][i][0].get<double>());
        EXPECT_LE(num::abs(box.box[i].lower() - lower),
                  decimal("1e-12") * (Rational(1) + num::abs(lower)));
      }
    }
  }
}

}  // namespace
}  // namespace certifix::import
