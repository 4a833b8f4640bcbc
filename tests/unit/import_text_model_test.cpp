// .nnet files and exact-decimal JSON models: what is read, and every way in which they are refused.
#include <cmath>

#include "certifix/import/float_value.hpp"
#include "certifix/import/import.hpp"
#include "certifix/import/readers.hpp"
#include "certifix/semantics/evaluate.hpp"
#include "import_cases.hpp"

namespace certifix::import {
namespace {

using net::Activation;
using num::Interval;
using num::Rational;

const std::string kJson = R"({"name": "a net", "input": [["-1", "1"], [0, 0.5]],
 "layers": [
  {"weights": [["0.1", 2], [-3e-1, "0"]], "bias": [0, "1"], "activation": "relu"},
  {"weights": [["1", "1"]], "bias": ["0.25"], "activation": "linear"}]})";

const std::string kNnet =
    "// a comment\n"
    "2,2,1,2,\n"
    "2,2,1,\n"
    "0,\n"
    "-1.0,0.0,\n"
    "1.0,4.0,\n"
    "0.5,2.0,10.0,\n"
    "2.0,3.0,0.1,\n"
    "1.0,0.0,\n"
    "0.1,-1.0,\n"
    "0.0,\n"
    "0.5,\n"
    "1.0,2.0,\n"
    "-0.25,\n";

class TextModel : public testing::Test {
 protected:
  Imported read(const std::string& name, const std::string& text) {
    return import_model(folder_.write(name, text));
  }
  void refuse(const std::string& name, const std::string& text, ErrorCode code,
              const std::string& place) {
    SCOPED_TRACE(text);
    const auto path = folder_.write(name, text);
    expect_error(error_of([&] { import_model(path); }), code, path, place);
    expect_error(error_of([&] { summarize_model(path); }), code, path, place);
  }
  // `text` with the first `old` replaced.
  static std::string with(std::string text, const std::string& old, const std::string& now) {
    const std::size_t at = text.find(old);
    EXPECT_NE(at, std::string::npos) << old;
    return text.replace(at, old.size(), now);
  }
  TemporaryFolder folder_;
};

TEST(FloatValue, IsExactAndRefusesWhatIsNoNumber) {
  EXPECT_EQ(float_value(0.75), Rational(3, 4));
  EXPECT_EQ(float_value(-6.0), Rational(-6));
  EXPECT_EQ(float_value(-0.0), Rational(0));
  EXPECT_EQ(float_value(0.1), num::scaled(Rational(num::Integer("3602879701896397")), -55));
  EXPECT_EQ(float_value(5e-324), num::power_of_two(-1074));
  EXPECT_EQ(float_value(1.7976931348623157e308), num::power_of_two(1024) - num::power_of_two(971));
  for (const double x : std::initializer_list<double>{NAN, INFINITY, -INFINITY})
    EXPECT_EQ(error_of([&] { float_value(x); })->code(), ErrorCode::bad_number);
}

TEST_F(TextModel, JsonIsReadExactly) {
  const Imported model = read("model.json", kJson);
  EXPECT_EQ(model.network.name(), "a_net");
  EXPECT_EQ(model.box, (spec::Box{Interval(-1, 1), Interval(0, Rational(1, 2))}));
  ASSERT_EQ(model.network.block_count(), 3u);
  EXPECT_EQ(model.network.block(1).activation[0], Activation::relu);
  EXPECT_EQ(model.network.block(2).activation[0], Activation::identity);
  EXPECT_EQ(model.network.block(1).origin, (Origin{"model.json", "layers[0]"}));
  // relu(0.1 - 0.4) + relu(-0.3 + 1) + 0.25
  EXPECT_EQ(semantics::evaluate(model.network, {1, Rational(-1, 5)}),
            std::vector<Rational>{Rational(95, 100)});
  EXPECT_TRUE(model.warnings.empty());
}

TEST_F(TextModel, JsonWithoutNameAndBoxIsFineAndOtherKeysAreNamed) {
  const Imported model = read(
      "model.json",
      R"({"layers": [{"weights": [[1]], "bias": [0], "activation": "relu"}], "made_by": {"a": []}})");
  EXPECT_FALSE(model.box);
  EXPECT_EQ(model.network.name(), "network");
  EXPECT_EQ(model.network.block_count(), 2u);
  ASSERT_EQ(model.warnings.size(), 1u);
  EXPECT_NE(model.warnings[0].find("'made_by'"), std::string::npos);
}

TEST_F(TextModel, AdjacentLinearLayersComposeUnlessThatCostsWeights) {
  const auto layer = [](int rows, int columns, const char* activation) {
    std::string weights, bias;
    for (int i = 0; i < rows; ++i) {
      std::string row;
      for (int j = 0; j < columns; ++j) row += (j ? ",2" : "2");
      weights += (i ? ",[" : "[") + row + "]";
      bias += i ? ",1" : "1";
    }
    return "{\"weights\": [" + weights + "], \"bias\": [" + bias + "], \"activation\": \"" +
           activation + "\"}";
  };
  // 4 -> 4 -> 1 composes: 4 weights instead of 20.
  const Imported narrow =
      read("a.json", "{\"layers\": [" + layer(4, 4, "linear") + "," + layer(1, 4, "relu") + "]}");
  ASSERT_EQ(narrow.network.block_count(), 2u);
  EXPECT_EQ(net::multiplication_count(narrow.network), 4u);
  EXPECT_EQ(semantics::evaluate(narrow.network, {1, 1, 1, 1}), std::vector<Rational>{73});
  // 4 -> 1 -> 4 does not: 16 weights instead of 8.
  const Imported wide =
      read("b.json", "{\"layers\": [" + layer(1, 4, "linear") + "," + layer(4, 1, "linear") + "]}");
  ASSERT_EQ(wide.network.block_count(), 3u);
  EXPECT_EQ(net::multiplication_count(wide.network), 8u);
  EXPECT_EQ(wide.network.block(1).activation[0], Activation::identity);
  EXPECT_EQ(semantics::evaluate(wide.network, {1, 1, 1, 1}),
            (std::vector<Rational>{19, 19, 19, 19}));
}

TEST_F(TextModel, NnetNormalisationComposesExactly) {
  const Imported model = read("model.nnet", kNnet);
  EXPECT_EQ(model.box, (spec::Box{Interval(-1, 1), Interval(0, 4)}));
  ASSERT_EQ(model.network.block_count(), 3u);
  EXPECT_EQ(model.network.block(1).name, "layer1");
  EXPECT_EQ(model.network.block(1).origin, (Origin{"model.nnet", "line 9"}));
  const Rational x0(3), x1(1, 7);
  const Rational n0 = (x0 - Rational(1, 2)) / 2, n1 = (x1 - 2) / 3;
  const auto relu = [](const Rational& z) { return semantics::apply(Activation::relu, z); };
  const Rational y = relu(n0) + Rational(2) * relu(n0 / 10 - n1 + Rational(1, 2)) - Rational(1, 4);
  EXPECT_EQ(semantics::evaluate(model.network, {x0, x1}), std::vector<Rational>{y / 10 + 10});
  EXPECT_TRUE(model.warnings.empty());
}

TEST_F(TextModel, NnetIrregularHeaderMeansNoNormalisationAndNoBox) {
  const Imported model = read(
      "model.nnet", "2, 2, 1, 2\n2, 2,1, 1 \n0\n0\n0\n0\n0\n1, 0 \n0.1, -1\n0 \n0.5\n1,2\n-0.25");
  EXPECT_FALSE(model.box);
  EXPECT_EQ(model.warnings.size(), 2u);  // the surplus size, the single zeros
  EXPECT_EQ(semantics::evaluate(model.network, {1, 0}),
            std::vector<Rational>{Rational(1) + Rational(2) * Rational(6, 10) - Rational(1, 4)});
}

TEST_F(TextModel, SummaryNamesTheLayers) {
  const ModelSummary nnet = summarize_model(folder_.write("model.nnet", kNnet));
  EXPECT_EQ(nnet.format, ".nnet");
  EXPECT_TRUE(nnet.supported());
  EXPECT_EQ(nnet.input_shape, std::vector<std::int64_t>{2});
  EXPECT_EQ(nnet.output_shape, std::vector<std::int64_t>{1});
  EXPECT_EQ(nnet.parameters, 9u);
  ASSERT_EQ(nnet.nodes.size(), 2u);
  EXPECT_EQ(nnet.nodes[0].op_type, "Layer+Relu");
  EXPECT_EQ(nnet.nodes[1].output_shape, std::vector<std::int64_t>{1});
  const ModelSummary json = summarize_model(folder_.write("model.json", kJson));
  EXPECT_EQ(json.format, "JSON");
  EXPECT_EQ(json.parameters, 9u);
  EXPECT_EQ(json.element_type, "decimal");
}

TEST_F(TextModel, JsonRefusals) {
  const auto json = [&](const std::string& old, const std::string& now, ErrorCode code,
                        const std::string& place) {
    refuse("model.json", with(kJson, old, now), code, place);
  };
  json("\"layers\": [", "\"layers\": [[", ErrorCode::malformed_model, "line 4, column 71");
  json("{\"name\"", "{name", ErrorCode::malformed_model, "line 1, column 3");
  json("\"layers\": [", "\"layers\": [], \"more\": [", ErrorCode::malformed_model, "layers");
  json("[[\"-1\", \"1\"], [0, 0.5]]", "[]", ErrorCode::malformed_model, "input");
  json("\"a net\"", "7", ErrorCode::malformed_model, "name");
  json("[\"0.25\"]", "\"0.25\"", ErrorCode::malformed_model, "layers[1].bias");
  json("\"layers\"", "\"layer\"", ErrorCode::missing_value, "top level");
  json("\"bias\": [\"0.25\"]", "\"biases\": []", ErrorCode::missing_value, "layers[1]");
  json(", \"activation\": \"linear\"", "", ErrorCode::missing_value, "layers[1]");
  json("linear", "tanh", ErrorCode::unsupported_operator, "layers[1].activation");
  json("[\"1\", \"1\"]", "[\"1\"]", ErrorCode::bad_shape, "layers[1].weights[0]");
  json("[-3e-1, \"0\"]", "[]", ErrorCode::bad_shape, "layers[0].weights[1]");
  json("[0, 0.5]]", "[0, 0.5], [0, 1]]", ErrorCode::bad_shape, "layers[0].weights[0]");
  json("[\"0.25\"]", "[]", ErrorCode::bad_shape, "layers[1]");
  json("-3e-1", "\"1/3\"", ErrorCode::bad_number, "layers[0].weights[1][0]");
  json("-3e-1", "\"inf\"", ErrorCode::bad_number, "layers[0].weights[1][0]");
  json("\"1\"]", "\"1e401\"]", ErrorCode::bad_number, "input[0][1]");
  json("-3e-1", "-3e999", ErrorCode::bad_number, "line 3, column 34");
  json("\"-1\", \"1\"", "\"1\", \"-1\"", ErrorCode::empty_box, "input[0]");
  json("\"name\": \"a net\"", "\"name\": \"a\", \"name\": \"b\"", ErrorCode::duplicate_name,
       "'name'");
  refuse("model.json", std::string(70, '['), ErrorCode::too_large, "");
  refuse("model.json", "", ErrorCode::malformed_model, "byte 0");
}

TEST_F(TextModel, NnetRefusals) {
  const auto nnet = [&](const std::string& old, const std::string& now, ErrorCode code,
                        const std::string& place) {
    refuse("model.nnet", with(kNnet, old, now), code, place);
  };
  nnet("2,2,1,2,", "2,2,1,", ErrorCode::malformed_model, "line 2, column 1");
  nnet("2,2,1,2,", "two,2,1,2,", ErrorCode::malformed_model, "line 2, column 1");
  nnet("2,2,1,2,", "2,2,0,2,", ErrorCode::malformed_model, "line 2, column 5");
  nnet("2,2,1,2,", "2,-2,1,2,", ErrorCode::malformed_model, "line 2, column 3");
  nnet("2,2,1,2,", "9999999,2,1,2,", ErrorCode::malformed_model, "line 2, column 1");
  nnet("\n2,2,1,\n", "\n2,2,\n", ErrorCode::malformed_model, "line 3, column 1");
  nnet("\n2,2,1,\n", "\n3,2,1,\n", ErrorCode::bad_shape, "line 3, column 1");
  nnet("-1.0,0.0,", "-1.0,", ErrorCode::malformed_model, "line 5, column 1");
  nnet("0.5,2.0,10.0,", "0.5,2.0,", ErrorCode::malformed_model, "line 7, column 1");
  nnet("-1.0,0.0,", "2.0,0.0,", ErrorCode::empty_box, "line 5, column 1");
  nnet("2.0,3.0,0.1,", "2.0,0.0,0.1,", ErrorCode::bad_number, "line 8, column 5");
  nnet("0.1,-1.0,", "0.1,nan,", ErrorCode::bad_number, "line 10, column 5");
  nnet("0.1,-1.0,", "0.1,1e999,", ErrorCode::bad_number, "line 10, column 5");
  nnet("0.1,-1.0,", "0.1,,-1.0,", ErrorCode::malformed_model, "line 10, column 5");
  nnet("0.1,-1.0,", "0.1,-1.0,2,", ErrorCode::malformed_model, "line 10, column 1");
  nnet("-0.25,\n", "", ErrorCode::malformed_model, "line 14, column 1");
  nnet("-0.25,", "-0.25,\n7,", ErrorCode::malformed_model, "line 15, column 1");
  refuse("model.nnet", "// only a comment", ErrorCode::malformed_model, "line 1, column 18");
  refuse("model.nnet", "1,2000000,1,1\n2000000,1\n0\n0\n0\n0\n0\n1,\n0", ErrorCode::malformed_model,
         "line 1, column 1");
}

TEST_F(TextModel, OtherFilesAreRefused) {
  const auto named = [&](const std::string& name, const std::string& bytes) {
    return folder_.write(name, bytes);
  };
  auto path = named("model.h5", "x");
  expect_error(error_of([&] { import_model(path); }), ErrorCode::unsupported_type, path, "");
  path = named("model.nnet", "version https://git-lfs.github.com/spec/v1\n");
  expect_error(error_of([&] { import_model(path); }), ErrorCode::malformed_model, path, "byte 0");
  path = named("big.json", "");
  std::filesystem::resize_file(path, (std::uintmax_t{1} << 28) + 1);
  expect_error(error_of([&] { import_model(path); }), ErrorCode::file_too_large, path, "");
  const auto missing = error_of([&] { import_model("/nowhere/model.json"); });
  EXPECT_EQ(missing->code(), ErrorCode::cannot_read);
  EXPECT_EQ(exit_code(missing->code()), ExitCode::io);
  EXPECT_EQ(error_of([&] { import_model("/dev/null.json"); })->code(), ErrorCode::cannot_read);
}

TEST_F(TextModel, TruncatedAndChangedFilesNeverCrash) {
  const auto harmless = [](bool is_json, const std::string& text) {
    try {
      const auto reader = is_json ? read_json_model : read_nnet;
      EXPECT_GE(reader(text, "file").imported.network.output_count(), 1u);
    } catch (const Error& error) {
      EXPECT_FALSE(error.sentence().empty());
    }
  };
  unsigned long state = 1;
  const auto random = [&](std::size_t below) {
    state = state * 6364136223846793005ul + 1442695040888963407ul;
    return (state >> 33) % below;
  };
  for (const auto& [is_json, text] : {std::pair(false, kNnet), std::pair(true, kJson)}) {
    for (std::size_t length = 0; length < text.size(); ++length)
      harmless(is_json, text.substr(0, length));
    for (int i = 0; i < 3000; ++i) {
      std::string changed = text;
      for (std::size_t k = 0; k <= random(3); ++k) {
        const std::size_t at = random(changed.size());
        if (random(2) == 0)
          changed[at] = static_cast<char>(random(256));
        else
          changed.insert(at, changed.substr(random(changed.size()), random(20)));
      }
      harmless(is_json, changed);
    }
  }
}

}  // namespace
}  // namespace certifix::import
