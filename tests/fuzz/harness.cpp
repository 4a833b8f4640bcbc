#include "harness.hpp"

#include <algorithm>
#include <cstdint>

#include "certifix/base/error.hpp"

namespace {

using certifix::Error;
using certifix::ExitCode;

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); });
}

void inspect(const Error& error) {
  certifix::fuzz::require(exit_code(error.code()) == ExitCode::bad_input,
                          std::string("not an error of bad input: ") + error.what());
  certifix::fuzz::require(is_printable(error.what()), "a message has bytes that do not print");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    certifix::fuzz::read({reinterpret_cast<const char*>(data), size});
  } catch (const Error& error) {
    inspect(error);
  }
  return 0;
}
