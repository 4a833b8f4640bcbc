// Independent pieces of work on a few threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace certifix::attack {

// Calls job(index) for every index below count, each once, in no particular order; returns when all
// are done. The first exception thrown is thrown again here, after the others have finished.
template <class Job>
void run_jobs(std::size_t count, unsigned threads, const Job& job) {
  std::atomic<std::size_t> next = 0;
  std::exception_ptr failure;
  std::mutex failure_mutex;
  const auto work = [&] {
    for (std::size_t index; (index = next.fetch_add(1)) < count;) {
      try {
        job(index);
      } catch (...) {
        const std::lock_guard lock(failure_mutex);
        if (!failure) failure = std::current_exception();
        next = count;
      }
    }
  };
  std::vector<std::jthread> others;
  for (unsigned t = 1; t < threads && t < count; ++t) others.emplace_back(work);
  work();
  others.clear();  // joins
  if (failure) std::rethrow_exception(failure);
}

}  // namespace certifix::attack
