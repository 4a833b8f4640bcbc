#include "bench/measure.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <map>
#include <mutex>
#include <thread>

#include "bench/uniform_bits.hpp"
#include "certifix/attack/attack.hpp"
#include "certifix/base/error.hpp"
#include "certifix/check/verify.hpp"
#include "certifix/optimize/quantize.hpp"

namespace certifix::bench {
namespace {

using num::Rational;

class Clock {
 public:
  // Seconds since construction or the last call.
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - start_).count();
    start_ = now;
    return seconds;
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Sets `flag` after some seconds unless destroyed before.
class Alarm {
 public:
  Alarm(double seconds, std::atomic<bool>& flag) {
    if (seconds <= 0) return;
    thread_ = std::jthread([this, seconds, &flag](const std::stop_token& stop) {
      std::unique_lock lock(mutex_);
      if (!wake_.wait_for(lock, stop, std::chrono::duration<double>(seconds),
                          [&stop] { return stop.stop_requested(); }) &&
          !stop.stop_requested())
        flag = true;
    });
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: joined before the members that it uses
};

// The paper's settings: A and B round real inputs, C and D declare them exact.
struct Setting {
  int input_fraction;
  bool exact;
  int low;
  int high;
};
const std::map<std::string, Setting>& settings() {
  static const std::map<std::string, Setting> table = {{"A", {20, false, 5, 32}},
                                                       {"B", {32, false, 10, 32}},
                                                       {"C", {10, true, 5, 32}},
                                                       {"D", {17, true, 10, 32}}};
  return table;
}

optimize::Method method(const std::string& name) {
  if (name.starts_with("certifix")) return optimize::Method::certifix;
  if (name == "uniform") return optimize::Method::uniform;
  CERTIFIX_CHECK(name == "aster", "unknown method");
  return optimize::Method::aster;
}

bool has_grid_point(const num::Interval& interval, int fraction_bits) {
  return num::ceil_to(interval.lower(), -fraction_bits) <=
         num::floor_to(interval.upper(), -fraction_bits);
}

void write_text(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw Error(ErrorCode::cannot_write, "cannot write", Origin{path.string(), ""});
}

// What the attack's findings are worth beside the proven bounds.
void record_attack(const attack::Result& found, const check::Theorem& theorem, Row& row) {
  row.evaluations = found.evaluations;
  if (found.overflow) row.broken = "overflow: " + found.overflow->what;
  Rational largest;
  Rational largest_ratio;
  for (const attack::Finding& finding : found.per_functional) {
    const Rational error = num::abs(finding.error);
    const Rational& proven = theorem.proven[finding.functional];
    if (error > proven && row.broken.empty())
      row.broken = "output " + std::to_string(finding.functional) + ": found " +
                   num::decimal_down(error) + ", proven " + num::decimal_up(proven);
    largest = std::max(largest, error);
    const Rational ratio = proven.sign() > 0 ? error / proven : Rational(0);
    if (ratio < largest_ratio) continue;
    largest_ratio = ratio;
    row.worst_input.clear();
    for (const Rational& x : finding.input) row.worst_input.push_back(num::text(x));
  }
  row.found = num::decimal_down(largest);
  row.found_to_proven = std::stod(num::decimal_down(largest_ratio));
}

void record_verified(const optimize::Quantized& quantized, const MeasureOptions& options,
                     Row& row) {
  row.status = Status::verified;
  row.stage_seconds = quantized.seconds;
  Clock clock;
  const check::Verdict verdict =
      check::verify(quantized.problem_text, quantized.certificate_text, options.threads);
  row.check_seconds = clock.lap();
  const auto* accepted = std::get_if<check::Accepted>(&verdict);
  CERTIFIX_CHECK(accepted != nullptr, "the checker accepts twice what it accepted once");
  const check::Subject& subject = *accepted->subject;
  row.cost = cost::measure(subject.design);
  row.uniform_bits = uniform_bits(subject.design);
  row.leaves = accepted->theorem.leaves;
  row.proven = num::decimal_up(
      *std::max_element(accepted->theorem.proven.begin(), accepted->theorem.proven.end()));
  attack::Options attack_options;
  attack_options.evaluations = options.evaluations;
  attack_options.seed = options.seed;
  attack_options.threads = options.threads;
  clock.lap();
  record_attack(attack::attack(subject.problem, subject.design, attack_options), accepted->theorem,
                row);
  row.attack_seconds = clock.lap();
}

void record_unreachable(const optimize::Unreachable& no, const MeasureOptions& options, Row& row) {
  row.status = Status::unreachable;
  row.reason = no.reason;
  if (!no.dominated_by.empty()) row.reason += "; dominated by the " + no.dominated_by;
  if (no.smallest_bound) row.smallest_bound = num::decimal_up(*no.smallest_bound);
  if (no.lp.empty()) return;
  write_text(options.lp_folder / (row.job.key() + ".lp"), no.lp);
  if (no.solver_proved) row.status = Status::infeasible;
}

simplify::Extent extent(const Job& job) {
  if (job.setting == kNoSimplify) return simplify::Extent::none;
  return job.setting == kDeadOnly ? simplify::Extent::dead : simplify::Extent::full;
}

void measure_into(Row& row, const BenchmarkNetwork& network, const MeasureOptions& options) {
  Clock clock;
  spec::Problem problem = read_problem(options.benchmarks, network, row.job.error);
  row.import_seconds = clock.lap();
  optimize::Options how;
  how.method = method(row.job.method);
  how.granularity =
      row.job.method == "certifix" ? optimize::Granularity::neuron : optimize::Granularity::layer;
  how.cost = *cost::named_model(options.cost);
  how.threads = options.threads;
  how.simplify = extent(row.job);
  if (options.leaves != 0) how.leaves = options.leaves;
  if (how.method == optimize::Method::aster) {
    const Setting& setting = settings().at(row.job.setting);
    how.aster = {setting.input_fraction, setting.low, setting.high};
    if (setting.exact) {
      for (spec::InputConvention& input : problem.inputs)
        input.fraction_bits = setting.input_fraction;
      for (const num::Interval& interval : problem.box) {
        if (has_grid_point(interval, setting.input_fraction)) continue;
        row.status = Status::no_grid;
        return;
      }
    }
  }
  std::atomic<bool> cancel = false;
  how.cancel = &cancel;
  clock.lap();
  const optimize::Outcome outcome = [&] {
    const Alarm alarm(options.time_limit, cancel);
    return optimize::quantize(problem, how);
  }();
  row.quantize_seconds = clock.lap();
  if (const auto* quantized = std::get_if<optimize::Quantized>(&outcome)) {
    record_verified(*quantized, options, row);
  } else if (const auto* no = std::get_if<optimize::Unreachable>(&outcome)) {
    record_unreachable(*no, options, row);
  } else {
    const auto& cancelled = std::get<optimize::Cancelled>(outcome);
    if (cancelled.best)
      record_verified(*cancelled.best, options, row);
    else
      row.status = Status::limit;
    row.reason = "stopped by the time limit";
  }
}

}  // namespace

Row measure(const Job& job, const BenchmarkNetwork& network, const MeasureOptions& options) {
  Row row;
  row.job = job;
  try {
    measure_into(row, network, options);
  } catch (const Error& error) {
    row.status = Status::failed;
    row.reason = error.sentence();
  } catch (const std::exception& failure) {
    row.status = Status::failed;
    row.reason = failure.what();
  }
  return row;
}

}  // namespace certifix::bench
