#include "bench/summary.hpp"

#include <fmt/format.h>

#include <cmath>
#include <functional>

#include "bench/table.hpp"

namespace certifix::bench {
namespace {

constexpr double kSecondsAllowed = 60;  // quantize and check of one row

using Chosen = std::function<bool(const Row&)>;

// "certifix: verified 12 of 13, 1 unreachable" or nothing without such rows.
std::string share(const std::vector<Row>& rows, const std::string& title, const Chosen& chosen) {
  std::size_t all = 0;
  std::size_t verified = 0;
  std::string others;
  for (const Row& row : rows) {
    if (!chosen(row)) continue;
    ++all;
    if (row.verified()) ++verified;
  }
  if (all == 0) return {};
  for (const Status status :
       {Status::infeasible, Status::unreachable, Status::no_grid, Status::limit, Status::failed}) {
    std::size_t count = 0;
    for (const Row& row : rows) count += chosen(row) && row.status == status ? 1 : 0;
    if (count > 0) others += fmt::format(", {} {}", count, name(status));
  }
  return fmt::format("{}: verified {} of {}{}\n", title, verified, all, others);
}

std::string shares(const std::vector<Row>& rows) {
  std::string text;
  for (const char* method : {"certifix", "certifix-layer", "uniform"})
    text += share(rows, method, [&](const Row& row) { return row.job.method == method; });
  for (const char* setting : {"A", "B", "C", "D"})
    text += share(rows, fmt::format("aster {}", setting), [&](const Row& row) {
      return row.job.method == "aster" && row.job.setting == setting;
    });
  return text;
}

// The area of `other` over that of certifix, geometric mean; and the rows where it is below 1.
struct Comparison {
  std::size_t count = 0;
  double log_sum = 0;
  std::vector<std::string> worse;

  void add(const Row& certifix, const Row* other) {
    if (other == nullptr || !other->verified()) return;
    ++count;
    log_sum +=
        std::log(static_cast<double>(other->cost.area) / static_cast<double>(certifix.cost.area));
    if (certifix.cost.area > other->cost.area)
      worse.push_back(fmt::format("{} {}: {} > {}", certifix.job.network, certifix.job.error,
                                  certifix.cost.area, other->cost.area));
  }
  std::string text(const std::string& other) const {
    if (count == 0) return {};
    std::string result = fmt::format(
        "area of {} / certifix: {:.2f} (geometric mean of {} rows); certifix larger "
        "on {}\n",
        other, std::exp(log_sum / static_cast<double>(count)), count, worse.size());
    for (const std::string& line : worse) result += "  " + line + "\n";
    return result;
  }
};

std::string comparisons(const std::vector<Row>& rows) {
  Comparison layer;
  Comparison uniform;
  Comparison aster;
  Comparison exact_inputs;
  for (const auto& [network, error] : cases(rows)) {
    const Row* certifix = find_own(rows, network, error, "certifix");
    if (certifix == nullptr || !certifix->verified()) continue;
    layer.add(*certifix, find_own(rows, network, error, "certifix-layer"));
    uniform.add(*certifix, find_own(rows, network, error, "uniform"));
    aster.add(*certifix, cheapest_aster(rows, network, error, "AB"));
    exact_inputs.add(*certifix, cheapest_aster(rows, network, error, "CD"));
  }
  return layer.text("certifix-layer") + uniform.text("uniform") + aster.text("aster (A, B)") +
         exact_inputs.text("aster (C, D: exact inputs, an easier theorem)");
}

std::string no_designs(const std::vector<Row>& rows) {
  std::string text;
  for (const Row& row : rows) {
    if (row.verified() || row.job.method == "aster") continue;
    text += fmt::format("  {}: {}{}{}\n", row.job.key(), name(row.status),
                        row.smallest_bound.empty() ? "" : ", smallest bound " + row.smallest_bound,
                        row.reason.empty() ? "" : ": " + row.reason);
  }
  return text.empty() ? "no certifix or uniform row without a design\n"
                      : "certifix and uniform rows without a design:\n" + text;
}

std::string slow(const std::vector<Row>& rows) {
  std::string text;
  const Row* slowest = nullptr;
  for (const Row& row : rows) {
    const double seconds = row.quantize_seconds + row.check_seconds;
    if (slowest == nullptr || seconds > slowest->quantize_seconds + slowest->check_seconds)
      slowest = &row;
    if (seconds > kSecondsAllowed) text += fmt::format("  {}: {:.1f} s\n", row.job.key(), seconds);
  }
  if (slowest == nullptr) return {};
  return fmt::format("slowest quantize + check: {} with {:.1f} s{}\n", slowest->job.key(),
                     slowest->quantize_seconds + slowest->check_seconds,
                     text.empty() ? std::string() : "; above 60 s:\n" + text);
}

}  // namespace

Summary summarize(const std::vector<Row>& rows) {
  Summary result;
  std::string broken;
  std::string failed;
  std::size_t attacked = 0;
  std::uint64_t evaluations = 0;
  for (const Row& row : rows) {
    if (row.verified()) ++attacked;
    evaluations += row.evaluations;
    if (!row.broken.empty()) broken += fmt::format("  {}: {}\n", row.job.key(), row.broken);
    if (row.status == Status::failed)
      failed += fmt::format("  {}: {}\n", row.job.key(), row.reason);
  }
  result.broken = !broken.empty();
  result.failed = !failed.empty();
  result.text = shares(rows) + comparisons(rows) + no_designs(rows) + slow(rows);
  result.failures =
      fmt::format("attack: {} designs, {} evaluations, {}\n", attacked, evaluations,
                  broken.empty() ? "no error above a proven bound" : "BOUNDS BROKEN:");
  result.failures += broken;
  if (result.failed) result.failures += "failed rows:\n" + failed;
  result.text += result.failures;
  return result;
}

}  // namespace certifix::bench
