// What the user sees while and after something happens: results on standard output, everything else
// on standard error; progress on a terminal only.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace certifix::cli {

// Writes to standard output. Throws Error (cannot_write) when that fails, at the latest in flush.
void print(std::string_view text);
void flush_output();

// One line on standard error for each warning.
void warn(const std::vector<std::string>& warnings);

// A line that is overwritten: "stage: detail". Silent unless standard error is a terminal and the
// user did not ask for quiet.
class ProgressLine {
 public:
  explicit ProgressLine(bool quiet);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(std::string_view stage, std::string_view detail = {});
  void clear();

 private:
  bool enabled_;
  bool shown_ = false;
};

// While it lives, the first Ctrl-C sets the flag instead of ending the process; the second one ends
// it. At most one at a time.
class InterruptFlag {
 public:
  InterruptFlag();
  ~InterruptFlag();
  InterruptFlag(const InterruptFlag&) = delete;
  InterruptFlag& operator=(const InterruptFlag&) = delete;

  std::atomic<bool>& flag();
};

// The threads to use: `asked`, or all the machine has for 0.
unsigned thread_count(std::uint64_t asked);

}  // namespace certifix::cli
