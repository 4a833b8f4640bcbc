// Everything that is not a canonical text is refused, with the line and column of the first token
// at fault; and no bytes whatever make the checker do anything but refuse, reject or prove.
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "certifix/certify/text.hpp"
#include "certifix/check/read.hpp"
#include "certifix/check/verify.hpp"
#include "tests/certificates/documented_example.hpp"
#include "tests/support/random_design.hpp"

namespace certifix::check {
namespace {

// The documented example with one line replaced (or, for an empty replacement, left out).
struct Fault {
  const char* cause;
  int line;
  const char* replacement;  // may hold line feeds
  const char* place;        // expected
};

std::string with_line(const std::string& text, int number, const std::string& replacement) {
  std::istringstream lines(text);
  std::string result;
  int count = 0;
  for (std::string line; std::getline(lines, line);) {
    if (++count != number)
      result += line + "\n";
    else if (!replacement.empty())
      result += replacement + "\n";
  }
  return result;
}

template <class Read>
void expect_refused(Read read, const std::string& text, ErrorCode code, const std::string& file,
                    const std::string& place) {
  try {
    read(text);
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code);
    EXPECT_EQ(error.origin(), (Origin{file, place})) << error.what();
    EXPECT_FALSE(error.remedy().empty());
  }
}

void expect_bad_problem(const std::string& text, const std::string& place) {
  expect_refused([](const std::string& t) { read_problem(t); }, text, ErrorCode::malformed_problem,
                 "problem.txt", place);
}

void expect_bad_certificate(const std::string& text, const std::string& place) {
  expect_refused([](const std::string& t) { read_certificate(t); }, text,
                 ErrorCode::malformed_certificate, "certificate.txt", place);
}

// Lines of the documented problem, for the numbers below:
//    1 certifix-problem 1         10 row relu -1p-1 1
//    2 name example               11 from 0 all 2
//    3 inputs 1                   12 block output 1
//    4 input -1 1 real            13 row identity 0 2
//    5 out-of-range clamp         14 from 0 all -7/10
//    6 limit word none            15 from 1 all 1
//    7 limit accumulator none     16 functionals 1
//    8 blocks 2                   17 functional 1/20 1
//    9 block hidden 1             18 end
TEST(CheckMalformed, ProblemTextsAreRefusedWhereTheyAreWrong) {
  const std::vector<Fault> faults = {
      {"another file", 1, "certifix-certificate 1", "line 1, column 1"},
      {"another version", 1, "certifix-problem 2", "line 1, column 18"},
      {"version missing", 1, "certifix-problem", "line 1, column 17"},
      {"a byte outside names", 2, "name exa$mple", "line 2, column 6"},
      {"a byte outside ASCII", 2, "name ex\xc3\xa4mple", "line 2, column 8"},
      {"a tabulator", 2, "name\texample", "line 2, column 5"},
      {"a carriage return", 2, "name example\r", "line 2, column 13"},
      {"a name with a space", 2, "name an example", "line 2, column 8"},
      {"no inputs", 3, "inputs 0", "line 3, column 8"},
      {"too many inputs announced", 3, "inputs 2", "line 5, column 1"},
      {"a count beyond the limit", 3, "inputs 10000001", "line 3, column 8"},
      {"a count with a leading zero", 3, "inputs 01", "line 3, column 8"},
      {"a negative count", 3, "inputs -1", "line 3, column 8"},
      {"an empty range", 4, "input 1 -1 real", "line 4, column 9"},
      {"a decimal", 4, "input -1.0 1 real", "line 4, column 7"},
      {"a plus sign", 4, "input -1 +1 real", "line 4, column 10"},
      {"minus zero", 4, "input -0 1 real", "line 4, column 7"},
      {"an even mantissa", 4, "input -1 2p-1 real", "line 4, column 10"},
      {"a positive power", 4, "input -1 1p3 real", "line 4, column 10"},
      {"a power of two as denominator", 4, "input -1 1/2 real", "line 4, column 10"},
      {"a fraction not in lowest terms", 4, "input -1 6/10 real", "line 4, column 10"},
      {"a denominator of 0", 4, "input -1 1/0 real", "line 4, column 10"},
      {"a negative denominator", 4, "input -1 1/-3 real", "line 4, column 10"},
      {"a number that is none", 4, "input -1 x real", "line 4, column 10"},
      {"an unknown convention", 4, "input -1 1 floor", "line 4, column 12"},
      {"a grid without exponent", 4, "input -1 1 grid", "line 4, column 16"},
      {"a grid beyond the limit", 4, "input -1 1 grid 4097", "line 4, column 17"},
      {"more on the line", 4, "input -1 1 real 5", "line 4, column 16"},
      {"two spaces", 4, "input  -1 1 real", "line 4, column 7"},
      {"a space at the end", 4, "input -1 1 real ", "line 4, column 16"},
      {"a space at the start", 4, " input -1 1 real", "line 4, column 1"},
      {"an empty line", 4, "\ninput -1 1 real", "line 4, column 1"},
      {"a comment", 4, "# the box\ninput -1 1 real", "line 4, column 1"},
      {"an unknown treatment", 5, "out-of-range saturate", "line 5, column 14"},
      {"a negative limit", 6, "limit word -5", "line 6, column 12"},
      {"limits in another order", 6, "limit accumulator none", "line 6, column 7"},
      {"a line missing", 7, "", "line 7, column 1"},
      {"no blocks", 8, "blocks 0", "line 8, column 8"},
      {"a block without rows", 9, "block hidden 0", "line 9, column 14"},
      {"an unknown activation", 10, "row tanh -1p-1 1", "line 10, column 5"},
      {"a source missing", 10, "row relu -1p-1 2", "line 12, column 1"},
      {"a source too many", 10, "row relu -1p-1 0", "line 11, column 1"},
      {"a row that reads its own block", 11, "from 1 all 2", "line 11, column 6"},
      {"too few weights", 11, "from 0 all", "line 11, column 11"},
      {"too many weights", 11, "from 0 all 2 3", "line 11, column 13"},
      {"only zeros", 11, "from 0 all 0", "line 11, column 8"},
      {"neither all nor some", 11, "from 0 most 2", "line 11, column 8"},
      {"some where all is due", 11, "from 0 some 1 0 2", "line 11, column 8"},
      {"an empty list", 11, "from 0 some 0", "line 11, column 13"},
      {"an element that does not exist", 11, "from 0 some 1 1 2", "line 11, column 15"},
      {"a zero in a list", 11, "from 0 some 1 0 0", "line 11, column 17"},
      {"an element twice", 11, "from 0 some 2 0 1 0 1", "line 11, column 19"},
      {"sources out of order", 14, "from 1 all 1", "line 15, column 6"},
      {"no functionals", 16, "functionals 0", "line 16, column 13"},
      {"a bound of 0", 17, "functional 0 1", "line 17, column 12"},
      {"a negative bound", 17, "functional -1 1", "line 17, column 12"},
      {"a coefficient missing", 17, "functional 1/20", "line 17, column 16"},
      {"a coefficient too many", 17, "functional 1/20 1 1", "line 17, column 18"},
      {"text after the end", 18, "end\nend", "line 19, column 1"},
      {"no end", 18, "", "line 18, column 1"},
  };
  const std::string good = test::documented_problem();
  for (const Fault& fault : faults) {
    SCOPED_TRACE(fault.cause);
    expect_bad_problem(with_line(good, fault.line, fault.replacement), fault.place);
  }
  expect_bad_problem(with_line(good, 2, "name " + std::string(101, 'n')), "line 2, column 6");
  expect_bad_problem("", "line 1, column 1");
  expect_bad_problem(good.substr(0, good.size() - 1), "line 18, column 4");
  expect_bad_problem(std::string("certifix-problem\0 1\n", 20), "line 1, column 17");
}

// A row of the second form must be short: three elements, one of them read.
TEST(CheckMalformed, AllAndSomeEachHaveTheirPlace) {
  std::string text = with_line(test::documented_problem(), 3, "inputs 3");
  text = with_line(text, 4, "input -1 1 real\ninput -1 1 real\ninput -1 1 real");
  text = with_line(text, 16, "from 0 some 1 2 -7/10");
  expect_bad_problem(with_line(text, 13, "from 0 all 0 2 0"), "line 13, column 8");
  expect_bad_problem(with_line(text, 13, "from 0 some 2 0 1 1 1"), "line 13, column 8");
  const std::string good = with_line(text, 13, "from 0 some 1 1 2");
  EXPECT_EQ(certify::problem_text(read_problem(good)), good);
}

// Announced elements are not allocated; and 3163 rows that read 3163 sources, one each, are
// refused, for their ten million pairs would cost far more memory than their text.
TEST(CheckMalformed, CountsThatTheTextDoesNotBackCostNoMemory) {
  for (const int line : {3, 8, 9, 10, 16}) {
    const std::string good = test::documented_problem();
    std::istringstream lines(good);
    std::string text;
    for (int n = 1; n <= line; ++n) std::getline(lines, text);
    text.replace(text.rfind(' ') + 1, std::string::npos, "10000000");
    EXPECT_THROW(read_problem(with_line(good, line, text)), Error) << text;
  }
  for (const auto& [line, text] : {std::pair{3, "roles 10000000"},
                                   {5, "inputs 10000000"},
                                   {15, "norms 10000000"},
                                   {16, "split 10000000"}})
    EXPECT_THROW(read_certificate(with_line(test::documented_certificate(), line, text)), Error)
        << text;
  std::string wide =
      "certifix-problem 1\nname n\ninputs 1\ninput 0 1 real\nout-of-range none\n"
      "limit word none\nlimit accumulator none\nblocks 3164\n";
  for (int b = 0; b < 3163; ++b) wide += "block b 1\nrow relu 1 0\n";
  wide += "block b 3163\n";
  for (int i = 1; i <= 3163; ++i) wide += "row relu 0 1\nfrom " + std::to_string(i) + " all 1\n";
  wide += "functionals 1\n";
  EXPECT_THROW(read_problem(wide), Error);
}

// Lines of the documented certificate:
//    1 certifix-certificate 2      9 row relu -32 -6 9 exact unsigned 0 -6 1
//    2 precision 64 48            10 from 0 1 0 2 0
//    3 roles 0                    11 block 1
//    4 clamp yes                  12 row identity 0 -12 15 exact signed 0 -6 2
//    5 inputs 1                   13 from 0 1 0 -45 0
//    6 input signed 1 -6 -64 64   14 from 1 1 0 64 0
//    7 blocks 2                   15 norms 0
//    8 block 1                    16 split 1, 17 leaf 0, 18 end
TEST(CheckMalformed, CertificateTextsAreRefusedWhereTheyAreWrong) {
  const std::vector<Fault> faults = {
      {"another file", 1, "certifix-problem 1", "line 1, column 1"},
      {"another version", 1, "certifix-certificate 1", "line 1, column 22"},
      {"a precision too small", 2, "precision 15 48", "line 2, column 11"},
      {"a weights' precision too small", 2, "precision 64 15", "line 2, column 14"},
      {"one precision", 2, "precision 64", "line 2, column 13"},
      {"three precisions", 2, "precision 64 48 48", "line 2, column 16"},
      {"a precision too large", 2, "precision 4097 48", "line 2, column 11"},
      {"a precision in words", 2, "precision high 48", "line 2, column 11"},
      {"neither yes nor no", 4, "clamp true", "line 4, column 7"},
      {"no inputs", 5, "inputs 0", "line 5, column 8"},
      {"an unknown signedness", 6, "input twos 1 -6 -64 64", "line 6, column 7"},
      {"msb below lsb", 6, "input signed -7 -6 -64 64", "line 6, column 17"},
      {"an exponent beyond the limit", 6, "input signed 1 -4097 -64 64", "line 6, column 16"},
      {"a format of 4097 bits", 6, "input signed 4090 -6 -64 64", "line 6, column 19"},
      {"codes out of order", 6, "input signed 1 -6 64 -64", "line 6, column 22"},
      {"a code that is a fraction", 6, "input signed 1 -6 -1p-1 64", "line 6, column 19"},
      {"no blocks", 7, "blocks 0", "line 7, column 8"},
      {"a block with a name", 8, "block hidden 1", "line 8, column 7"},
      {"a block without rows", 8, "block 0", "line 8, column 7"},
      {"an unknown activation", 9, "row step -32 -6 9 exact unsigned 0 -6 1", "line 9, column 5"},
      {"an accumulator of 0 bits", 9, "row relu -32 -6 0 exact unsigned 0 -6 1",
       "line 9, column 17"},
      {"an accumulator of 4097 bits", 9, "row relu -32 -6 4097 exact unsigned 0 -6 1",
       "line 9, column 17"},
      {"an unknown mode", 9, "row relu -32 -6 9 wrapping unsigned 0 -6 1", "line 9, column 19"},
      {"a format missing", 9, "row relu -32 -6 9 exact 0 -6 1", "line 9, column 25"},
      {"a number of sources missing", 9, "row relu -32 -6 9 exact unsigned 0 -6",
       "line 9, column 38"},
      {"no elements", 10, "from 0 0", "line 10, column 8"},
      {"a weight of 0", 10, "from 0 1 0 0 0", "line 10, column 12"},
      {"a shift missing", 10, "from 0 1 0 2", "line 10, column 13"},
      {"a negative shift", 10, "from 0 1 0 2 -1", "line 10, column 14"},
      {"a shift beyond the limit", 10, "from 0 1 0 2 4097", "line 10, column 14"},
      {"elements too many", 10, "from 0 1 0 2 0 1 2 0", "line 10, column 15"},
      {"a line for the same source", 14, "from 0 1 1 64 0", "line 14, column 6"},
      {"no nodes", 16, "split 0", "line 16, column 7"},
      {"fewer nodes than announced", 16, "split 3", "line 18, column 1"},
      {"a node after the tree", 16, "split 2\nleaf 0", "line 18, column 1"},
      {"a cut without halves", 17, "cut 0 0", "line 17, column 7"},
      {"one half", 16, "split 2\ncut 0 0", "line 17, column 7"},
      {"a cut without place", 17, "cut 0", "line 17, column 6"},
      {"an unknown node", 17, "branch", "line 17, column 1"},
      {"text after the end", 18, "end\nleaf", "line 19, column 1"},
      {"a leaf without a count", 17, "leaf", "line 17, column 5"},
      {"13 rows named", 17, "leaf 13 1 0 1 0 1 0 1 0 1 0 1 0 1 0 1 0 1 0 1 0 1 0 1 0 1 0",
       "line 17, column 6"},
      {"a row without its number", 17, "leaf 1 1", "line 17, column 9"},
      {"more rows than announced", 17, "leaf 1 1 0 2 0", "line 17, column 11"},
      {"a negative number of roles", 3, "roles -1", "line 3, column 7"},
      {"an unknown role", 3, "roles 2\nx\nk\nclaims 1\nleaf", "line 4, column 1"},
      {"roles apart", 3, "roles 2\nk k\nk\nclaims 1\nleaf", "line 4, column 2"},
      {"fewer roles than announced", 3, "roles 2\nk\nclaims 1\nleaf", "line 5, column 1"},
      {"roles without claims", 3, "roles 2\nk\nk", "line 6, column 1"},
      {"claims without roles", 3, "roles 0\nclaims 1\nleaf", "line 4, column 1"},
      {"rows named by claims", 3, "roles 2\nk\nk\nclaims 1\nleaf 0", "line 7, column 5"},
      {"claims cut short", 3, "roles 2\nk\nk\nclaims 1\ncut 0 0", "line 7, column 7"},
      {"a norm of 0", 15, "norms 1\nnorm 1 0 0", "line 16, column 10"},
      {"a negative norm", 15, "norms 1\nnorm 1 0 -1", "line 16, column 10"},
      {"norms out of order", 15, "norms 2\nnorm 2 1 1\nnorm 2 0 1", "line 17, column 8"},
      {"a norm twice", 15, "norms 2\nnorm 1 0 1\nnorm 1 0 1", "line 17, column 8"},
      {"fewer norms than announced", 15, "norms 1", "line 16, column 1"},
      {"no end", 18, "", "line 18, column 1"},
  };
  const std::string good = test::documented_certificate();
  for (const Fault& fault : faults) {
    SCOPED_TRACE(fault.cause);
    expect_bad_certificate(with_line(good, fault.line, fault.replacement), fault.place);
  }
  expect_bad_certificate("", "line 1, column 1");
  expect_bad_certificate(good + " ", "line 19, column 1");
  std::string huge = "from 0 1 0 1" + std::string(1300, '0') + " 0";
  expect_bad_certificate(with_line(good, 10, huge), "line 10, column 12");
}

// Bytes deleted, inserted, replaced, lines doubled and texts cut short: an error, a rejection or a
// proof, and nothing else. Inputs for AddressSanitizer and UBSan.
std::string mutated(test::Random& random, std::string text) {
  constexpr std::string_view kBytes = "0123456789-p/ \nabcdefgklmnorstu\r\x7f";
  const int changes = random.between(1, 3);
  for (int c = 0; c < changes && !text.empty(); ++c) {
    const auto at = static_cast<std::size_t>(random.between(0, static_cast<int>(text.size()) - 1));
    const char byte =
        kBytes[static_cast<std::size_t>(random.between(0, static_cast<int>(kBytes.size()) - 1))];
    switch (random.between(0, 5)) {
      case 0:
        text.erase(at, 1);
        break;
      case 1:
        text.insert(at, 1, byte);
        break;
      case 2:
        text[at] = byte;
        break;
      case 3:
        text.resize(random.chance(20) ? at : text.size());
        break;
      case 4: {  // mostly still well-formed
        const std::size_t digit = text.find_first_of("0123456789", at);
        if (digit != std::string::npos) text[digit] = static_cast<char>('0' + random.between(0, 9));
        break;
      }
      default: {
        const std::size_t end = text.find('\n', at);
        if (end != std::string::npos) text.insert(end + 1, text.substr(at, end + 1 - at));
      }
    }
  }
  return text;
}

TEST(CheckMalformed, MutatedTextsNeverCrash) {
  const std::string problem = test::documented_problem();
  // From the last line to the first, so that the numbers of the others stay.
  std::string certificate =
      with_line(test::documented_certificate(), 17, "cut 0 1p-2\nleaf 1 1 0\nleaf 1 2 0");
  certificate = with_line(certificate, 16, "split 3");
  certificate = with_line(certificate, 15, "norms 2\nnorm 1 0 3\nnorm 2 1 3");
  certificate = with_line(certificate, 3, "roles 2\nk\nk\nclaims 3\ncut 0 1p-2\nleaf\nleaf");
  test::Random random(20240611);
  int refused = 0, rejected = 0, accepted = 0;
  for (int i = 0; i < 6000; ++i) {
    const bool of_problem = i % 2 == 0;
    const std::string p = of_problem ? mutated(random, problem) : problem;
    const std::string c = of_problem ? certificate : mutated(random, certificate);
    try {
      const Verdict verdict = verify(p, c);
      const auto* proof = std::get_if<Accepted>(&verdict);
      ++(proof ? accepted : rejected);
      // What is read is canonical.
      EXPECT_EQ(certify::problem_text(read_problem(p)), p);
      EXPECT_EQ(certify::certificate_text(read_certificate(c)), c);
    } catch (const Error& error) {
      ++refused;
      const ErrorCode expected =
          of_problem ? ErrorCode::malformed_problem : ErrorCode::malformed_certificate;
      EXPECT_EQ(error.code(), expected) << error.what();
    }
  }
  // All three happen often: the mutations reach beyond the reader.
  EXPECT_GT(refused, 1000);
  EXPECT_GT(rejected, 100);
  EXPECT_GT(accepted, 100);
}

}  // namespace
}  // namespace certifix::check
