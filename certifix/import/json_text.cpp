#include "certifix/import/json_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "certifix/import/limits.hpp"
#include "certifix/import/text.hpp"

namespace certifix::import {
namespace {

// Receives the parser's events and builds the value. A false answer stops the parser.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Builder(std::string_view bytes, const std::string& file, ErrorCode malformed)
      : bytes_(bytes), file_(file), malformed_(malformed) {}

  Json result() { return std::move(root_); }

  bool null() override { return add({Json::Kind::null, "null", {}, {}}); }
  bool boolean(bool value) override {
    return add({Json::Kind::boolean, value ? "true" : "false", {}, {}});
  }
  bool number_integer(number_integer_t value) override {
    return add({Json::Kind::number, std::to_string(value), {}, {}});
  }
  bool number_unsigned(number_unsigned_t value) override {
    return add({Json::Kind::number, std::to_string(value), {}, {}});
  }
  bool number_float(number_float_t, const string_t& literal) override {
    return add({Json::Kind::number, literal, {}, {}});
  }
  bool string(string_t& value) override {
    return add({Json::Kind::string, std::move(value), {}, {}});
  }
  bool binary(binary_t&) override { return false; }  // does not occur in text

  bool start_object(std::size_t) override { return open(Json::Kind::object); }
  bool start_array(std::size_t) override { return open(Json::Kind::array); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    if (!members_.back().insert(name).second)
      throw Error(ErrorCode::duplicate_name, "the key " + in_quotes(name) + " occurs twice",
                  Origin{file_, in_quotes(name)}, "remove one of them");
    open_.back()->names.push_back(std::move(name));
    return true;
  }
  bool parse_error(std::size_t position, const std::string& token,
                   const nlohmann::detail::exception& error) override {
    const Origin where{file_, line_and_column(bytes_, position == 0 ? 0 : position - 1)};
    constexpr int kNumberOutOfRange = 406;
    if (error.id == kNumberOutOfRange)
      throw Error(ErrorCode::bad_number, in_quotes(token) + " is beyond the range of a JSON number",
                  where, "write it as a string");
    throw Error(malformed_, "this is not valid JSON, at " + in_quotes(token), where,
                "check the syntax with a JSON tool");
  }

 private:
  bool add(Json value) {
    if (++count_ > kMaxNumbers)
      throw Error(ErrorCode::too_large,
                  "the file holds more than " + std::to_string(kMaxNumbers) + " values",
                  Origin{file_, ""}, "use a smaller network");
    if (open_.empty())
      root_ = std::move(value);
    else
      open_.back()->items.push_back(std::move(value));
    return true;
  }
  bool open(Json::Kind kind) {
    if (open_.size() >= kMaxNesting)
      throw Error(ErrorCode::too_large,
                  "values are nested more than " + std::to_string(kMaxNesting) + " deep",
                  Origin{file_, ""}, "no model or box needs that");
    add({kind, "", {}, {}});
    // The parent's items do not grow while this one is open, so the pointer stays valid.
    open_.push_back(open_.empty() ? &root_ : &open_.back()->items.back());
    members_.emplace_back();
    return true;
  }
  bool close() {
    open_.pop_back();
    members_.pop_back();
    return true;
  }

  std::string_view bytes_;
  const std::string& file_;
  ErrorCode malformed_;
  Json root_;
  std::vector<Json*> open_;
  std::vector<std::set<std::string>> members_;
  std::size_t count_ = 0;
};

}  // namespace

const Json* Json::find(std::string_view name) const {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? nullptr : &items[static_cast<std::size_t>(found - names.begin())];
}

std::string_view kind_name(Json::Kind kind) {
  switch (kind) {
    case Json::Kind::null:
      return "null";
    case Json::Kind::boolean:
      return "a boolean";
    case Json::Kind::number:
      return "a number";
    case Json::Kind::string:
      return "a string";
    case Json::Kind::array:
      return "an array";
    case Json::Kind::object:
      return "an object";
  }
  throw Bug(__FILE__, __LINE__, "unknown kind of JSON value");
}

Json parse_json(std::string_view bytes, const std::string& file, ErrorCode malformed) {
  Builder builder(bytes, file, malformed);
  const bool parsed = nlohmann::json::sax_parse(bytes.begin(), bytes.end(), &builder);
  CERTIFIX_CHECK(parsed, "the JSON parser stopped without an error");
  return builder.result();
}

void JsonReader::wrong_kind(const Json& value, const std::string& place,
                            std::string_view wanted) const {
  throw Error(malformed_,
              "expected " + std::string(wanted) + ", found " + std::string(kind_name(value.kind)),
              at(place), "see docs/formats.md for the format");
}

const std::vector<Json>& JsonReader::array(const Json& value, const std::string& place) const {
  if (value.kind != Json::Kind::array) wrong_kind(value, place, "an array");
  return value.items;
}

const Json& JsonReader::member(const Json& object, std::string_view name,
                               const std::string& place) const {
  if (object.kind != Json::Kind::object) wrong_kind(object, place, "an object");
  if (const Json* found = object.find(name)) return *found;
  throw Error(ErrorCode::missing_value, "the key '" + std::string(name) + "' is missing", at(place),
              "add it; see docs/formats.md for the format");
}

const std::string& JsonReader::string(const Json& value, const std::string& place) const {
  if (value.kind != Json::Kind::string) wrong_kind(value, place, "a string");
  return value.text;
}

num::Rational JsonReader::number(const Json& value, const std::string& place, long index) const {
  const auto full = [&] { return index < 0 ? place : place + "[" + std::to_string(index) + "]"; };
  if (value.kind != Json::Kind::number && value.kind != Json::Kind::string)
    wrong_kind(value, full(), "a number");
  return decimal_value(value.text, [&] { return at(full()); });
}

}  // namespace certifix::import
