// The bounds of --error, and the two texts of a number.
#include "../harness.hpp"
#include "certifix/base/error.hpp"
#include "certifix/statement/statement.hpp"

void certifix::fuzz::read(std::string_view bytes) {
  if (const auto x = num::parse_text(bytes))
    require(num::text(*x) == bytes, "the text of a number is not canonical");
  if (const auto x = num::parse_decimal(bytes))
    require(num::parse_text(num::text(*x)) == *x, "a decimal has no text");
  try {
    for (const num::Rational& bound : statement::parse_bounds(bytes))
      require(bound.sign() > 0, "a bound that is not above 0");
  } catch (const Error& error) {
    require(error.code() == ErrorCode::usage, error.what());
  }
}
