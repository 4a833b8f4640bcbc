// Options that several commands have, and the texts of options that are not plain numbers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace certifix::cli {

struct CommonOptions {
  unsigned threads = 0;  // 0: all the machine has
  bool json = false;
  bool quiet = false;
};
void add_common_options(CLI::App& command, CommonOptions& options);

// Options of the design that no version has yet: named in --help's last group, and refused with
// not_in_this_version when used.
void add_later_options(CLI::App& command, const std::vector<std::string>& names);
[[noreturn]] void refuse_later(const std::string& what);

// "a,b,c"; an empty text has one empty element.
std::vector<std::string> split(std::string_view text, char separator);
// A whole number in [low, high]; throws Error (usage) that names `option`.
int parse_whole(std::string_view text, int low, int high, const std::string& option);
// One number, or one for each of `count` inputs: the list of `count` numbers. Throws Error (usage).
std::vector<int> parse_per_input(const std::string& text, std::size_t count, int low, int high,
                                 const std::string& option);

}  // namespace certifix::cli
