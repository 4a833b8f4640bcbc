#include "certifix/split/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

namespace certifix::split {
namespace {

TEST(Parallel, EveryJobIsDoneOnceWithAnyNumberOfThreads) {
  for (const unsigned threads : {0u, 1u, 2u, 3u, 16u})
    for (const std::size_t count : {0u, 1u, 2u, 7u, 1000u}) {
      std::vector<std::atomic<int>> calls(count);
      parallel_for(count, threads, [&](std::size_t i) { ++calls[i]; });
      for (const std::atomic<int>& n : calls) EXPECT_EQ(n, 1) << threads << " " << count;
    }
}

TEST(Parallel, LoopsWithinLoopsEnd) {
  std::vector<std::vector<int>> squares(20, std::vector<int>(30));
  parallel_for(squares.size(), 4, [&](std::size_t i) {
    parallel_for(squares[i].size(), 3, [&](std::size_t j) {
      std::vector<int> ones(5);
      parallel_for(ones.size(), 2, [&](std::size_t k) { ones[k] = 1; });
      for (const int one : ones) squares[i][j] += one * static_cast<int>(i * j);
    });
  });
  for (std::size_t i = 0; i < squares.size(); ++i)
    for (std::size_t j = 0; j < squares[i].size(); ++j)
      EXPECT_EQ(squares[i][j], 5 * static_cast<int>(i * j));
}

TEST(Parallel, TheFailureOfTheFirstJobThatFailsIsReportedAfterAllHaveEnded) {
  for (const unsigned threads : {2u, 5u}) {
    std::atomic<int> ended = 0;
    const auto run = [&] {
      parallel_for(100, threads, [&](std::size_t i) {
        ++ended;
        if (i == 40 || i == 41 || i == 99) throw std::runtime_error(std::to_string(i));
      });
    };
    try {
      run();
      FAIL() << "nothing was thrown";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "40");
    }
    EXPECT_EQ(ended, 100);
  }
}

}  // namespace
}  // namespace certifix::split
