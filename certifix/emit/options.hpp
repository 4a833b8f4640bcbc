// What the user may choose about emitted code, and the files it consists of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "certifix/cost/architecture.hpp"

namespace certifix::emit {

struct File {
  std::string path;  // relative, '/' between folders: "c/pendulum.h"
  std::string content;

  friend bool operator==(const File&, const File&) = default;
};

struct EmitOptions {
  std::size_t vectors = 1000;  // in the self-checking test bench
  std::uint64_t seed = 0;      // of the random ones among them
  bool float_wrapper = true;   // C: <name>_real.h, <name>_real.c

  bool hls_pragmas = true;  // pipeline the rows of every layer, partition its arrays
  std::string hls_part = "xc7z020clg400-1";
  double hls_clock_ns = 10.0;

  cost::Architecture architecture = cost::Architecture::parallel;  // of the Verilog
  int verilog_lanes = 16;  // folded: multipliers at most; 1 or more
  int verilog_levels = 3;  // of adders between two registers, at most; 1 or more
};

}  // namespace certifix::emit
