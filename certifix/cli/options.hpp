// Options that several commands have, and the texts of options that are not plain numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "certifix/simplify/choose.hpp"

namespace certifix::cli {

class Command;

struct CommonOptions {
  std::uint64_t threads = 0;  // 0: all the machine has
  bool json = false;
  bool quiet = false;
};
// --threads and --quiet; --json where the command's result has such a form.
void add_common_options(Command& command, CommonOptions& options, bool has_json);

// How much of the network's structure may go.
struct SimplifyOptions {
  std::string extent = "full";
  bool none = false;  // --no-simplify
};
// --simplify and --no-simplify.
void add_simplify_options(Command& command, SimplifyOptions& options);
simplify::Extent parse_extent(const SimplifyOptions& options);

// "a,b,c"; an empty text has one empty element.
std::vector<std::string> split(std::string_view text, char separator);
// A whole number in [low, high]; throws Error (usage) that names `option`.
int parse_whole(std::string_view text, int low, int high, const std::string& option);
// Such numbers, separated by commas.
std::vector<int> parse_wholes(const std::string& text, int low, int high,
                              const std::string& option);
// One number, or one for each of `count` inputs: the list of `count` numbers. Throws Error (usage).
std::vector<int> parse_per_input(const std::string& text, std::size_t count, int low, int high,
                                 const std::string& option);

}  // namespace certifix::cli
