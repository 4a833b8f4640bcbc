#include "certifix/emit/text.hpp"

#include <gtest/gtest.h>

#include "certifix/base/error.hpp"
#include "certifix/emit/notation.hpp"
#include "certifix/emit/rom.hpp"

namespace certifix::emit {
namespace {

using num::Integer;
using Lines = std::vector<std::string>;

TEST(Identifier, IsOneInCAndAFileName) {
  EXPECT_EQ(identifier("InvPendulum"), "InvPendulum");
  EXPECT_EQ(identifier("a/b c.onnx"), "a_b_c_onnx");
  EXPECT_EQ(identifier("2layers"), "net2layers");
  EXPECT_EQ(identifier("_x"), "net_x");
  EXPECT_EQ(identifier(""), "net");
  EXPECT_EQ(identifier("net\xc3\xa9"), "net__");
}

TEST(CommentText, CannotEndOrContinueAComment) {
  EXPECT_EQ(comment_text("plain 'text' 1/2"), "plain 'text' 1/2");
  EXPECT_EQ(comment_text("a*/ int x; /*"), "a* / int x; / *");
  EXPECT_EQ(comment_text("*/*/"), "* / * /");
  EXPECT_EQ(comment_text("line\nnext\\ \?\?/"), "line_next_ __/");
}

TEST(Literal, HasItsValueInEveryCompiler) {
  EXPECT_EQ(literal(-5), "-5");
  EXPECT_EQ(literal(Integer("9223372036854775807")), "9223372036854775807");
  EXPECT_EQ(literal(Integer("-9223372036854775807")), "-9223372036854775807");
  EXPECT_EQ(literal(Integer("-9223372036854775808")), "(-9223372036854775807 - 1)");
  EXPECT_EQ(literal(Integer("9223372036854775808")), "9223372036854775808u");
  EXPECT_EQ(literal(Integer("18446744073709551615")), "18446744073709551615u");
  EXPECT_THROW(literal(Integer("18446744073709551616")), Bug);
  EXPECT_THROW(literal(Integer("-9223372036854775809")), Bug);
}

TEST(Wrapped, BreaksAtSpaces) {
  EXPECT_EQ(wrapped("one two three", 7), (Lines{"one two", "three"}));
  EXPECT_EQ(wrapped("indivisible", 3), Lines{"indivisible"});
  EXPECT_EQ(wrapped("", 10), Lines{});
}

TEST(Runs, JoinEqualDescriptions) {
  EXPECT_EQ(runs("input", {"a", "a", "b", "a"}),
            (Lines{"input 0..1: a", "input 2: b", "input 3: a"}));
}

TEST(Braced, KeepsLinesShort) {
  EXPECT_EQ(braced(std::vector<Integer>{1, -2, 3}, ""), "{1, -2, 3}");
  const std::string text = braced(std::vector<Integer>(60, 12345), "  ");
  for (std::size_t start = 0, end = 0; start < text.size(); start = end + 1) {
    end = std::min(text.find('\n', start), text.size());
    EXPECT_LE(end - start, 100u);
  }
  EXPECT_NE(text.find('\n'), std::string::npos);
}

TEST(Notation, NamesFormatsAsTheirReadersDo) {
  EXPECT_EQ(q_notation({true, 3, -12}), "Q3.12");
  EXPECT_EQ(q_notation({false, 3, -12}), "UQ4.12");
  EXPECT_EQ(q_notation({true, -4, -12}), "Q-4.12");
  EXPECT_EQ(hls_notation({true, 3, -12}), "fixed<16, 4>");
  EXPECT_EQ(hls_notation({false, 3, -12}), "ufixed<16, 4>");
  EXPECT_EQ(hls_notation({true, 9, 2}), "fixed<8, 10>");
  EXPECT_EQ(describe_codes({-3, 8}, -2), "codes -3..8, value = code * 2^-2, -0.75..2");
}

TEST(Narrowest, PrefersFewBitsThenASign) {
  EXPECT_EQ(narrowest({0, 127}).name(), "int8_t");
  EXPECT_EQ(narrowest({0, 128}).name(), "uint8_t");
  EXPECT_EQ(narrowest({-1, 128}).name(), "int16_t");
  EXPECT_EQ(narrowest({0, Integer("18446744073709551615")}).name(), "uint64_t");
  EXPECT_THROW(narrowest({-1, Integer("18446744073709551615")}), Bug);
}

}  // namespace
}  // namespace certifix::emit
