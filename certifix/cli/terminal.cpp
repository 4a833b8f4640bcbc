#include "certifix/cli/terminal.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <thread>

#include "certifix/base/error.hpp"

namespace certifix::cli {
namespace {

std::atomic<bool> interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free, "set from a signal handler");

extern "C" void on_interrupt(int signal) {
  interrupted = true;
  std::signal(signal, SIG_DFL);
}

[[noreturn]] void output_failed() {
  throw Error(ErrorCode::cannot_write, "standard output cannot be written");
}

}  // namespace

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) output_failed();
}

void flush_output() {
  if (std::fflush(stdout) != 0) output_failed();
}

void warn(const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) fmt::print(stderr, "warning: {}\n", warning);
}

ProgressLine::ProgressLine(bool quiet) : enabled_(!quiet && isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() { clear(); }

void ProgressLine::show(std::string_view stage, std::string_view detail) {
  if (!enabled_) return;
  // 79 columns at most, so that the line does not wrap and can be overwritten.
  const std::string line = fmt::format("{}{}{}", stage, detail.empty() ? "" : ": ", detail);
  fmt::print(stderr, "\r\x1b[K{:.79}", line);
  std::fflush(stderr);
  shown_ = true;
}

void ProgressLine::clear() {
  if (!shown_) return;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
  shown_ = false;
}

InterruptFlag::InterruptFlag() {
  interrupted = false;
  std::signal(SIGINT, on_interrupt);
}

InterruptFlag::~InterruptFlag() { std::signal(SIGINT, SIG_DFL); }

std::atomic<bool>& InterruptFlag::flag() { return interrupted; }

unsigned thread_count(std::uint64_t asked) {
  return asked != 0 ? static_cast<unsigned>(asked)
                    : std::max(1u, std::thread::hardware_concurrency());
}

}  // namespace certifix::cli
