#include "certifix/split/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace certifix::split {
namespace {

struct Loop {
  std::size_t count;
  const std::function<void(std::size_t)>& job;
  std::vector<std::exception_ptr> failures;  // of each job
  std::atomic<std::size_t> next = 0;
  // The pool's lock is held for these.
  std::size_t room;        // workers that may still join
  std::size_t inside = 0;  // that work on it

  // Until no job is left to begin.
  void work() {
    for (std::size_t i = next++; i < count; i = next++) {
      try {
        job(i);
      } catch (...) {
        failures[i] = std::current_exception();
      }
    }
  }
};

// Whoever calls run() works on his loop, too, until no job is left, and waits only for jobs that
// others have begun: so loops within loops end, however few the workers are.
class Pool {
 public:
  ~Pool() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    opened_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }

  void run(Loop& loop) {
    {
      const std::lock_guard lock(mutex_);
      grow(loop.room);
      open_.push_back(&loop);
    }
    opened_.notify_all();
    loop.work();
    std::unique_lock lock(mutex_);
    std::erase(open_, &loop);
    left_.wait(lock, [&] { return loop.inside == 0; });
  }

 private:
  // Where the system allows no more threads, those that there are must do.
  void grow(std::size_t workers) {
    try {
      while (workers_.size() < workers) workers_.emplace_back([this] { serve(); });
    } catch (const std::system_error&) {
    }
  }

  void serve() {
    std::unique_lock lock(mutex_);
    for (;;) {
      opened_.wait(lock, [&] { return stopped_ || !open_.empty(); });
      if (stopped_) return;
      Loop* loop = open_.back();
      if (--loop->room == 0) open_.pop_back();
      ++loop->inside;
      lock.unlock();
      loop->work();
      lock.lock();
      std::erase(open_, loop);
      if (--loop->inside == 0) left_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable opened_, left_;
  std::vector<Loop*> open_;  // with jobs and with room
  std::vector<std::thread> workers_;
  bool stopped_ = false;
};

}  // namespace

void run_parallel(std::size_t count, unsigned threads,
                  const std::function<void(std::size_t)>& job) {
  static Pool pool;
  Loop loop{.count = count,
            .job = job,
            .failures = std::vector<std::exception_ptr>(count),
            .room = std::min<std::size_t>(threads, count) - 1};
  pool.run(loop);
  for (const std::exception_ptr& failure : loop.failures)
    if (failure) std::rethrow_exception(failure);
}

}  // namespace certifix::split
