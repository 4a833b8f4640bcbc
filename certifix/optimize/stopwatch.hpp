// Where the time of a long job goes, and what its user sees meanwhile.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "certifix/optimize/quantize.hpp"

namespace certifix::optimize {

// Seconds per stage, for timing.json alone: nothing depends on them.
class Stopwatch {
 public:
  explicit Stopwatch(const Progress& progress) : progress_(progress) {}

  template <class Work>
  auto stage(const char* name, Work work) {
    if (progress_) progress_(name, "");
    const auto start = std::chrono::steady_clock::now();
    auto result = work();
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    for (auto& [known, seconds] : seconds_) {
      if (known != name) continue;
      seconds += elapsed.count();
      return result;
    }
    seconds_.emplace_back(name, elapsed.count());
    return result;
  }

  // A line about the stage that is under way.
  void show(const char* name, std::string_view detail) const {
    if (progress_) progress_(name, detail);
  }

  const std::vector<std::pair<std::string, double>>& seconds() const { return seconds_; }

 private:
  const Progress& progress_;
  std::vector<std::pair<std::string, double>> seconds_;
};

}  // namespace certifix::optimize
