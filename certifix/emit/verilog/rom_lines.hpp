// Memories of constants in Verilog, and the words that they hold.
#pragma once

#include <string>
#include <vector>

#include "certifix/num/exact/rational.hpp"

namespace certifix::emit::verilog {

// A number in two's complement of a width; the value is taken modulo 2^width.
struct Field {
  num::Integer value;
  int width;
};

// Bits that count 0 .. count - 1; at least 1.
int index_width(std::size_t count);

// The fields side by side, the first from bit 0 up.
num::Integer packed(const std::vector<Field>& fields);
// "12'h0a5".
std::string hex(const num::Integer& value, int width);

// Where in a word a field stands.
struct Slot {
  int low = 0;
  int width = 0;
  std::string of(const std::string& word) const;  // "word[high:low]"
};
// Slots side by side, from bit 0 up.
class Layout {
 public:
  Slot next(int width) {
    width_ += width;
    return {width_ - width, width};
  }
  int width() const { return width_; }

 private:
  int width_ = 0;
};

struct RomWord {
  num::Integer value;
  std::string comment;
};

// reg [width-1:0] name [0:n-1]; and an initial block with a line for each word.
std::vector<std::string> rom_lines(const std::string& name, int width,
                                   const std::vector<RomWord>& words);

}  // namespace certifix::emit::verilog
