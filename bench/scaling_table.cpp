#include "bench/scaling_table.hpp"

#include <fmt/format.h>

#include "bench/aligned.hpp"

namespace certifix::bench {

std::string scaling_table(const std::vector<ScalingRow>& rows) {
  std::vector<Line> lines = {{"network", "parameters", "leaves", "analyses", "s, 1 thread",
                              "s, 2 threads", "leaves/s, 1 thread", "leaves/s, 2 threads",
                              "ratio"}};
  for (const ScalingRow& row : rows) {
    const auto rate = [&row](double seconds) {
      return fmt::format("{:.1f}", static_cast<double>(row.evaluations) / seconds);
    };
    lines.push_back({row.network, fmt::format("{}", row.parameters), fmt::format("{}", row.leaves),
                     fmt::format("{}", row.evaluations), fmt::format("{:.2f}", row.seconds_one),
                     fmt::format("{:.2f}", row.seconds_two), rate(row.seconds_one),
                     rate(row.seconds_two),
                     fmt::format("{:.2f}", row.seconds_one / row.seconds_two)});
  }
  return aligned(lines, 1);
}

}  // namespace certifix::bench
