// How many leaves are analysed in a second, on one core and on two, as text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace certifix::bench {

struct ScalingRow {
  std::string network;
  std::uint64_t parameters = 0;
  std::uint64_t leaves = 0;       // of the tree that was grown
  std::uint64_t evaluations = 0;  // analyses of a box that this took, leaves that were cut included
  double seconds_one = 0;         // with one thread
  double seconds_two = 0;         // with two
};

// One line a row: analyses per second with one thread and with two, and their ratio.
std::string scaling_table(const std::vector<ScalingRow>& rows);

}  // namespace certifix::bench
