// JSON whose numbers keep their literal text: "0.1" and 0.1 are both exactly 1/10.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "certifix/base/error.hpp"
#include "certifix/num/exact/rational.hpp"

namespace certifix::import {

struct Json {
  enum class Kind { null, boolean, number, string, array, object };

  Kind kind = Kind::null;
  std::string text;                // number: its literal text; string: its contents
  std::vector<Json> items;         // array and object
  std::vector<std::string> names;  // object: of the items; no two are equal

  // The item of that name, or null where this is not an object or has none.
  const Json* find(std::string_view name) const;
};

// "a string", for messages.
std::string_view kind_name(Json::Kind kind);

// The one JSON value that `bytes` hold. Throws Error: `malformed` with line and column, bad_number
// for a number beyond double's range, duplicate_name, too_large for too many values or too deep
// nesting.
Json parse_json(std::string_view bytes, const std::string& file, ErrorCode malformed);

// Reads parts of a JSON value; every complaint names the file and the place ("layers[0].bias[3]").
class JsonReader {
 public:
  JsonReader(std::string file, ErrorCode malformed)
      : file_(std::move(file)), malformed_(malformed) {}

  Origin at(const std::string& place) const { return {file_, place}; }
  const std::vector<Json>& array(const Json& value, const std::string& place) const;
  const Json& member(const Json& object, std::string_view name, const std::string& place) const;
  const std::string& string(const Json& value, const std::string& place) const;
  // A decimal, as a string or a number. `index` >= 0 is put behind the place: the place of a number
  // among many costs nothing unless it is needed.
  num::Rational number(const Json& value, const std::string& place, long index = -1) const;

 private:
  [[noreturn]] void wrong_kind(const Json& value, const std::string& place,
                               std::string_view wanted) const;

  std::string file_;
  ErrorCode malformed_;
};

}  // namespace certifix::import
