// Boxes from VNN-LIB and JSON: what is read, and every way in which they are refused.
#include "certifix/import/import.hpp"
#include "certifix/import/readers.hpp"
#include "import_cases.hpp"

namespace certifix::import {
namespace {

using num::Interval;
using num::Rational;

const std::string kDeclared =
    "(declare-const X_0 Real)\n(declare-const X_1 Real)\n(declare-const Y_0 Real)\n";
const std::string kBounds =
    "(assert (<= X_0 0.1))\n(assert (>= X_0 -1e-1))\n(assert (<= X_1 3))(assert (>= X_1 3))";

class Box : public testing::Test {
 protected:
  ImportedBox read(const std::string& name, const std::string& text) {
    return read_box(folder_.write(name, text), 2);
  }
  void refuse(const std::string& name, const std::string& text, ErrorCode code,
              const std::string& place) {
    SCOPED_TRACE(text);
    const auto path = folder_.write(name, text);
    expect_error(error_of([&] { read_box(path, 2); }), code, path, place);
  }
  TemporaryFolder folder_;
};

TEST_F(Box, VnnlibNumbersAreExact) {
  const ImportedBox result = read("box.vnnlib", "; comment\n" + kDeclared + kBounds);
  EXPECT_EQ(result.box, (spec::Box{Interval(Rational(-1, 10), Rational(1, 10)), Interval(3, 3)}));
  EXPECT_TRUE(result.warnings.empty());
}

TEST_F(Box, VnnlibTightestBoundWinsAndSidesMayBeSwapped) {
  const ImportedBox result =
      read("box.vnnlib",
           "(set-logic QF_LRA)(set-info :source |a ) b|)(declare-fun X_0 () Real)"
           "(declare-const X_1 Real)(assert (and (<= 0 X_0) (<= X_0 5) (>= 4 X_0)))"
           "(assert (= X_1 (- 2.5)))(check-sat)");
  EXPECT_EQ(result.box, (spec::Box{Interval(0, 4), Interval(Rational(-5, 2), Rational(-5, 2))}));
}

TEST_F(Box, VnnlibHullOfInputDisjunctionsWithAWarning) {
  const ImportedBox result =
      read("box.vnnlib",
           kDeclared +
               "(assert (or\n\t(and (<= X_0 1) (>= X_0 0) (<= X_1 1) (>= X_1 0))\n"
               "(and (<= X_0 5) (>= X_0 4) (<= X_1 1) (>= X_1 -2))"
               "(and (<= X_0 50) (>= X_0 60) (<= X_1 1) (>= X_1 -2))))");  // empty: left out
  EXPECT_EQ(result.box, (spec::Box{Interval(0, 5), Interval(-2, 1)}));
  ASSERT_EQ(result.warnings.size(), 1u);
  EXPECT_NE(result.warnings[0].find("disjunction"), std::string::npos);
}

TEST_F(Box, VnnlibOutputConstraintsAreNotUsed) {
  const ImportedBox result = read(
      "box.vnnlib", kDeclared + kBounds + "(assert (or (and (<= Y_0 3) (>= Y_0 2)) (>= Y_0 X_0)))");
  EXPECT_EQ(result.box[1], Interval(3, 3));
  ASSERT_EQ(result.warnings.size(), 1u);
  EXPECT_NE(result.warnings[0].find("3 constraints on outputs"), std::string::npos);
}

TEST_F(Box, VnnlibOneAlternativeWithAnOutputIsNoDisjunction) {
  const ImportedBox result =
      read_box(folder_.write("box.vnnlib",
                             "(declare-const X_0 Real)\n(declare-const Y_0 Real)\n(assert (or\n"
                             "    (and (>= X_0 -1) (<= X_0 1) (>= Y_0 100))\n))"),
               1);
  EXPECT_EQ(result.box, (spec::Box{Interval(-1, 1)}));
  EXPECT_EQ(result.warnings.size(), 1u);
}

TEST_F(Box, VnnlibRefusals) {
  const auto vnnlib = [&](const std::string& text, ErrorCode code, const std::string& place) {
    refuse("box.vnnlib", text, code, place);
  };
  vnnlib(kDeclared + "(assert (<= X_0 1)", ErrorCode::malformed_box, "line 4, column 1");
  vnnlib(kDeclared + kBounds + "\n )", ErrorCode::malformed_box, "line 7, column 2");
  vnnlib("(set-info \"open)", ErrorCode::malformed_box, "line 1, column 11");
  vnnlib("assert", ErrorCode::malformed_box, "line 1, column 1");
  vnnlib("()", ErrorCode::malformed_box, "line 1, column 1");
  vnnlib(kDeclared + "(assert)", ErrorCode::malformed_box, "line 4, column 1");
  vnnlib(kDeclared + "(assert (<= X_0))", ErrorCode::malformed_box, "line 4, column 9");
  vnnlib(kDeclared + "(assert (or))", ErrorCode::malformed_box, "line 4, column 9");
  vnnlib(kDeclared + "(assert X_0)", ErrorCode::malformed_box, "line 4, column 9");
  vnnlib("(declare-const X_0)", ErrorCode::malformed_box, "line 1, column 1");
  vnnlib(kDeclared + "(declare-const X_1 Real)", ErrorCode::malformed_box, "line 4, column 16");
  vnnlib("(declare-const X_0 Real)(assert (<= X_1 1))", ErrorCode::malformed_box,
         "line 1, column 37");
  vnnlib("(declare-const X_0 Int)", ErrorCode::unsupported_box, "line 1, column 1");
  vnnlib("(declare-const Z_0 Real)", ErrorCode::unsupported_box, "line 1, column 16");
  vnnlib("(push 1)", ErrorCode::unsupported_box, "line 1, column 1");
  vnnlib("(vnnlib-version <2.0>)\n(declare-network f)", ErrorCode::unsupported_box,
         "line 1, column 1");
  vnnlib(kDeclared + "(assert (<= X_0 X_1))", ErrorCode::unsupported_box, "line 4, column 9");
  vnnlib(kDeclared + "(assert (<= (* 2 X_0) 1))", ErrorCode::unsupported_box, "line 4, column 9");
  vnnlib(kDeclared + "(assert (< X_0 1))", ErrorCode::unsupported_box, "line 4, column 9");
  vnnlib(kDeclared + "(assert (<= X_0 0x1p3))", ErrorCode::bad_number, "line 4, column 17");
  vnnlib(kDeclared + "(assert (<= X_0 1e999999))", ErrorCode::bad_number, "line 4, column 17");
  vnnlib(kDeclared + "(assert (<= X_0 (- (- 1))))", ErrorCode::unsupported_box,
         "line 4, column 17");
  vnnlib("(declare-const X_2 Real)", ErrorCode::box_mismatch, "line 1, column 16");
  vnnlib("(declare-const X_0 Real)(assert (<= X_7 1))", ErrorCode::box_mismatch,
         "line 1, column 37");
  vnnlib("(declare-const X_0 Real)\n", ErrorCode::box_mismatch, "line 2, column 1");
  vnnlib(kDeclared + "(assert (>= X_0 0))", ErrorCode::unbounded_box, "line 1, column 16");
  vnnlib(kDeclared + kBounds + "\n(assert (>= X_1 4))", ErrorCode::empty_box, "line 7, column 9");
  vnnlib(kDeclared + kBounds + "\n(assert (or (<= X_1 2) (<= X_1 1)))", ErrorCode::empty_box,
         "line 7, column 13");
  vnnlib("", ErrorCode::malformed_box, "byte 0");
  vnnlib("\x1f\x8b\x08", ErrorCode::malformed_box, "byte 0");
}

TEST_F(Box, VnnlibUnboundedNamesTheVariable) {
  const auto error =
      error_of([&] { read("box.vnnlib", kDeclared + "(assert (>= X_0 0))(assert (<= X_0 1))"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->sentence(), "X_1 has no lower bound");
}

TEST_F(Box, VnnlibDeepNestingIsRefusedNotOverflowed) {
  const std::string deep(1'000'000, '(');
  const auto error = error_of([&] { read("box.vnnlib", deep); });
  expect_error(error, ErrorCode::too_large, folder_.path() / "box.vnnlib", "line 1, column 65");
}

TEST_F(Box, JsonNumbersAreReadFromTheirText) {
  const ImportedBox result =
      read("box.json", R"({"inputs": [["-0.1", 0.1], [12345678901234567890123, 1.5e25]]})");
  EXPECT_EQ(result.box,
            (spec::Box{Interval(Rational(-1, 10), Rational(1, 10)),
                       Interval(decimal("12345678901234567890123"), decimal("1.5e25"))}));
  EXPECT_TRUE(result.warnings.empty());
}

TEST_F(Box, JsonRefusals) {
  const auto json = [&](const std::string& text, ErrorCode code, const std::string& place) {
    refuse("box.json", text, code, place);
  };
  json("{\"inputs\":\n[[0,1],[0,1]", ErrorCode::malformed_box, "line 2, column 13");
  json("{\"inputs\": [[0,1] [0,1]]}", ErrorCode::malformed_box, "line 1, column 19");
  json("[[0,1],[0,1]]", ErrorCode::malformed_box, "top level");
  json("{\"inputs\": 3}", ErrorCode::malformed_box, "inputs");
  json("{\"inputs\": [[0,1],[0,1,2]]}", ErrorCode::malformed_box, "inputs[1]");
  json("{\"inputs\": [[0,1],[null,1]]}", ErrorCode::malformed_box, "inputs[1][0]");
  json("{\"input\": [[0,1],[0,1]]}", ErrorCode::missing_value, "top level");
  json("{\"inputs\": [[0,1],[0,\"one\"]]}", ErrorCode::bad_number, "inputs[1][1]");
  json("{\"inputs\": [[0,1],[0,\"nan\"]]}", ErrorCode::bad_number, "inputs[1][1]");
  json("{\"inputs\": [[0,1],[0,1e999]]}", ErrorCode::bad_number, "line 1, column 26");
  json("{\"inputs\": [[0,1],[1,0]]}", ErrorCode::empty_box, "inputs[1]");
  json("{\"inputs\": [[0,1]]}", ErrorCode::box_mismatch, "inputs");
  json("{\"inputs\": [[0,1],[0,1]], \"inputs\": 1}", ErrorCode::duplicate_name, "'inputs'");
  json(std::string(100, '['), ErrorCode::too_large, "");
}

TEST_F(Box, OtherFilesAreRefused) {
  const auto path = folder_.write("box.txt", "[0,1]");
  expect_error(error_of([&] { read_box(path, 2); }), ErrorCode::unsupported_box, path, "");
  const auto missing = error_of([&] { read_box(folder_.path() / "no.vnnlib", 2); });
  ASSERT_TRUE(missing);
  EXPECT_EQ(exit_code(missing->code()), ExitCode::io);
  std::filesystem::create_directory(folder_.path() / "folder.json");
  EXPECT_EQ(error_of([&] { read_box(folder_.path() / "folder.json", 2); })->code(),
            ErrorCode::cannot_read);
}

TEST_F(Box, BenchmarkBoxesEqualTheirSpecification) {
  const auto root = benchmarks();
  if (!root) GTEST_SKIP() << "no benchmark networks here; set CERTIFIX_BENCHMARKS to their folder";
  for (const auto& entry : std::filesystem::directory_iterator(*root / "aster")) {
    if (!entry.is_directory()) continue;
    SCOPED_TRACE(entry.path());
    const Imported model = import_model(entry.path() / "model.json");
    ASSERT_TRUE(model.box);
    const ImportedBox read = read_box(entry.path() / "input.vnnlib", model.network.input_count());
    EXPECT_EQ(read.box, *model.box);
    EXPECT_TRUE(read.warnings.empty());
  }
}

TEST_F(Box, TruncatedAndChangedFilesNeverCrash) {
  const std::string vnnlib =
      kDeclared + kBounds + "(assert (or (and (<= X_0 (- 1)) (>= Y_0 0)) (= X_1 3)))";
  const std::string json =
      R"({"inputs": [["-0.1", 0.1], [1, 1.5e2]], "x": [null, true, "\u00e9"]})";
  const auto harmless = [](bool is_json, const std::string& text) {
    try {
      const auto reader = is_json ? read_json_box : read_vnnlib;
      EXPECT_EQ(reader(text, "file", 2).box.size(), 2u);
    } catch (const Error& error) {
      EXPECT_FALSE(error.sentence().empty());
    }
  };
  unsigned long state = 1;
  const auto random = [&](std::size_t below) {
    state = state * 6364136223846793005ul + 1442695040888963407ul;
    return (state >> 33) % below;
  };
  for (const auto& [is_json, text] : {std::pair(false, vnnlib), std::pair(true, json)}) {
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
