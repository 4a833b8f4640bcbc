// One reader under test: bytes in; what it must not do, libFuzzer or the replay sees.
//
// A reader accepts, or throws an Error of the kinds for bad input. Anything else is a finding: a
// crash, a hang, memory without end, an exception of another kind (std::bad_alloc, Bug), or a
// message that a terminal would obey. A file in readers/ defines read(); harness.cpp runs it.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace certifix::fuzz {

// Gives `bytes` to the reader, and holds what it accepts to the reader's other promises.
void read(std::string_view bytes);

// What a reader promised and did not keep.
class Finding : public std::logic_error {
 public:
  explicit Finding(const std::string& sentence) : std::logic_error("finding: " + sentence) {}
};

inline void require(bool condition, const std::string& sentence) {
  if (!condition) throw Finding(sentence);
}

}  // namespace certifix::fuzz
