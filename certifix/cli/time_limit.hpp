// --time-limit: the clock that stops a search.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace certifix::cli {

// Sets a flag after some seconds, unless it ends first.
class TimeLimit {
 public:
  TimeLimit(double seconds, std::atomic<bool>& flag) {
    if (seconds <= 0) return;
    // What is over before a thread has started is over now, whatever the scheduler does.
    constexpr double kStart = 1e-3;
    if (seconds < kStart) {
      fired_ = flag = true;
      return;
    }
    thread_ = std::thread([this, seconds, &flag] {
      std::unique_lock lock(mutex_);
      if (!ended_.wait_for(lock, std::chrono::duration<double>(seconds), [this] { return end_; }))
        fired_ = flag = true;
    });
  }
  ~TimeLimit() {
    {
      const std::lock_guard lock(mutex_);
      end_ = true;
    }
    ended_.notify_all();
    if (thread_.joinable()) thread_.join();
  }
  // Whether it was this limit that set the flag.
  bool fired() const { return fired_; }
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  bool end_ = false;
  std::atomic<bool> fired_ = false;
  std::thread thread_;
};

}  // namespace certifix::cli
