// Names and numbers out of foreign files, made fit for messages, names and exact arithmetic.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "certifix/base/error.hpp"
#include "certifix/num/exact/rational.hpp"

namespace certifix::import {

// 'text' for a message: bytes outside printable ASCII become \xNN, and it is cut after 60 bytes.
std::string in_quotes(std::string_view text);
// The same without the quotes.
std::string printable(std::string_view text);

// A name of 1 to 64 characters A-Z a-z 0-9 _ . - ; others become '_'; `otherwise` for an empty one.
std::string plain_name(std::string_view text, std::string_view otherwise);

// Exactly the decimal `text`, or Error (bad_number) at where().
num::Rational decimal_value(std::string_view text, const std::function<Origin()>& where);

// "line 3, column 7" of a byte position.
std::string line_and_column(std::string_view text, std::size_t position);

// A whole count without sign in [0, kMaxNumbers]; nullopt for anything else.
std::optional<std::size_t> count_value(std::string_view text);

}  // namespace certifix::import
