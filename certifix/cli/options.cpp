#include "certifix/cli/options.hpp"

#include <fmt/format.h>

#include <charconv>

#include "certifix/base/error.hpp"
#include "certifix/cli/command_line.hpp"

namespace certifix::cli {

void add_common_options(Command& command, CommonOptions& options, bool has_json) {
  command.whole("--threads", options.threads, 1, 1024,
                "number of threads; results do not depend on it", "all");
  if (has_json) command.flag("--json", options.json, "print the result as JSON");
  command.flag("--quiet", options.quiet, "no progress, no summary");
}

void add_simplify_options(Command& command, SimplifyOptions& options) {
  command.text("--simplify", options.extent,
               "exact rewrite on the box: full, dead (only dead neurons go), none",
               {.choices = {"full", "dead", "none"}});
  command.flag("--no-simplify", options.none, "the same as --simplify none");
}

simplify::Extent parse_extent(const SimplifyOptions& options) {
  using simplify::Extent;
  if (options.none || options.extent == "none") return Extent::none;
  return options.extent == "dead" ? Extent::dead : Extent::full;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

int parse_whole(std::string_view text, int low, int high, const std::string& option) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < low || value > high)
    throw Error(ErrorCode::usage, fmt::format("{}: '{}' is not a whole number from {} to {}",
                                              option, text, low, high));
  return value;
}

std::vector<int> parse_wholes(const std::string& text, int low, int high,
                              const std::string& option) {
  std::vector<int> values;
  for (const std::string& part : split(text, ','))
    values.push_back(parse_whole(part, low, high, option));
  return values;
}

std::vector<int> parse_per_input(const std::string& text, std::size_t count, int low, int high,
                                 const std::string& option) {
  std::vector<int> values = parse_wholes(text, low, high, option);
  if (values.size() == 1) values.assign(count, values[0]);
  if (values.size() != count)
    throw Error(
        ErrorCode::usage,
        fmt::format("{} has {} numbers, the network {} inputs", option, values.size(), count), {},
        "give one number for all inputs, or one for each");
  return values;
}

}  // namespace certifix::cli
