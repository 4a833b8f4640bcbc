// Independent jobs on several threads.
#pragma once

#include <cstddef>
#include <functional>

namespace certifix::split {

// As below, on threads that stay for the next call: analyses take less time than starting one.
void run_parallel(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& job);

// Calls job(i) for i = 0 .. count - 1, each once, from up to `threads` threads, of which the caller
// is one. Jobs write to places of their own, so that the result does not depend on the number of
// threads. A job may call parallel_for itself. The exception of the smallest i that threw is
// rethrown after all have ended.
template <class Job>
void parallel_for(std::size_t count, unsigned threads, const Job& job) {
  if (threads > 1 && count > 1) return run_parallel(count, threads, std::cref(job));
  for (std::size_t i = 0; i < count; ++i) job(i);
}

}  // namespace certifix::split
