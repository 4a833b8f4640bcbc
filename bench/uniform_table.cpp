#include "bench/uniform_table.hpp"

#include <fmt/format.h>

#include "bench/aligned.hpp"
#include "bench/table.hpp"

namespace certifix::bench {
namespace {

// Bits, leaves, seconds.
Line figures(const Row* row) {
  if (row == nullptr) return {"", "", ""};
  const std::string seconds = fmt::format("{:.1f}", row->quantize_seconds);
  if (!row->verified()) return {name(row->status), "", seconds};
  return {row->uniform_bits ? fmt::format("{}", *row->uniform_bits) : "not uniform",
          fmt::format("{}", row->leaves), seconds};
}

}  // namespace

std::string uniform_table(const std::vector<Row>& rows, const References& references) {
  std::vector<Line> lines = {
      {"network", "error", "reference", "bits", "leaves", "s", "simplified", "leaves", "s", ""}};
  std::size_t compared = 0;
  std::size_t above = 0;
  for (const auto& [network, error] : cases(rows)) {
    const Row* kept = find(rows, {network, error, "uniform", kNoSimplify});
    const Row* simplified = find(rows, {network, error, "uniform", ""});
    if (kept == nullptr && simplified == nullptr) continue;
    const std::string reference = references.uniform_bits(network, error);
    Line line{network, error, reference};
    for (const Row* row : {kept, simplified})
      for (std::string& cell : figures(row)) line.push_back(std::move(cell));
    std::string mark;
    if (kept != nullptr && !reference.empty()) {
      ++compared;
      if (!kept->verified() || !kept->uniform_bits)
        mark = "NONE";
      else if (const int more = *kept->uniform_bits - std::stoi(reference); more > 0)
        mark = fmt::format("ABOVE by {}", more);
      if (!mark.empty()) ++above;
    }
    line.push_back(std::move(mark));
    lines.push_back(std::move(line));
  }
  return aligned(lines, 2) + fmt::format(
                                 "as it is: {} of {} rows need no more bits than the "
                                 "reference\n",
                                 compared - above, compared);
}

}  // namespace certifix::bench
